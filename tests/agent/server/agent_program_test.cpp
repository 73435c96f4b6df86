#include <gmock/gmock.h>

#include "agent/base/files.h"
#include "agent/client/agent_client.h"
#include "tests/support/agent_host.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// unf-agent itself, with stand-ins for what it starts.
class AgentProgram : public testing_support::AgentHost {
 protected:
  void SetUp() override {
    std::ofstream{root_ / "agent.yaml"} << fmt::format(R"(host:
  name: h
  cores: [{{id: 1}}]
  memory_mb: 64
  nics: [{{name: in, device: "null"}}, {{name: out, device: "null"}}]
listen: {0}/agent.sock
run: {0}/run
cell: test
idle_s: 0
programs: {{io: {1}, runner: {2}}}
)",
                                                       root_.string(), fake_path("fake_io"), fake_path("fake_runner"));
  }
  Process start() {
    auto process = *Process::spawn(
        {program_path("unf-agent"), "--config", root_ / "agent.yaml", "--state", root_ / "state"}, root_ / "agent.log");
    EXPECT_TRUE(testing_support::eventually([&] { return client_.observe().has_value(); }))
        << last_line(root_ / "agent.log");
    return process;
  }
  std::string run(std::vector<std::string> arguments, int& status) {
    arguments.insert(arguments.begin(), program_path("unf-agent"));
    const auto process = *Process::spawn(arguments, root_ / "run.log");
    EXPECT_TRUE(process.wait(10s));
    const auto how = process.reap();
    status = std::stoi(how.substr(how.rfind(' ')));
    return *read_file(root_ / "run.log");
  }
  AgentClient client_{Endpoint{.path = (root_ / "agent.sock").string()}};
};

TEST_F(AgentProgram, KilledAgentIsReplacedAndNothingElseNotices) {
  auto agent = start();
  const auto before = client_.apply(GraphId{"g"}, {1, 1}, dump(chain("g")));
  ASSERT_TRUE(before) << before.error().message;
  agent.end(0ms);
  agent.reap();
  EXPECT_EQ(client_.observe().error().code, Errc::unavailable);
  for (const auto& process : before->processes) EXPECT_TRUE(Process::adopt({process.pid, process.start_time}));

  start();
  const auto after = client_.observe();
  ASSERT_TRUE(after);
  ASSERT_EQ(after->graphs.size(), 1U);
  EXPECT_EQ(after->graphs[0], *before);
  EXPECT_EQ(client_.stats()->at("g")["owners"]["g/vnf/a"]["in"], 2);
  EXPECT_NE(client_.catalog()->find("Forward"), nullptr);
  const auto events = client_.events(0);
  ASSERT_TRUE(events && !events->empty());
  EXPECT_EQ(events->front().kind, "adopted");
}

// Killed by unf-io before it switches, or after: before the agent hears of it.
struct Killed {
  const char* name;
  const char* when;
  std::int64_t generation;
  const char* owner_count;
};
class AgentKilledInAChange : public AgentProgram, public testing::WithParamInterface<Killed> {};

TEST_P(AgentKilledInAChange, IsFollowedByOneThatKnowsWhatUnfIoServes) {
  auto agent = start();
  const auto before = client_.apply(GraphId{"g"}, {1, 1}, dump(chain("g")));
  ASSERT_TRUE(before) << before.error().message;
  const auto next = dump(chain("g", {{"n", 2}}, {{GetParam().when, agent.id().pid}}));
  EXPECT_EQ(client_.apply(GraphId{"g"}, {1, 2}, next).error().code, Errc::unavailable);
  agent.reap();

  start();
  const auto after = client_.observe();
  ASSERT_TRUE(after && after->graphs.size() == 1);
  const auto& graph = after->graphs[0];
  EXPECT_EQ(graph.generation, GetParam().generation);
  EXPECT_EQ(graph.state, wire::GraphState::running);
  ASSERT_EQ(graph.processes.size(), 3U);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(graph.processes[i].restarts, 0) << "it was adopted";
    EXPECT_EQ(graph.processes[i].pid == before->processes[i].pid, GetParam().generation == 1);
  }
  EXPECT_EQ(client_.stats()->at("g")["owners"]["g/vnf/a"]["in"].dump(), GetParam().owner_count);
  for (const auto& entry : std::filesystem::directory_iterator(root_ / "run/test")) {
    const auto other = fmt::format("g@{}", 3 - GetParam().generation);
    EXPECT_FALSE(entry.path().filename().string().starts_with(other)) << entry.path();
  }
  EXPECT_TRUE(client_.apply(GraphId{"g"}, {1, 3}, dump(chain("g"))));
}
INSTANTIATE_TEST_SUITE_P(Switch, AgentKilledInAChange,
                         testing::Values(Killed{"Before", "kill_before_switch", 1, "2"},
                                         Killed{"After", "kill_after_switch", 2, "4"}),
                         testing_support::by_name);

TEST_F(AgentProgram, SigtermLeavesTheGraphRunning) {
  auto agent = start();
  const auto info = client_.apply(GraphId{"g"}, {1, 1}, dump(chain("g")));
  ASSERT_TRUE(info);
  agent.signal(SIGTERM);
  ASSERT_TRUE(agent.wait(10s));
  EXPECT_EQ(agent.reap(), "ended with exit status 0");
  EXPECT_FALSE(std::filesystem::exists(root_ / "agent.sock"));
  for (const auto& process : info->processes) EXPECT_TRUE(Process::adopt({process.pid, process.start_time}));
}

TEST_F(AgentProgram, RefusalsCrossTheWire) {
  start();
  ASSERT_TRUE(client_.apply(GraphId{"g"}, {2, 1}, dump(chain("g"))));
  const auto refused = client_.apply(GraphId{"g"}, {1, 2}, dump(chain("g")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("epoch 1 is stale"));
}

TEST_F(AgentProgram, BadUsageAndBadInputExitWithTwo) {
  int status = 0;
  EXPECT_THAT(run({}, status), HasSubstr("--config"));
  EXPECT_EQ(status, 2);
  EXPECT_THAT(run({"--config", root_ / "absent.yaml"}, status), HasSubstr("No such file"));
  EXPECT_EQ(status, 2);
  std::ofstream{root_ / "bad.yaml"} << "host: {name: h, cores: []}\nlisten: nowhere\n";
  EXPECT_THAT(run({"--config", root_ / "bad.yaml"}, status), HasSubstr("expected HOST:PORT"));
  EXPECT_EQ(status, 2);
  EXPECT_THAT(run({"--version"}, status), HasSubstr("unf-agent "));
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace unf::agent
