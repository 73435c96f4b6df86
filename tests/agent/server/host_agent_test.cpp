#include "agent/server/host_agent.h"

#include <gmock/gmock.h>

#include <csignal>
#include <future>
#include <thread>

#include "tests/support/agent_host.h"
#include "tests/support/by_name.h"
#include "tests/support/hold.h"
#include "tests/support/places.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing_support::by_name;
using wire::GraphState;

class HostAgentTest : public testing_support::AgentHost {
 protected:
  void start(AgentConfig config) {
    auto started =
        HostAgent::start(std::move(config), no_log(),
                         {.runner_start = runner_start_, .stop = 500ms, .first_pause = 5ms, .longest_pause = 20ms});
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  void SetUp() override { start(config()); }

  Result<wire::GraphInfo> apply(const Plan& plan, Version version, const std::vector<GraphId>& replaces = {}) {
    return agent_->apply(plan.graph, version, dump(plan), replaces);
  }
  std::optional<wire::GraphInfo> graph(const std::string& id) {
    const auto observed = agent_->observe();
    for (const auto& info : observed->graphs) {
      if (info.graph == id) return info;
    }
    return std::nullopt;
  }
  wire::ProcessInfo process(const std::string& id, const std::string& name) {
    const auto found = graph(id).value_or(wire::GraphInfo{});
    for (const auto& info : found.processes) {
      if (info.name == name) return info;
    }
    return {};
  }
  bool running(const std::string& id) {
    return testing_support::eventually(
        [&] { return graph(id).has_value() && graph(id)->state == GraphState::running; });
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> kinds;
    const auto events = agent_->events(0);
    for (const auto& event : *events) kinds.push_back(event.kind);
    return kinds;
  }
  static bool lives(const wire::ProcessInfo& info) { return Process::adopt({info.pid, info.start_time}).has_value(); }
  /// Of the cell, without the spare runner.
  std::size_t processes() {
    return processes_with_argument(fake_path("fake_io"), root_ / "run/test/").size() +
           processes_with_argument(fake_path("fake_runner"), root_ / "run/test/g").size();
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "run/test")) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  std::chrono::milliseconds runner_start_{10'000};
  std::unique_ptr<HostAgent> agent_;
};

TEST_F(HostAgentTest, AppliedGraphRuns) {
  const auto info = apply(chain("g"), {1, 1});
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->state, GraphState::running);
  ASSERT_EQ(info->processes.size(), 3U);
  for (const auto& process : info->processes) EXPECT_TRUE(lives(process) && process.ready) << process.name;
  EXPECT_THAT(kinds(), Contains("applied"));
}

TEST_F(HostAgentTest, SameGenerationAgainChangesNothing) {
  const auto first = apply(chain("g"), {1, 1});
  const auto second = apply(chain("g"), {1, 1});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  const auto taken_over = apply(chain("g"), {2, 1});
  ASSERT_TRUE(taken_over);
  EXPECT_EQ(taken_over->epoch, 2);
  EXPECT_EQ(taken_over->processes, first->processes);
}

TEST_F(HostAgentTest, NewGenerationReplacesTheOld) {
  const auto first = apply(chain("g"), {1, 1});
  const auto second = apply(chain("g", {{"n", 2}}), {1, 2});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->generation, 2);
  EXPECT_EQ(second->processes[0], first->processes[0]) << "unf-io stays";
  for (const std::size_t runner : {1U, 2U}) {
    EXPECT_FALSE(lives(first->processes[runner]));
    EXPECT_TRUE(lives(second->processes[runner]));
  }
}

struct Stale {
  const char* name;
  Version version;
  const char* message;
};
class StaleVersion : public HostAgentTest, public testing::WithParamInterface<Stale> {};

TEST_P(StaleVersion, IsRefused) {
  ASSERT_TRUE(apply(chain("g"), {5, 7}));
  const auto before = graph("g");
  const auto refused = apply(chain("g", {{"n", 2}}), GetParam().version);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr(GetParam().message));
  EXPECT_EQ(graph("g"), before);
}
INSTANTIATE_TEST_SUITE_P(Versions, StaleVersion,
                         testing::Values(Stale{"Epoch", {4, 8}, "epoch 4 is stale"},
                                         Stale{"Generation", {5, 6}, "generation 6 is stale"},
                                         Stale{"SameWithAnotherPlan", {5, 7}, "applied with another plan"}),
                         by_name);

TEST_F(HostAgentTest, RemovedGraphLeavesNothingButItsVersion) {
  const auto info = apply(chain("g"), {1, 3});
  ASSERT_TRUE(info);
  const auto removed = agent_->apply(GraphId{"g"}, {1, 4}, "");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->state, GraphState::absent);
  for (const auto& process : info->processes) EXPECT_FALSE(lives(process)) << process.name;
  EXPECT_TRUE(files().empty()) << files().front();
  EXPECT_FALSE(graph("g"));
  EXPECT_EQ(apply(chain("g"), {1, 3}).error().code, Errc::conflict) << "it was removed in generation 4";
  EXPECT_TRUE(apply(chain("g"), {1, 5}));
}

TEST_F(HostAgentTest, PlanWithoutNodesRemovesToo) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  Plan empty;
  empty.graph = GraphId{"g"};
  ASSERT_TRUE(apply(empty, {1, 2}));
  EXPECT_FALSE(graph("g"));
}

struct Bad {
  const char* name;
  Errc code;
  const char* message;
  std::function<std::string()> plan;
};
class BadPlan : public HostAgentTest, public testing::WithParamInterface<Bad> {
 public:
  using HostAgentTest::chain;
};

TEST_P(BadPlan, IsRefusedWithNothingLeftBehind) {
  const auto refused = agent_->apply(GraphId{"g"}, {1, 1}, GetParam().plan());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, GetParam().code);
  EXPECT_THAT(refused.error().message, HasSubstr(GetParam().message));
  EXPECT_TRUE(agent_->observe()->graphs.empty());
  EXPECT_TRUE(files().empty()) << files().front();
  EXPECT_TRUE(processes_with_argument(fake_path("fake_io"), root_ / "run/test/").empty());
  EXPECT_TRUE(apply(chain("g"), {1, 1})) << "a refused generation is not used up";
}
INSTANTIATE_TEST_SUITE_P(
    Plans, BadPlan,
    testing::Values(Bad{"NotJson", Errc::malformed, "", [] { return "{"; }},
                    Bad{"OfAnotherGraph", Errc::malformed, "expected g", [] { return dump(BadPlan::chain("other")); }},
                    Bad{"OfAnotherHost", Errc::malformed, "this is host h",
                        [] {
                          auto plan = BadPlan::chain("g");
                          plan.nodes[0].host = HostId{"elsewhere"};
                          return dump(plan);
                        }},
                    Bad{"IoRefuses", Errc::no_capacity, "no such device",
                        [] {
                          return dump(BadPlan::chain("g", nlohmann::json::object(), {{"refuse", "no such device"}}));
                        }},
                    Bad{"RunnerExits", Errc::unavailable, "exit status 3: told to exit",
                        [] {
                          return dump(BadPlan::chain("g", {{"at_start", "exit"}}));
                        }},
                    Bad{"RunnerIsNeverReady", Errc::unavailable, "r1 was not ready within 10000 ms",
                        [] {
                          return dump(BadPlan::chain("g", {{"at_start", "hang"}}));
                        }}),
    by_name);

struct Refusal {
  const char* name;
  nlohmann::json config, in_config;
};
class RefusedChange : public HostAgentTest, public testing::WithParamInterface<Refusal> {};

TEST_P(RefusedChange, LeavesWhatRunsAsItWas) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  const auto before = graph("g");
  const auto count = processes();
  ASSERT_FALSE(apply(chain("g", GetParam().config, GetParam().in_config), {1, 2}));
  EXPECT_EQ(graph("g"), before);
  for (const auto& process : before->processes) EXPECT_TRUE(lives(process)) << process.name;
  EXPECT_TRUE(testing_support::eventually([&] { return processes() == count; }));
  EXPECT_THAT(files(), testing::Each(testing::Not(testing::StartsWith("g@2"))));
  EXPECT_TRUE(apply(chain("g", {{"n", 2}}), {1, 2})) << "a refused generation is not used up";
}
INSTANTIATE_TEST_SUITE_P(At, RefusedChange,
                         testing::Values(Refusal{"Prepare", nlohmann::json::object(), {{"refuse", "no memory"}}},
                                         Refusal{"Start", {{"at_start", "exit"}}, nlohmann::json::object()},
                                         Refusal{"Switch", nlohmann::json::object(), {{"refuse_switch", "no"}}}),
                         by_name);

TEST_F(HostAgentTest, WhatDoesNotDrainIsEnded) {
  const auto before = apply(chain("g", nlohmann::json::object(), {{"stuck", true}}), {1, 1});
  ASSERT_TRUE(before);
  const auto after = apply(chain("g"), {1, 2});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->state, GraphState::running);
  EXPECT_FALSE(lives(before->processes[1]));
  EXPECT_THAT(kinds(), Contains("not_drained"));
}

TEST_F(HostAgentTest, OwnersCountOnAndEdgesBeginAnew) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  ASSERT_TRUE(apply(chain("g", {{"n", 2}}), {1, 2}));
  const auto owner = [&] { return agent_->stats()->at("g")["owners"]["g/vnf/a"]["in"]; };
  EXPECT_EQ(owner(), 4) << "each stand-in counts one";
  EXPECT_EQ(agent_->stats()->at("g")["edges"]["1"]["packets"], 2);
  agent_.reset();
  start(config());
  EXPECT_EQ(owner(), 4);
}

TEST_F(HostAgentTest, WhoLeavesGetsTheLastCounts) {
  auto without = chain("g", {{"n", 2}});
  without.counters.clear();
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  const auto changed = apply(without, {1, 2});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->departed, R"({"g/vnf/a":{"drop":0,"in":2,"out":2}})");
  agent_.reset();
  start(config());
  EXPECT_EQ(apply(without, {1, 2})->departed, changed->departed) << "the same generation answers the same";

  ASSERT_TRUE(apply(chain("g"), {1, 3}));
  const auto removed = agent_->apply(GraphId{"g"}, {1, 4}, "");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->departed, R"({"g/vnf/a":{"drop":0,"in":2,"out":2}})") << "counted since it came back";
  EXPECT_EQ(agent_->apply(GraphId{"g"}, {1, 4}, "")->departed, removed->departed);
}

TEST_F(HostAgentTest, ReplacedGraphsGoIntoTheOther) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  const auto replaced = apply(chain("h"), {1, 1});
  ASSERT_TRUE(replaced);
  auto both = chain("g", {{"n", 2}});
  both.counters.push_back(chain("h").counters[0]);
  ASSERT_TRUE(apply(both, {1, 2}, {GraphId{"h"}}));
  EXPECT_FALSE(graph("h"));
  EXPECT_FALSE(lives(replaced->processes[1]));
  EXPECT_EQ(agent_->stats()->at("g")["owners"]["h/vnf/a"]["in"], 4);
  EXPECT_EQ(apply(chain("h"), {1, 1}).error().code, Errc::conflict) << "its version is remembered";
  EXPECT_TRUE(apply(chain("h"), {1, 2})) << "it may come back";
}

class SpareRunnerTest : public HostAgentTest {
 protected:
  /// Those that wait: one that has become a runner of `g` still has the arguments it was started with.
  std::vector<ProcessId> waiting() {
    auto spares = processes_with_argument(fake_path("fake_runner"), root_ / "run/test/spare");
    std::erase_if(spares, [&](const ProcessId& spare) {
      return spare.pid == process("g", "r1").pid || spare.pid == process("g", "r2").pid;
    });
    return spares;
  }
};

TEST_F(SpareRunnerTest, TakesTheDeadOnesPlace) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  std::vector<ProcessId> spares;
  ASSERT_TRUE(testing_support::eventually([&] { return (spares = waiting()).size() == 1; }));
  kill(process("g", "r1").pid, SIGKILL);
  ASSERT_TRUE(
      testing_support::eventually([&] { return process("g", "r1").ready && process("g", "r1").restarts == 1; }));
  EXPECT_EQ(process("g", "r1").pid, spares[0].pid);
}

TEST_F(SpareRunnerTest, IsReplacedWhenItDies) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  std::vector<ProcessId> spares;
  const auto one_waits = [&] { return (spares = waiting()).size() == 1; };
  ASSERT_TRUE(testing_support::eventually(one_waits));
  const auto dead = spares[0];
  kill(dead.pid, SIGKILL);
  EXPECT_TRUE(testing_support::eventually([&] { return one_waits() && spares[0] != dead; }));
}

TEST_F(SpareRunnerTest, EndsWithTheAgent) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  ASSERT_TRUE(testing_support::eventually([&] { return waiting().size() == 1; }));
  const auto spare = waiting()[0];
  agent_.reset();
  const auto left = Process::adopt(spare);
  EXPECT_TRUE(!left || left->wait(10s));
}

class WarmHost : public HostAgentTest {
 protected:
  void SetUp() override {
    auto config = this->config();
    config.idle = 3600s;
    start(config);
  }
};

TEST_F(WarmHost, IoStaysAfterItsLastGraph) {
  const auto first = apply(chain("g"), {1, 1});
  ASSERT_TRUE(first);
  ASSERT_TRUE(agent_->apply(GraphId{"g"}, {1, 2}, ""));
  EXPECT_TRUE(lives(first->processes[0]));
  const auto second = apply(chain("g"), {1, 3});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->processes[0].pid, first->processes[0].pid);
  agent_->remove_all();
  EXPECT_FALSE(lives(first->processes[0]));
}

TEST_F(HostAgentTest, IoLeavesWhenItWasIdleForLong) {
  agent_.reset();
  auto config = this->config();
  config.idle = 1s;
  start(config);
  const auto info = apply(chain("g"), {1, 1});
  ASSERT_TRUE(info);
  ASSERT_TRUE(agent_->apply(GraphId{"g"}, {1, 2}, ""));
  EXPECT_TRUE(testing_support::eventually([&] { return !lives(info->processes[0]) && files().empty(); }));
}

TEST_F(HostAgentTest, DeadRunnerIsStartedAgain) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  const auto before = process("g", "r1");
  const auto other = process("g", "r2");
  kill(before.pid, SIGKILL);
  ASSERT_TRUE(
      testing_support::eventually([&] { return process("g", "r1").restarts == 1 && process("g", "r1").ready; }));
  EXPECT_NE(process("g", "r1").pid, before.pid);
  EXPECT_TRUE(lives(process("g", "r1")));
  EXPECT_EQ(process("g", "r2"), other);
  EXPECT_THAT(kinds(), testing::AllOf(Contains("runner_died"), Contains("runner_restarted")));
}

TEST_F(HostAgentTest, RunnerThatKeepsDyingIsStartedAgainEachTime) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  for (int death = 1; death <= 5; ++death) {
    kill(process("g", "r2").pid, SIGKILL);
    ASSERT_TRUE(
        testing_support::eventually([&] { return process("g", "r2").restarts == death && process("g", "r2").ready; }));
  }
  EXPECT_TRUE(running("g"));
}

TEST_F(HostAgentTest, GraphIsRemovedWhileItsRunnerDies) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  kill(process("g", "r1").pid, SIGKILL);
  ASSERT_TRUE(agent_->apply(GraphId{"g"}, {1, 2}, ""));
  EXPECT_TRUE(files().empty()) << files().front();
  EXPECT_EQ(processes(), 0U);
}

TEST_F(HostAgentTest, GraphsChangeSideBySide) {
  const auto live = [&](const std::string& name) {
    for (const int generation : {1, 2}) {
      const auto applied = apply(chain(name, {{"n", generation}}), {1, generation});
      EXPECT_TRUE(applied) << applied.error().message;
      kill(process(name, "r1").pid, SIGKILL);
    }
    EXPECT_TRUE(running(name));
    EXPECT_TRUE(agent_->apply(GraphId{name}, {1, 3}, ""));
  };
  {
    const std::jthread first{live, "g"};
    const std::jthread second{live, "h"};
    const std::jthread third{live, "i"};
  }
  EXPECT_TRUE(agent_->observe()->graphs.empty());
  EXPECT_TRUE(files().empty()) << files().front();
  EXPECT_TRUE(processes_with_argument(fake_path("fake_io"), root_ / "run/test/").empty());
}

TEST_F(HostAgentTest, DeadIoIsReplacedAndRunnersWithIt) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  ASSERT_TRUE(apply(chain("h"), {1, 2}));
  const auto io = process("g", "io");
  const auto runner = process("h", "r1");
  kill(io.pid, SIGKILL);
  ASSERT_TRUE(
      testing_support::eventually([&] { return process("g", "io").pid != io.pid && process("g", "io").ready; }));
  ASSERT_TRUE(running("g") && running("h"));
  EXPECT_FALSE(lives(runner));
  EXPECT_TRUE(lives(process("h", "r1")));
  EXPECT_EQ(process("h", "r1").restarts, 1);
  EXPECT_THAT(kinds(), testing::AllOf(Contains("io_died"), Contains("io_restarted")));
}

TEST_F(HostAgentTest, NextOneAdoptsWhatRuns) {
  const auto before = apply(chain("g"), {3, 2});
  ASSERT_TRUE(before);
  agent_.reset();
  for (const auto& process : before->processes) ASSERT_TRUE(lives(process));
  start(config());
  EXPECT_EQ(graph("g"), *before);
  EXPECT_THAT(kinds(), Contains("adopted"));
  EXPECT_EQ(apply(chain("g"), {2, 9}).error().code, Errc::conflict) << "the epoch is remembered";

  kill(process("g", "r1").pid, SIGKILL);
  ASSERT_TRUE(
      testing_support::eventually([&] { return process("g", "r1").restarts == 1 && process("g", "r1").ready; }));
}

TEST_F(HostAgentTest, NextOneStartsWhatDiedMeanwhile) {
  const auto before = apply(chain("g"), {1, 1});
  ASSERT_TRUE(before);
  agent_.reset();
  kill(before->processes[1].pid, SIGKILL);
  waitpid(before->processes[1].pid, nullptr, 0);
  start(config());
  ASSERT_TRUE(running("g"));
  EXPECT_TRUE(lives(process("g", "r1")));
  EXPECT_EQ(process("g", "r2").pid, before->processes[2].pid);
}

TEST_F(HostAgentTest, NextOneStartsAllOverWhereIoDiedMeanwhile) {
  const auto before = apply(chain("g"), {1, 1});
  ASSERT_TRUE(before);
  agent_.reset();
  kill(before->processes[0].pid, SIGKILL);
  waitpid(before->processes[0].pid, nullptr, 0);
  start(config());
  ASSERT_TRUE(running("g"));
  for (const auto& process : before->processes) EXPECT_FALSE(lives(process)) << process.name;
}

TEST_F(HostAgentTest, NextOneFindsARunnerThatTheJournalDoesNotKnow) {
  const auto before = apply(chain("g"), {1, 1});
  ASSERT_TRUE(before);
  agent_.reset();
  {
    std::vector<std::string> notes;
    auto journal = Journal::open(root_ / "state", notes);
    auto entry = journal->graphs().at(GraphId{"g"});
    entry.runners.erase(RunnerId{"r1"});
    ASSERT_TRUE(journal->put(GraphId{"g"}, entry));
  }
  start(config());
  EXPECT_EQ(process("g", "r1").pid, before->processes[1].pid);
}

TEST_F(HostAgentTest, StubbornRunnerIsKilled) {
  const auto info = apply(chain("g", {{"stubborn", true}}), {1, 1});
  ASSERT_TRUE(info);
  ASSERT_TRUE(agent_->apply(GraphId{"g"}, {1, 2}, ""));
  EXPECT_FALSE(lives(info->processes[1]));
}

TEST_F(HostAgentTest, StatsAreCountersReportsAndProcesses) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  const auto stats = agent_->stats();
  ASSERT_TRUE(stats) << stats.error().message;
  const auto& graph = stats->at("g");
  EXPECT_EQ(graph["edges"]["1"]["packets"], 2) << "each stand-in counts one";
  EXPECT_EQ(graph["owners"]["g/vnf/a"]["in"], 2);
  EXPECT_EQ(graph["unmatched"], 2);
  EXPECT_EQ(graph["nics"]["in"]["rx"], 1);
  ASSERT_EQ(graph["processes"].size(), 3U);
  EXPECT_EQ(graph["processes"][1]["heartbeat"], 1);
}

TEST_F(HostAgentTest, CountsSurviveTheDeathOfEveryProcess) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  kill(process("g", "io").pid, SIGKILL);
  ASSERT_TRUE(
      testing_support::eventually([&] { return process("g", "r2").restarts == 1 && process("g", "r2").ready; }));
  ASSERT_TRUE(running("g"));
  EXPECT_EQ(agent_->stats()->at("g")["edges"]["1"]["packets"], 4);
}

TEST_F(HostAgentTest, RemoveAllLeavesNoProcessAndNoFile) {
  const auto info = apply(chain("g"), {1, 1});
  ASSERT_TRUE(info);
  agent_->remove_all();
  for (const auto& process : info->processes) EXPECT_FALSE(lives(process)) << process.name;
  EXPECT_FALSE(std::filesystem::exists(root_ / "run/test"));
  EXPECT_EQ(apply(chain("g"), {1, 2}).error().code, Errc::unavailable);
}

TEST_F(HostAgentTest, ClearEndsWhatOneThatIsGoneHasLeft) {
  const auto info = apply(chain("g"), {1, 1});
  ASSERT_TRUE(info);
  EXPECT_EQ(HostAgent::clear(config(), no_log()).error().code, Errc::conflict) << "it is not gone";
  agent_.reset();
  ASSERT_TRUE(HostAgent::clear(config(), no_log()));
  for (const auto& process : info->processes) EXPECT_FALSE(lives(process)) << process.name;
  EXPECT_FALSE(std::filesystem::exists(root_ / "run/test"));
  EXPECT_FALSE(std::filesystem::exists(root_ / "state"));
}

TEST_F(HostAgentTest, ASecondOneOnTheSameStateIsRefused) {
  const auto second = HostAgent::start(config(), no_log());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

TEST_F(HostAgentTest, MissingProgramsAreNamed) {
  agent_.reset();
  auto config = this->config();
  config.io_program = "/nowhere/unf-io";
  config.runner_program = "/bin/false";
  start(config);
  EXPECT_THAT(apply(chain("g"), {1, 1}).error().message, HasSubstr("/nowhere/unf-io: cannot be started"));
  EXPECT_THAT(agent_->catalog().error().message, HasSubstr("/bin/false: failed"));
}

/// Where the start of a graph is held.
struct HeldAt {
  const char* name;
  bool in_io;
};
class HeldStart : public HostAgentTest, public testing::WithParamInterface<HeldAt> {
 protected:
  HeldStart() { runner_start_ = 60'000ms; }

  Plan held(const std::string& graph) {
    const nlohmann::json hold{{"held_by", hold_.file()}};
    const auto none = nlohmann::json::object();
    return chain(graph, GetParam().in_io ? none : hold, GetParam().in_io ? hold : none);
  }
  void begin(const Plan& plan, Version version, const std::vector<GraphId>& replaces = {}) {
    pending_ = std::async(std::launch::async, [=, this] { return apply(plan, version, replaces); });
    ASSERT_TRUE(testing_support::eventually([&] { return hold_.reached(); }));
  }
  bool is_pending() { return pending_.wait_for(0s) == std::future_status::timeout; }
  void expect_successor_while_pending(const std::string& graph) {
    kill(process(graph, "r1").pid, SIGKILL);
    EXPECT_TRUE(
        testing_support::eventually([&] { return process(graph, "r1").restarts == 1 && process(graph, "r1").ready; }));
    EXPECT_TRUE(is_pending());
  }

  std::future<Result<wire::GraphInfo>> pending_;
  testing_support::Hold hold_{root_ / "hold"};  ///< released before the future is waited for
};

TEST_P(HeldStart, AnotherGraphsDeadRunnerIsReplaced) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  begin(held("h"), {1, 1});
  expect_successor_while_pending("g");
  hold_.release();
  EXPECT_TRUE(pending_.get());
  EXPECT_TRUE(running("g") && running("h"));
}

TEST_P(HeldStart, DeadRunnerOfTheGenerationThatStillRunsIsReplaced) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  begin(held("g"), {1, 2});
  expect_successor_while_pending("g");
  hold_.release();
  EXPECT_TRUE(pending_.get());
  EXPECT_EQ(graph("g")->generation, 2);
  EXPECT_TRUE(running("g"));
}

TEST_P(HeldStart, DeadRunnerOfAGraphThatIsBeingReplacedIsReplaced) {
  ASSERT_TRUE(apply(chain("h"), {1, 1}));
  begin(held("g"), {1, 1}, {GraphId{"h"}});
  expect_successor_while_pending("h");
  hold_.release();
  EXPECT_TRUE(pending_.get());
  EXPECT_FALSE(graph("h"));
  EXPECT_TRUE(running("g"));
}

TEST_P(HeldStart, IoThatDiesEndsTheStartAndComesBackForTheOthers) {
  ASSERT_TRUE(apply(chain("g"), {1, 1}));
  const auto io = process("g", "io");
  begin(held("h"), {1, 1});
  kill(io.pid, SIGKILL);
  const auto refused = pending_.get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("unf-io"));
  EXPECT_TRUE(testing_support::eventually([&] { return process("g", "io").pid != io.pid && running("g"); }));
  EXPECT_FALSE(graph("h"));
  hold_.release();
  EXPECT_TRUE(apply(chain("h"), {1, 1})) << "a refused generation is not used up";
}

TEST_P(HeldStart, NextChangeOfTheGraphFollowsIt) {
  begin(held("g"), {1, 1});
  auto next = std::async(std::launch::async, [&] { return apply(chain("g", {{"n", 2}}), {1, 2}); });
  EXPECT_TRUE(apply(chain("h"), {1, 1})) << "it waits for nobody";
  EXPECT_TRUE(is_pending());
  hold_.release();
  const auto first = pending_.get();
  const auto second = next.get();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->generation, 1);
  EXPECT_EQ(second->generation, 2);
  EXPECT_EQ(graph("g")->generation, 2);
}

INSTANTIATE_TEST_SUITE_P(At, HeldStart, testing::Values(HeldAt{"Prepare", true}, HeldAt{"RunnerStart", false}),
                         by_name);

class ThreadsMode : public HostAgentTest {
 protected:
  void SetUp() override {
    auto config = this->config();
    config.host.mode = RunMode::threads;
    start(config);
  }
};

TEST_F(ThreadsMode, OnlyIoIsAProcess) {
  const auto info = apply(chain("g"), {1, 1});
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->state, GraphState::running);
  ASSERT_EQ(info->processes.size(), 1U);
  kill(info->processes[0].pid, SIGKILL);
  ASSERT_TRUE(
      testing_support::eventually([&] { return process("g", "io").restarts == 1 && process("g", "io").ready; }));
  EXPECT_TRUE(running("g"));
}

}  // namespace
}  // namespace unf::agent
