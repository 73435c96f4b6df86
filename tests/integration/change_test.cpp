// A graph changes while numbered packets of several flows pass: real processes on veth pairs in a network namespace.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "agent/base/transport.h"
#include "agent/server/host_agent.h"
#include "tests/support/by_name.h"
#include "tests/support/eventually.h"
#include "tests/support/frames.h"
#include "tests/support/places.h"
#include "tests/support/runtime_plan.h"
#include "tests/support/unf_harness.h"

namespace unf {
namespace {

using namespace testing_support;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A network namespace that this thread, and what it starts, is in; two veth pairs: a0-h0 and b0-h1.
class Network {
 public:
  Network() : name_(fmt::format("unf-live-change-{}", getpid())), outside_(open("/proc/self/ns/net", O_RDONLY)) {
    run("ip netns add " + name_);
    const int inside = open(("/run/netns/" + name_).c_str(), O_RDONLY);
    if (inside < 0 || setns(inside, CLONE_NEWNET) != 0) throw std::runtime_error{"no network namespace"};
    close(inside);
    run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");  // nobody else sends
    for (const auto* pair : {"a0 type veth peer name h0", "b0 type veth peer name h1"}) {
      run(std::string{"ip link add "} + pair);
    }
    for (const auto* link : {"a0", "b0", "h0", "h1"}) run(fmt::format("ip link set {} up", link));
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;
  ~Network() {
    setns(outside_, CLONE_NEWNET);
    close(outside_);
    std::ignore = std::system(("ip netns delete " + name_).c_str());
  }

 private:
  static void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error{command};
  }
  std::string name_;
  int outside_;
};

/// A raw socket on an interface.
class Wire {
 public:
  explicit Wire(const char* interface) : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(0x0003))) {
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(0x0003);
    at.sll_ifindex = static_cast<int>(if_nametoindex(interface));
    const int bytes = 8 << 20;
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) throw std::runtime_error{interface};
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { close(fd_); }

  void send(const Bytes& frame) const {
    if (write(fd_, frame.data(), frame.size()) != static_cast<ssize_t>(frame.size())) throw std::runtime_error{"send"};
  }
  /// The next frame, if one comes within `time`.
  std::optional<Bytes> receive(std::chrono::milliseconds time) const {
    pollfd polled{fd_, POLLIN, 0};
    if (poll(&polled, 1, static_cast<int>(time.count())) <= 0) return std::nullopt;
    Bytes frame(2048);
    frame.resize(static_cast<std::size_t>(std::max<ssize_t>(read(fd_, frame.data(), frame.size()), 0)));
    return frame;
  }

 private:
  int fd_;
};

/// Sends numbered packets of eight flows in at one end and looks at what comes out at the other. Of the first six flows
/// no filter takes any; so many of them are on their way at most that no queue overflows.
class Traffic {
 public:
  static constexpr std::size_t kFlows = 8, kAllowed = 6;
  static constexpr std::uint64_t kWindow = 192;
  static constexpr std::uint16_t kFirstPort = 7000;

  Traffic() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  /// Stops sending; returns once all that will come has come. Whether nothing is missing.
  bool finish() {
    thread_.request_stop();
    thread_.join();
    while (const auto frame = out_.receive(on_their_way() == 0 ? 50ms : 5'000ms)) take(*frame);
    return on_their_way() == 0;
  }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// What came out that should not have, or in the wrong order.
  [[nodiscard]] const std::vector<std::string>& wrong() const { return wrong_; }
  [[nodiscard]] std::uint64_t on_their_way() const {
    std::uint64_t count = 0;
    for (std::size_t flow = 0; flow < kAllowed; ++flow) count += next_[flow] - expected_[flow];
    return count;
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (on_their_way() < kWindow) {
        for (std::size_t flow = 0; flow < kFlows; ++flow) send(flow);
      }
      while (const auto frame = out_.receive(1ms)) take(*frame);
    }
  }
  void send(std::size_t flow) {
    const auto number = std::to_string(next_[flow]++);
    in_.send(udp_frame({.dport = static_cast<std::uint16_t>(kFirstPort + flow), .payload = number}));
    ++sent_;
  }
  void take(const Bytes& frame) {
    constexpr std::size_t kPort = 14 + 20 + 2, kPayload = 14 + 20 + 8;
    const auto flow =
        (std::to_integer<std::size_t>(frame[kPort]) << 8 | std::to_integer<std::size_t>(frame[kPort + 1])) - kFirstPort;
    const auto number = std::stoull(std::string{text_of(frame).substr(kPayload)});
    ++received_;
    const bool in_order = flow < kAllowed ? number == expected_[flow] : number >= expected_[flow];
    if (!in_order) wrong_.push_back(fmt::format("flow {}: {}, expected {}", flow, number, expected_[flow].load()));
    expected_[flow] = number + 1;
  }

  Wire in_{"a0"}, out_{"b0"};
  std::array<std::atomic<std::uint64_t>, kFlows> next_{}, expected_{};
  std::atomic<std::uint64_t> sent_ = 0, received_ = 0;
  std::vector<std::string> wrong_;
  std::jthread thread_;
};

struct Case {
  const char* name;
  RunMode mode;
};

class Change : public testing::TestWithParam<Case> {
 protected:
  Change() {
    char name[] = "/tmp/unf-change-XXXXXX";
    root_ = mkdtemp(name);
    agent::prepare_process_for_thrift();
    config_.host = Inventory::built_in().hosts[0];
    config_.host.mode = GetParam().mode;
    config_.host.memory_mb = 256;
    config_.host.nics[0].device = "af_packet:h0";
    config_.host.nics[1].device = "af_packet:h1";
    config_.state = root_ / "state";
    config_.run = root_ / "run";
    config_.cell = fmt::format("change-{}", getpid());
    config_.io_program = program_path("unf-io");
    config_.runner_program = program_path("unf-runner");
    start();
  }
  ~Change() override {
    if (agent_) agent_->remove_all();
    fs::remove_all(root_);
  }
  void start() {
    auto log = std::make_shared<spdlog::logger>("change", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    agent_ = agent::HostAgent::start(config_, log).value();
  }

  /// in -> check -> filter -> sizes [-> extra] -> out; the filter denies one flow.
  [[nodiscard]] Plan plan(bool extra, std::size_t denied_flow) const {
    const auto filter =
        rules(fmt::format("deny udp any any any {}\nallow udp any any any any\n", Traffic::kFirstPort + denied_flow));
    std::vector<std::pair<std::string, std::string>> line{
        {"check", "CheckIPHeader"}, {"filter", "L3L4Filter"}, {"sizes", "PacketSizeHistogram"}};
    if (extra) line.emplace_back("extra", "PacketSizeHistogram");
    RuntimePlan made;
    made.node("g/v/in", "NicIngress", "io").node("g/v/out", "NicEgress", "io");
    std::string before = "g/v/in";
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto id = "g/v/" + line[i].first;
      const auto runner = GetParam().mode == RunMode::isolated ? fmt::format("r{}", i + 1) : "r1";
      made.node(id, line[i].second, runner, line[i].first == "filter" ? filter.config : nlohmann::json::object());
      made.edge(before, "out", id).edge(id, "drop", "");
      before = id;
    }
    made.edge(before, "out", "g/v/out").classifier("p", "in", "g/v/in");
    auto& plan = made.plan();
    plan.graph = GraphId{"g"};
    plan.artifacts = filter.artifacts;
    plan.nodes[0].nic = NicName{"in"};
    plan.nodes[1].nic = NicName{"out"};
    for (std::size_t i = 0; i < line.size(); ++i) {
      const auto edge = [&](std::size_t index) { return std::vector{plan.edges[index].id}; };
      plan.counters.push_back({.owner = OwnerPath{"g/v/" + line[i].first},
                               .in = edge(2 * i),
                               .out = edge(2 * i + 2),
                               .drop = edge(2 * i + 1)});
    }
    for (auto& edge : plan.edges) {
      if (edge.to && plan.find(edge.from)->runner != plan.find(*edge.to)->runner) edge.link = Plan::Link::ring;
    }
    return plan;
  }
  agent::wire::GraphInfo apply(const Plan& plan) {
    const auto applied = agent_->apply(plan.graph, {1, ++generation_}, dump(plan));
    if (!applied) throw std::runtime_error{applied.error().message};
    return *applied;
  }
  nlohmann::json stats() { return agent_->stats().value().at("g"); }

  Network network_;
  fs::path root_;
  agent::AgentConfig config_;
  std::unique_ptr<agent::HostAgent> agent_;
  std::int64_t generation_ = 0;
};

TEST_P(Change, OfARunningGraphLosesDoublesAndReordersNothing) {
  apply(plan(false, 6));
  Traffic traffic;
  std::uint64_t extra = 0;
  for (int change = 0; change < 10; ++change) {
    const auto seen = traffic.received();
    ASSERT_TRUE(eventually([&] { return traffic.received() > seen + 200; })) << "change " << change;
    const auto applied = apply(change % 2 == 0 ? plan(true, 7) : plan(false, 6));
    const auto departed = nlohmann::json::parse(applied.departed);
    EXPECT_EQ(departed.contains("g/v/extra"), change % 2 == 1);
    if (departed.contains("g/v/extra")) extra += departed["g/v/extra"]["out"].get<std::uint64_t>();
    if (change == 4) {
      agent_.reset();
      start();
    }
  }
  EXPECT_TRUE(traffic.finish()) << traffic.on_their_way() << " of " << traffic.sent() << " were lost";
  EXPECT_THAT(traffic.wrong(), testing::IsEmpty());

  const auto sent = traffic.sent(), received = traffic.received();
  const auto counted = [](std::uint64_t in, std::uint64_t out) {
    return nlohmann::json{{"in", in}, {"out", out}, {"drop", in - out}};
  };
  const auto after = stats();
  EXPECT_EQ(after["owners"]["g/v/check"], counted(sent, sent));
  EXPECT_EQ(after["owners"]["g/v/filter"], counted(sent, received));
  EXPECT_EQ(after["owners"]["g/v/sizes"], counted(received, received));
  EXPECT_TRUE(extra > 0 && extra < received) << extra;
  EXPECT_EQ(after["reports"]["g/v/sizes"]["packets"]["64"], received) << "state goes on, too";
  EXPECT_EQ(after["nics"]["in"]["rx"], sent);
  EXPECT_EQ(after["nics"]["out"]["tx"], received);
  EXPECT_EQ(after["given_up"], 0);
}
INSTANTIATE_TEST_SUITE_P(RunModes, Change,
                         testing::Values(Case{"Fused", RunMode::fused}, Case{"Isolated", RunMode::isolated},
                                         Case{"Threads", RunMode::threads}),
                         by_name);

class ChangeOfAHungGraph : public Change {};

// What it holds is given up and counted: that, and no more, is missing.
TEST_P(ChangeOfAHungGraph, IsMadeAllTheSame) {
  const auto before = apply(plan(false, 6));
  Traffic traffic;
  ASSERT_TRUE(eventually([&] { return traffic.received() > 200; }));
  kill(before.processes.back().pid, SIGSTOP);
  ASSERT_TRUE(eventually([&] { return traffic.on_their_way() >= Traffic::kWindow; }));
  const auto after = apply(plan(true, 6));
  EXPECT_FALSE(agent::Process::adopt({before.processes.back().pid, before.processes.back().start_time}));
  std::ignore = traffic.finish();
  const auto now = stats();
  const auto denied = now["owners"]["g/v/filter"]["drop"].get<std::uint64_t>();
  const auto given_up = now["given_up"].get<std::uint64_t>();
  EXPECT_GT(given_up, 0U);
  EXPECT_EQ(traffic.received() + denied + given_up, traffic.sent());
}
INSTANTIATE_TEST_SUITE_P(RunModes, ChangeOfAHungGraph,
                         testing::Values(Case{"Fused", RunMode::fused}, Case{"Isolated", RunMode::isolated}), by_name);

}  // namespace
}  // namespace unf
