#include "vnfm/lifecycle/overview.h"

#include "tests/support/places.h"
#include "tests/vnfm/lifecycle/manager_fixture.h"
#include "tosca/load.h"
#include "tosca/text/file_set.h"

namespace unf::vnfm {
namespace {

using agent::wire::GraphState;
using testing::ElementsAre;
using testing::HasSubstr;
using State = Overview::State;

/// Whole services, as `vnfm deploy` has them.
class OverviewTest : public ManagerFixture {
 protected:
  OverviewTest() {
    const std::vector<std::string> paths{source_path("samples/enterprise-edge")};
    files_ = *tosca::load(paths);
  }
  Result<Service> deploy(const std::string& name = "") { return lifecycle().deploy(kDefaultTenant, files_, name, {}); }
  Result<void> terminate() { return overview().terminate(kDefaultTenant, "edge"); }
  Overview& overview() { return manager_->overview(); }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    const auto listed = overview().list(kDefaultTenant).value();
    for (const auto& service : listed) {
      names.push_back(service.id + " " + to_string(service.state));
    }
    return names;
  }
  tosca::FileSet files_;
};

TEST_F(OverviewTest, DeploysShowsAndTerminates) {
  const auto service = deploy();
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->id, "edge");
  EXPECT_THAT(names(), ElementsAre("edge running"));
  EXPECT_EQ(overview().list(kDefaultTenant)->front().unfs, 9U);
  const auto shown = overview().show(kDefaultTenant, "edge");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->at("unmatched"), 5) << "what the agent counts";
  EXPECT_EQ(shown->at("plan").at("graph"), "edge");
  EXPECT_EQ(shown->at("epoch"), agent_->applied().front().version.epoch);

  ASSERT_TRUE(terminate());
  EXPECT_TRUE(names().empty());
  EXPECT_EQ(overview().show(kDefaultTenant, "edge").error().code, Errc::not_found);
  EXPECT_EQ(terminate().error().code, Errc::not_found);
  EXPECT_EQ(overview().last_words("edge")->at("unmatched"), 5);
  EXPECT_FALSE(overview().last_words("other"));
  EXPECT_TRUE(agent_->applied().back().removed);
  EXPECT_TRUE(all_of(manager_->store()->store(), "text/")->empty());
}

TEST_F(OverviewTest, WhatItWasDeployedFromIsReadAgain) {
  ASSERT_TRUE(deploy());
  start();
  const auto service = lifecycle().find(kDefaultTenant, "edge");
  const auto described = lifecycle().described(*service);
  ASSERT_TRUE(described) << described.error().message;
  EXPECT_EQ((*described)->vnfs.size(), 3U);
}

TEST_F(OverviewTest, ANameIsGivenOnce) {
  ASSERT_TRUE(deploy());
  EXPECT_EQ(deploy().error().code, Errc::conflict);
}

TEST_F(OverviewTest, RefusedServiceIsGone) {
  agent_->refusals = 1'000;
  const auto refused = deploy();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{Errc::no_capacity, "no core is free"}));
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(agent_->plans().empty()) << "nothing half done stays";
  agent_->refusals = 0;
  EXPECT_TRUE(deploy());
}

TEST_F(OverviewTest, BadDescriptionNeverReachesTheAgent) {
  files_.files.begin()->second = "tosca_definitions_version: [";
  const auto refused = deploy();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::malformed);
  EXPECT_TRUE(agent_->applied().empty());
}

TEST_F(OverviewTest, NextManagerTakesOverWithoutTouchingWhatRuns) {
  ASSERT_TRUE(deploy());
  const auto before = agent_->applied().front().version;
  start();
  EXPECT_THAT(names(), ElementsAre("edge running"));
  ASSERT_TRUE(eventually([&] { return agent_->applied().back().version.epoch > before.epoch; }));
  const auto last = agent_->applied().back();
  EXPECT_EQ(last, (FakeAgent::Applied{"edge", {last.version.epoch, before.generation}, false}));
}

TEST_F(OverviewTest, TerminationOfWhatIsOutOfReachIsTriedAgain) {
  ASSERT_TRUE(deploy());
  agent_->away = true;
  EXPECT_THAT(names(), ElementsAre("edge unreachable"));
  EXPECT_EQ(overview().show(kDefaultTenant, "edge")->at("detail"), "no route to host");
  EXPECT_EQ(terminate().error().code, Errc::unavailable);
  EXPECT_THAT(names(), ElementsAre("edge terminating"));
  start();
  EXPECT_THAT(names(), ElementsAre("edge terminating"));
  agent_->away = false;
  ASSERT_TRUE(terminate());
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(agent_->plans().empty());
}

TEST_F(OverviewTest, ShowsInstancesToo) {
  const auto service = running(onboard_router());
  EXPECT_THAT(names(), ElementsAre(service.id + " running"));
  ASSERT_TRUE(overview().terminate(kDefaultTenant, service.id));
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(lifecycle().find(kDefaultTenant, service.id)) << "it is NOT_INSTANTIATED";
}

struct Told {
  const char* name;
  GraphState::type state;
  State expected;
};
class AgentState : public OverviewTest, public testing::WithParamInterface<Told> {};
TEST_P(AgentState, IsTheServices) {
  ASSERT_TRUE(deploy());
  agent_->set_state(GetParam().state, "r1 is hurt");
  const auto services = overview().list(kDefaultTenant);
  ASSERT_EQ(services->size(), 1U);
  EXPECT_EQ(services->front().state, GetParam().expected);
  EXPECT_EQ(services->front().detail, "r1 is hurt");
}
INSTANTIATE_TEST_SUITE_P(States, AgentState,
                         testing::Values(Told{"Running", GraphState::running, State::running},
                                         Told{"Degraded", GraphState::degraded, State::degraded},
                                         Told{"Failed", GraphState::failed, State::failed}),
                         [](const auto& param) { return std::string{param.param.name}; });

TEST_F(OverviewTest, ServiceOfAHostThatLeftTheInventoryIsUnreachable) {
  ASSERT_TRUE(deploy());
  manager_.reset();
  setup_.inventory.hosts.clear();
  auto manager = Manager::open(setup_);
  ASSERT_TRUE(manager);
  manager_ = std::move(*manager);
  EXPECT_THAT(names(), ElementsAre("edge unreachable"));
  EXPECT_THAT(overview().list(kDefaultTenant)->front().detail, HasSubstr("no host local"));
  EXPECT_EQ(terminate().error().code, Errc::unavailable);
}

}  // namespace
}  // namespace unf::vnfm
