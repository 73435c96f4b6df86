#include "vnfm/lifecycle/manager.h"

#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>

#include <atomic>
#include <mutex>

#include "tosca/reader.h"
#include "vnfm/cli/builtin_catalog.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;
using agent::Version;
using agent::wire::GraphState;
using State = Manager::State;
using testing::ElementsAre;
using testing::HasSubstr;

/// An agent as a manager sees it: graphs, refusals, absence.
class FakeAgent final : public agent::Agent {
 public:
  struct Applied {
    std::string graph;
    Version version;
    bool removed;
    friend bool operator==(const Applied&, const Applied&) = default;
  };

  Result<agent::wire::GraphInfo> apply(const GraphId& graph, Version version, const std::string& plan,
                                       const std::vector<GraphId>& = {}) override {
    const std::lock_guard lock{mutex_};
    if (away) return fail(Errc::unavailable, "no route to host");
    applied_.push_back({graph.get(), version, plan.empty()});
    if (!plan.empty() && refuses) return fail(Errc::no_capacity, "no core is free");
    graphs_.erase(graph.get());
    agent::wire::GraphInfo info;
    info.graph = graph.get();
    info.epoch = version.epoch;
    info.generation = version.generation;
    info.state = GraphState::running;
    if (!plan.empty()) graphs_[graph.get()] = info;
    return info;
  }
  Result<agent::wire::Observation> observe() override {
    const std::lock_guard lock{mutex_};
    if (away) return fail(Errc::unavailable, "no route to host");
    agent::wire::Observation observation;
    for (const auto& [id, info] : graphs_) observation.graphs.push_back(info);
    return observation;
  }
  Result<nlohmann::json> stats() override {
    const std::lock_guard lock{mutex_};
    auto stats = nlohmann::json::object();
    for (const auto& [id, info] : graphs_) stats[id] = {{"unmatched", 5}};
    return stats;
  }
  Result<Catalog> catalog() override { return Catalog{}; }
  Result<std::vector<agent::wire::Event>> events(std::int64_t) override { return std::vector<agent::wire::Event>{}; }

  std::vector<Applied> applied() {
    const std::lock_guard lock{mutex_};
    return applied_;
  }
  void lose_everything() {
    const std::lock_guard lock{mutex_};
    graphs_.clear();
  }
  void set_state(GraphState::type state, const std::string& detail) {
    const std::lock_guard lock{mutex_};
    for (auto& [id, info] : graphs_) {
      info.state = state;
      info.detail = detail;
    }
  }
  std::atomic<bool> away = false;
  std::atomic<bool> refuses = false;

 private:
  std::mutex mutex_;
  std::vector<Applied> applied_;
  std::map<std::string, agent::wire::GraphInfo> graphs_;
};

class ManagerTest : public testing::Test {
 protected:
  ManagerTest() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    const std::vector<std::string> paths{UNF_SOURCE_DIR "/samples/enterprise-edge"};
    files_ = *tosca::load(paths);
    start();
  }
  ~ManagerTest() override {
    manager_.reset();
    std::filesystem::remove_all(root_);
  }
  void start() {
    std::vector<std::string> notes;
    auto store = open_services(root_, notes);
    ASSERT_TRUE(store) << store.error().message;
    manager_ = std::make_unique<Manager>(
        Inventory::built_in(), builtin_catalog(), std::move(*store), [&](const Host&) { return agent_; },
        std::make_shared<spdlog::logger>("none", std::make_shared<spdlog::sinks::null_sink_mt>()), 2ms);
  }
  static bool eventually(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  Result<Manager::Service> deploy(std::optional<std::string> name = {}) {
    return manager_->deploy(files_, {.name = std::move(name)});
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& service : manager_->list()) names.push_back(service.id + " " + to_string(service.state));
    return names;
  }

  std::filesystem::path root_;
  tosca::FileSet files_;
  std::shared_ptr<FakeAgent> agent_ = std::make_shared<FakeAgent>();
  std::unique_ptr<Manager> manager_;
};

TEST_F(ManagerTest, DeploysShowsAndTerminates) {
  const auto service = deploy();
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->id, "edge");
  EXPECT_EQ(service->state, State::running);
  EXPECT_EQ(service->unfs, 9U);
  EXPECT_THAT(names(), ElementsAre("edge running"));
  const auto shown = manager_->show("edge");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->at("unmatched"), 5) << "what the agent counts";
  EXPECT_EQ(shown->at("plan").at("graph"), "edge");
  EXPECT_EQ(shown->at("epoch"), agent_->applied().front().version.epoch);

  ASSERT_TRUE(manager_->terminate("edge"));
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(manager_->show("edge").error().code, Errc::not_found);
  EXPECT_EQ(manager_->terminate("edge").error().code, Errc::not_found);
  EXPECT_EQ(manager_->last_words("edge")->at("unmatched"), 5);
  EXPECT_FALSE(manager_->last_words("other"));
  const auto applied = agent_->applied();
  ASSERT_GE(applied.size(), 2U);
  EXPECT_TRUE(applied.back().removed);
  EXPECT_GT(applied.back().version, applied.front().version);
}

TEST_F(ManagerTest, NamesTellServicesOfOneDescriptionApart) {
  ASSERT_TRUE(deploy());
  EXPECT_EQ(deploy().error().code, Errc::conflict);
  ASSERT_TRUE(deploy("edge-2"));
  EXPECT_THAT(names(), ElementsAre("edge running", "edge-2 running"));
}

TEST_F(ManagerTest, RefusedServiceIsGone) {
  agent_->refuses = true;
  const auto refused = deploy();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{Errc::no_capacity, "no core is free"}));
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(agent_->applied().back().removed) << "nothing half done stays";
  agent_->refuses = false;
  EXPECT_TRUE(deploy());
}

TEST_F(ManagerTest, BadDescriptionNeverReachesTheAgent) {
  files_.files.begin()->second = "tosca_definitions_version: [";
  const auto refused = deploy();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::malformed);
  EXPECT_TRUE(agent_->applied().empty());
}

TEST_F(ManagerTest, NextManagerTakesOverWithoutTouchingWhatRuns) {
  ASSERT_TRUE(deploy());
  const auto before = agent_->applied().front().version;
  manager_.reset();
  start();
  EXPECT_THAT(names(), ElementsAre("edge running"));
  ASSERT_TRUE(eventually([&] { return agent_->applied().back().version.epoch > before.epoch; }));
  const auto last = agent_->applied().back();
  EXPECT_EQ(last, (FakeAgent::Applied{"edge", {last.version.epoch, before.generation}, false}));
}

TEST_F(ManagerTest, WhatAnAgentLostIsAppliedAgain) {
  ASSERT_TRUE(deploy());
  agent_->lose_everything();
  EXPECT_TRUE(eventually([&] { return names() == std::vector<std::string>{"edge running"}; }));
}

TEST_F(ManagerTest, AgentThatIsAwayIsWaitedFor) {
  ASSERT_TRUE(deploy());
  agent_->away = true;
  EXPECT_THAT(names(), ElementsAre("edge unreachable"));
  EXPECT_EQ(manager_->show("edge")->at("detail"), "no route to host");
  EXPECT_EQ(manager_->terminate("edge").error().code, Errc::unavailable);
  EXPECT_THAT(names(), ElementsAre("edge terminating"));
  agent_->away = false;
  EXPECT_TRUE(eventually([&] { return names().empty(); }));
}

TEST_F(ManagerTest, TerminationOutlivesTheManager) {
  ASSERT_TRUE(deploy());
  agent_->away = true;
  EXPECT_FALSE(manager_->terminate("edge"));
  manager_.reset();
  start();
  EXPECT_THAT(names(), ElementsAre("edge terminating"));
  agent_->away = false;
  EXPECT_TRUE(eventually([&] { return names().empty(); }));
  EXPECT_TRUE(agent_->applied().back().removed);
}

struct Told {
  const char* name;
  GraphState::type state;
  State expected;
};
class AgentState : public ManagerTest, public testing::WithParamInterface<Told> {};
TEST_P(AgentState, IsTheServices) {
  ASSERT_TRUE(deploy());
  agent_->set_state(GetParam().state, "r1 is hurt");
  const auto services = manager_->list();
  ASSERT_EQ(services.size(), 1U);
  EXPECT_EQ(services[0].state, GetParam().expected);
  EXPECT_EQ(services[0].detail, "r1 is hurt");
}
INSTANTIATE_TEST_SUITE_P(States, AgentState,
                         testing::Values(Told{"Running", GraphState::running, State::running},
                                         Told{"Degraded", GraphState::degraded, State::degraded},
                                         Told{"Failed", GraphState::failed, State::failed}),
                         [](const auto& param) { return std::string{param.param.name}; });

TEST_F(ManagerTest, ServiceOfAHostThatLeftTheInventoryIsUnreachable) {
  ASSERT_TRUE(deploy());
  manager_.reset();
  std::vector<std::string> notes;
  manager_ = std::make_unique<Manager>(
      Inventory{}, builtin_catalog(), *open_services(root_, notes), [&](const Host&) { return agent_; },
      std::make_shared<spdlog::logger>("none", std::make_shared<spdlog::sinks::null_sink_mt>()), 2ms);
  EXPECT_THAT(names(), ElementsAre("edge unreachable"));
  EXPECT_THAT(manager_->list()[0].detail, HasSubstr("no host local"));
  EXPECT_EQ(manager_->terminate("edge").error().code, Errc::unavailable);
}

}  // namespace
}  // namespace unf::vnfm
