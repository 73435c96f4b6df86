// The same packets per flow, in order, whoever runs the uNFs: real processes on capture files against unf-replay's
// code.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <random>
#include <thread>

#include "agent/base/transport.h"
#include "agent/server/supervisor.h"
#include "dataplane/io/capture.h"
#include "dataplane/replay/replay.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/places.h"
#include "tests/support/sample.h"
#include "tests/support/staged_plan.h"
#include "tests/support/traffic.h"

namespace unf {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

struct Case {
  const char* name;
  RunMode mode;
  Plan (*plan)(RunMode);
};

Plan plan_of_sample(RunMode mode) { return sample_plan(mode); }

/// The sample, its firewall three times, on two cores.
Plan scaled_plan(RunMode) {
  auto request = sample_request();
  request.vnfs.front().level = "large";
  auto inventory = Inventory::built_in();
  inventory.hosts[0].cores.push_back({.id = inventory.hosts[0].io_core});
  return graph::compile(request, dataplane::builtin_unfs().descriptors(), inventory).value();
}

/// A parallel stage in runners of their own: some drop, some edit, some count what others have not dropped.
Plan staged_plan(RunMode) {
  return StagedPlan{}
      .add("CheckIPHeader")
      .add("L3L4Filter", rules("deny tcp any any any 8081\nallow any any any any any\n"))
      .add("CountUrl")
      .add("MacSwapper")
      .add("PacketSizeHistogram")
      .parallel();
}

class Modes : public testing::TestWithParam<Case> {
 protected:
  Modes() {
    char name[] = "/tmp/unf-modes-XXXXXX";
    root_ = mkdtemp(name);
    agent::prepare_process_for_thrift();
  }
  ~Modes() override { fs::remove_all(root_); }

  [[nodiscard]] std::string capture(const std::string& nic) const { return root_ / (nic + ".pcap"); }

  void write_captures(const std::vector<Arrival>& traffic) const {
    auto in = dataplane::CaptureWriter::create(capture("in")).value();
    auto out = dataplane::CaptureWriter::create(capture("out")).value();
    std::uint64_t time = 0;
    for (const auto& arrival : traffic) (arrival.nic == "in" ? in : out).write(++time, arrival.frame);
    ASSERT_TRUE(in.close() && out.close());
  }
  [[nodiscard]] Flows sent() const {
    Flows flows;
    for (const std::string nic : {"in", "out"}) {
      auto reader = dataplane::CaptureReader::open(capture(nic) + ".out").value();
      while (auto frame = reader.next().value()) flows[flow_of(nic, frame->bytes)].push_back(frame->bytes);
    }
    return flows;
  }
  [[nodiscard]] agent::AgentConfig config(RunMode mode) const {
    agent::AgentConfig config;
    config.host = Inventory::built_in().hosts[0];
    config.host.mode = mode;
    config.host.memory_mb = 256;
    for (auto& nic : config.host.nics) nic.device = "pcap:" + capture(nic.name.get());
    config.listen = root_ / "agent.sock";
    config.state = root_ / "state";
    config.run = root_ / "run";
    config.cell = fmt::format("modes-{}", getpid());
    config.io_program = program_path("unf-io");
    config.runner_program = program_path("unf-runner");
    return config;
  }

  fs::path root_;
};

/// Generated traffic, what a plan makes of it, and what its owners count.
struct Expected {
  explicit Expected(const Plan& plan) {
    for (rc::Random random{seed}; traffic.size() < 300;) {
      std::ranges::copy(arrivals("in", "out", 100)(random.split(), 100).value(), std::back_inserter(traffic));
      std::erase_if(traffic, [](const Arrival& arrival) { return arrival.frame.empty(); });  // a capture has none
    }
    testing_support::start_eal();
    auto replay = dataplane::Replay::make(dataplane::builtin_unfs(), plan,
                                          [&](const NicName& nic, std::uint64_t, std::span<const std::byte> frame) {
                                            const Bytes bytes{frame.begin(), frame.end()};
                                            flows[flow_of(nic.get(), bytes)].push_back(bytes);
                                          })
                      .value();
    for (const auto& arrival : traffic) {
      if (!replay->receive(NicName{arrival.nic}, 0, arrival.frame)) throw std::runtime_error{"no NIC " + arrival.nic};
    }
    replay->flush();
    owners = to_json(plan, replay->stats()).at("owners");
  }

  std::uint32_t seed = std::random_device{}();
  std::vector<Arrival> traffic;
  Flows flows;
  nlohmann::json owners;
};

/// The value of `look` once it is `wanted`, or when the deadline has passed.
template <typename Look>
auto eventually(Look look, const decltype(look())& wanted) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  auto seen = look();
  while (seen != wanted && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    seen = look();
  }
  return seen;
}

TEST_P(Modes, DoWhatReplayDoesAlsoWhenARunnerIsStartedAgain) {
  const auto plan = GetParam().plan(GetParam().mode);
  const Expected expected{plan};
  SCOPED_TRACE(fmt::format("seed {}", expected.seed));
  write_captures(expected.traffic);

  auto log = std::make_shared<spdlog::logger>("modes", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto started = agent::Supervisor::start(config(GetParam().mode), log);
  ASSERT_TRUE(started) << started.error().message;
  auto& supervisor = **started;
  const auto applied = supervisor.apply(plan.graph, {1, 1}, dump(plan));
  if (!applied) supervisor.remove_all();
  ASSERT_TRUE(applied) << applied.error().message;
  const auto stats = [&] { return supervisor.stats().value().at(plan.graph.get()); };

  EXPECT_EQ(eventually([&] { return stats().at("owners"); }, expected.owners), expected.owners);
  const auto processes = stats().at("processes");
  for (const auto& process : processes) {
    if (process.at("name") == "io") continue;
    kill(process.at("pid").get<pid_t>(), SIGKILL);
    const auto ready_again = [&] {
      const auto processes_now = stats().at("processes");
      for (const auto& now : processes_now) {
        if (now.at("name") == process.at("name")) return now.at("pid") != process.at("pid") && now.at("ready") == true;
      }
      return false;
    };
    EXPECT_TRUE(eventually(ready_again, true)) << process;
    if (plan.stages.empty()) break;
  }
  // Counts come before the last burst is on its way; removal drains what was handed back.
  ASSERT_TRUE(supervisor.apply(plan.graph, {1, 2}, ""));
  supervisor.remove_all();
  EXPECT_TRUE(sent() == expected.flows) << "frames differ, or their order in a flow";
  EXPECT_FALSE(fs::exists(root_ / "run" / fmt::format("modes-{}", getpid()) / "io.sock"));
  // A driver that runners open too does so by a name that it cuts off.
  for (auto name = root_.string(); name.back() != '-'; name.pop_back()) {
    EXPECT_EQ(fs::exists(name), name == root_) << name;
  }
}
INSTANTIATE_TEST_SUITE_P(
    RunModes, Modes,
    testing::Values(Case{"Fused", RunMode::fused, plan_of_sample}, Case{"Isolated", RunMode::isolated, plan_of_sample},
                    Case{"Threads", RunMode::threads, plan_of_sample}, Case{"Scaled", RunMode::fused, scaled_plan},
                    Case{"Stage", RunMode::fused, staged_plan}, Case{"StageThreads", RunMode::threads, staged_plan}),
    by_name);

}  // namespace
}  // namespace unf
