#include "vnfm/lifecycle/lifecycle.h"

#include "tests/vnfm/lifecycle/manager_fixture.h"
#include "vnfm/lifecycle/vnfcs.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = OperationKind;
using State = OperationState;

class LifecycleTest : public ManagerFixture {
 protected:
  std::vector<std::string> graphs() {
    std::vector<std::string> names;
    for (const auto& [id, plan] : agent_->plans()) names.push_back(id);
    return names;
  }
  /// The types of the uNFs that run in the graph of `service`, I/O left out, by owner.
  std::vector<std::string> owners(const Service& service) {
    const auto [id, graph] = lifecycle().graph_of(service);
    std::vector<std::string> owners;
    if (graph == nullptr || graph->parsed == nullptr) return owners;
    for (const auto& counter : graph->parsed->counters) {
      const auto& owner = counter.owner.get();
      if (owner.starts_with(service.id)) owners.push_back(owner.substr(service.id.size() + 1));
    }
    return owners;
  }
  std::size_t stored(std::string_view prefix) {
    return all_of(manager_->store()->store(), std::string{prefix})->size();
  }
};

TEST_F(LifecycleTest, AnInstanceIsCreatedInstantiatedTerminatedAndDeleted) {
  const auto vnfd = onboard_router();
  const auto service = create(vnfd);
  EXPECT_FALSE(service.desired);
  EXPECT_EQ(service.info["vnfProductName"], "TtlRouter");
  EXPECT_TRUE(manager_->packages().find_vnfd(kDefaultTenant, vnfd)->is("usageState", "IN_USE"));

  const auto instantiated = carry_out(service, Kind::instantiate, between("wan", "lan"));
  EXPECT_EQ(instantiated.state, State::completed);
  EXPECT_THAT(instantiated.outcome["resourceChanges"]["affectedVnfcs"], SizeIs(2));
  EXPECT_THAT(graphs(), ElementsAre(service.id));
  EXPECT_TRUE(find(service).desired);
  EXPECT_EQ(lifecycle().remove(find(service)).error().code, Errc::conflict);

  const auto terminated = carry_out(service, Kind::terminate, {{"terminationType", "FORCEFUL"}});
  EXPECT_EQ(terminated.state, State::completed);
  EXPECT_THAT(graphs(), IsEmpty());
  EXPECT_EQ(stored("graph/"), 0U);
  EXPECT_EQ(stored("text/"), 0U);
  EXPECT_EQ(stored(kActive), 0U);
  ASSERT_TRUE(lifecycle().remove(find(service)));
  EXPECT_EQ(lifecycle().find(kDefaultTenant, service.id).error().code, Errc::not_found);
  EXPECT_TRUE(manager_->packages().find_vnfd(kDefaultTenant, vnfd)->is("usageState", "NOT_IN_USE"));
}

TEST_F(LifecycleTest, RemembersTheLastOperationsAlsoOverARestart) {
  setup_.lifecycle.keep = 2;
  start();
  const auto service = create(onboard_router());
  std::vector<std::string> last;
  for (int i = 0; i < 6; ++i) {
    if (i == 3) start();
    last.push_back(carry_out(service, Kind::modify_info, {{"vnfInstanceName", fmt::format("{}", i)}}).id);
    if (last.size() > 2) last.erase(last.begin());
    const auto listed = lifecycle().list_operations(kDefaultTenant, "", 10).value();
    std::vector<std::string> remembered;
    for (const auto& operation : listed) remembered.push_back(operation.id);
    EXPECT_THAT(remembered, testing::UnorderedElementsAreArray(last));
  }
  EXPECT_EQ(stored("ended/"), 2U);
}

TEST_F(LifecycleTest, OtherTenantsSeeNothing) {
  const auto service = running(onboard_router());
  EXPECT_EQ(lifecycle().find("other", service.id).error().code, Errc::not_found);
  EXPECT_THAT(*lifecycle().list("other", "", 10), IsEmpty());
  EXPECT_THAT(*lifecycle().list_operations("other", "", 10), IsEmpty());
  EXPECT_EQ(lifecycle().create("other", service.info["vnfdId"], {}).error().code, Errc::unsupported);
}

// ---- what is refused at once

struct Refusal {
  const char* name;
  OperationKind kind;
  json parameters;
  Errc code;
  const char* says;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class Refused : public LifecycleTest, public testing::WithParamInterface<Refusal> {};
TEST_P(Refused, AndNothingIsAccepted) {
  const auto& [name, kind, parameters, code, says] = GetParam();
  const auto vnfd = onboard_firewall();
  const auto service = kind == Kind::instantiate ? create(vnfd) : running(vnfd);
  const auto before = stored(kOperations);
  const auto begun = begin(service, kind, parameters);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, code);
  EXPECT_THAT(begun.error().message, HasSubstr(says));
  EXPECT_EQ(stored(kOperations), before);
  EXPECT_TRUE(find(service).operation.empty());
}
INSTANTIATE_TEST_SUITE_P(
    Requests, Refused,
    testing::Values(
        Refusal{
            "NoSuchFlavour", Kind::instantiate, {{"flavourId", "huge"}}, Errc::malformed, "flavourId: flavour huge"},
        Refusal{"NoSuchLevel",
                Kind::instantiate,
                {{"flavourId", "default"}, {"instantiationLevelId", "x"}},
                Errc::malformed,
                "instantiationLevelId: x"},
        Refusal{"NoSuchConnectionPoint",
                Kind::instantiate,
                {{"flavourId", "default"},
                 {"extVirtualLinks", {{{"id", "l"}, {"resourceId", "wan"}, {"extCps", {{{"cpdId", "left"}}}}}}}},
                Errc::malformed,
                "cpdId left"},
        Refusal{
            "NoNetwork", Kind::instantiate, {{"flavourId", "default"}}, Errc::unsupported, "nothing says its network"},
        Refusal{"BadDefault",
                Kind::instantiate,
                {{"flavourId", "default"}, {"additionalParams", {{"default", "explode"}}}},
                Errc::malformed,
                "additionalParams.default"},
        Refusal{"InstantiateTwice",
                Kind::scale,
                {{"type", "SCALE_OUT"}, {"aspectId", "none"}},
                Errc::malformed,
                "no such scaling aspect"},
        Refusal{"HealNoSuchVnfc",
                Kind::heal,
                {{"vnfcInstanceId", {"somebody"}}},
                Errc::malformed,
                "vnfcInstanceId: somebody: the VNF has no such VNFC, expected one of: "},
        Refusal{"NoVimType",
                Kind::modify_info,
                {{"vimConnectionInfo", {{"here", {{"vimId", "v"}}}}}},
                Errc::malformed,
                "vimConnectionInfo: here: vimType"},
        Refusal{"StartWhatRuns", Kind::operate, {{"changeStateTo", "STARTED"}}, Errc::conflict, "STARTED already"},
        Refusal{"NoSuchNode",
                Kind::modify_info,
                {{"vnfConfigurableProperties", {{"nat", json::object()}}}},
                Errc::malformed,
                "no node nat"},
        Refusal{"NoSuchProperty",
                Kind::modify_info,
                {{"vnfConfigurableProperties", {{"filter", {{"colour", 1}}}}}},
                Errc::malformed,
                "no property colour"},
        Refusal{"NoFile",
                Kind::modify_info,
                {{"vnfConfigurableProperties", {{"filter", {{"rules", 1}}}}}},
                Errc::malformed,
                "property rules is number, expected the text of a file"},
        Refusal{"NoSuchPackage", Kind::change_vnfpkg, {{"vnfdId", "nope"}}, Errc::unsupported, "VNFD nope"}),
    [](const auto& refusal) { return std::string{refusal.param.name}; });

TEST_F(LifecycleTest, AVnfcThatIsThereCanBeNamedToBeHealed) {
  const auto service = running(onboard_firewall());
  const auto added = carry_out(service, Kind::scale, {{"type", "SCALE_OUT"}, {"aspectId", "capacity"}});
  const auto& vnfc = added.outcome["resourceChanges"]["affectedVnfcs"][0]["id"];
  EXPECT_EQ(carry_out(service, Kind::heal, {{"vnfcInstanceId", {vnfc}}}).state, State::completed);
}

TEST_F(LifecycleTest, WhatAModificationChangedIsInItsOutcome) {
  const auto service = create(onboard_router());
  const auto vim = [](const char* endpoint) {
    return json{{"vimType", "x"}, {"interfaceInfo", {{"endpoint", endpoint}}}, {"accessInfo", {{"password", "p"}}}};
  };
  carry_out(service, Kind::modify_info,
            {{"vnfInstanceName", "a"},
             {"metadata", {{"x", 1}, {"y", 1}}},
             {"vimConnectionInfo", {{"v", vim("a")}, {"w", vim("a")}}}});
  const auto modified = carry_out(service, Kind::modify_info,
                                  {{"vnfInstanceName", "a"},
                                   {"metadata", {{"x", 2}, {"y", nullptr}}},
                                   {"vimConnectionInfo", {{"v", {{"interfaceInfo", {{"endpoint", "b"}}}}}}}});
  EXPECT_EQ(modified.outcome["changedInfo"], json::parse(R"({"metadata": {"x": 2, "y": null},
      "vimConnectionInfo": {"v": {"vimType": "x", "interfaceInfo": {"endpoint": "b"}, "accessInfo": {}}}})"));
  EXPECT_FALSE(carry_out(service, Kind::modify_info, {{"vnfInstanceName", "a"}}).outcome.contains("changedInfo"));
}

TEST_F(LifecycleTest, OneOperationAtATimeOfAnInstance) {
  const auto service = create(onboard_router());
  agent_->hold(true);
  const auto first = begin(service, Kind::instantiate, between("wan", "lan"));
  ASSERT_TRUE(first);
  const auto stale = service;  // as it was before
  EXPECT_EQ(lifecycle().begin(stale, Kind::instantiate, between("wan", "lan")).error().code, Errc::conflict);
  EXPECT_EQ(begin(service, Kind::terminate).error().code, Errc::conflict);
  agent_->hold(false);
  EXPECT_EQ(wait(*first).state, State::completed);
}

// ---- changes

TEST_F(LifecycleTest, EachChangeIsAppliedWhole) {
  const auto service = running(onboard_firewall());
  const auto generation = [&] { return agent_->applied().back().version.generation; };
  auto before = generation();
  const auto next = [&](OperationKind kind, const json& parameters) {
    const auto operation = carry_out(service, kind, parameters);
    EXPECT_EQ(operation.state, State::completed) << to_string(kind);
    EXPECT_GT(generation(), before) << to_string(kind);
    before = generation();
    return operation;
  };
  next(Kind::heal, {{"cause", "test"}});
  EXPECT_THAT(owners(service), testing::Contains(HasSubstr("/filter")));
  next(Kind::operate, {{"changeStateTo", "STOPPED"}});
  EXPECT_THAT(owners(service), testing::Contains(HasSubstr("/stopped")));
  EXPECT_TRUE(find(service).desired->stopped);
  next(Kind::operate, {{"changeStateTo", "STARTED"}});
  EXPECT_THAT(owners(service), testing::Contains(HasSubstr("/filter")));
  next(Kind::change_ext_conn, {{"extVirtualLinks", links("mid", "dmz")}});
  EXPECT_THAT(agent_->plans().begin()->second, testing::AllOf(HasSubstr("\"mid\""), HasSubstr("\"dmz\"")));
}

TEST_F(LifecycleTest, ModificationChangesRulesOnlyWhereTheyDiffer) {
  const auto service = running(onboard_firewall());
  const auto applied = agent_->applied().size();
  const auto named = carry_out(service, Kind::modify_info, {{"vnfInstanceName", "fw"}, {"metadata", {{"a", "b"}}}});
  EXPECT_EQ(named.state, State::completed);
  EXPECT_EQ(agent_->applied().size(), applied) << "a name is none of the agent's business";
  EXPECT_EQ(find(service).info["vnfInstanceName"], "fw");

  const auto rules =
      carry_out(service, Kind::modify_info,
                {{"vnfConfigurableProperties", {{"filter", {{"rules", "allow any any any any any\n"}}}}}});
  EXPECT_EQ(rules.state, State::completed);
  EXPECT_GT(agent_->applied().size(), applied);
  EXPECT_THAT(agent_->plans().begin()->second, HasSubstr("allow any any any any any"));
  const auto back = carry_out(service, Kind::modify_info, {{"vnfConfigurableProperties", {{"filter", nullptr}}}});
  EXPECT_EQ(back.state, State::completed);
  EXPECT_THAT(agent_->plans().begin()->second, testing::Not(HasSubstr("allow any any any any any")));
}

TEST_F(LifecycleTest, ModificationTakesAListOfRuleFiles) {
  const auto service = running(onboard("enterprise-edge/application-firewall.yaml", {"enterprise-edge/sqli.rules"}));
  const auto sets = carry_out(service, Kind::modify_info,
                              {{"vnfConfigurableProperties", {{"validate", {{"rules", {"/one/\n", "/two/\n"}}}}}}});
  EXPECT_EQ(sets.state, State::completed) << (sets.error ? sets.error->message : "");
  EXPECT_THAT(agent_->plans().begin()->second,
              testing::AllOf(HasSubstr("/one/"), HasSubstr("/two/"), HasSubstr("bad2")));
}

// ---- graphs of several instances

TEST_F(LifecycleTest, InstancesOnOneLinkAreOneGraphAndShareUnfs) {
  const auto firewall = running(onboard_firewall(), "wan", "lan");
  const auto monitor = running(onboard_monitor(), "wan", "lan");
  EXPECT_THAT(graphs(), ElementsAre(firewall.id));
  const auto [id, graph] = lifecycle().graph_of(monitor);
  EXPECT_THAT(graph->services, ElementsAre(firewall.id, monitor.id));
  const auto described = lifecycle().described(monitor);
  const auto vnfcs = vnfcs_of(monitor.id, **described, *monitor.desired);
  ASSERT_FALSE(vnfcs.empty());
  EXPECT_GE(deployed(*graph->parsed, vnfcs.front())->owners.size(), 1U);

  EXPECT_EQ(carry_out(firewall, Kind::terminate).state, State::completed);
  EXPECT_THAT(graphs(), ElementsAre(firewall.id)) << "the graph keeps its name while it has somebody in it";
  EXPECT_THAT(lifecycle().graph_of(monitor).second->services, ElementsAre(monitor.id));
  EXPECT_EQ(carry_out(monitor, Kind::terminate).state, State::completed);
  EXPECT_THAT(graphs(), IsEmpty());
}

TEST_F(LifecycleTest, AChainLeadsFromNicToNic) {
  const auto first = running(onboard_firewall(), "wan", "mid");
  const auto second = running(onboard_monitor(), "mid", "lan");
  const auto [id, graph] = lifecycle().graph_of(second);
  ASSERT_NE(graph->parsed, nullptr);
  std::set<std::string> nics;
  for (const auto& classifier : graph->parsed->classifiers) nics.insert(classifier.in.get());
  EXPECT_THAT(nics, ElementsAre("lan", "wan"));
  EXPECT_EQ(carry_out(second, Kind::change_ext_conn, {{"extVirtualLinks", links("lan", "dmz")}}).state,
            State::completed);
  EXPECT_THAT(graphs(), SizeIs(2)) << "they part";
  EXPECT_EQ(carry_out(second, Kind::change_ext_conn, {{"extVirtualLinks", links("mid", "dmz")}}).state,
            State::completed);
  EXPECT_THAT(graphs(), ElementsAre(first.id)) << "and meet again";
}

TEST_F(LifecycleTest, AForkIsRefusedAndHarmsNobody) {
  running(onboard_firewall(), "wan", "mid");
  running(onboard_monitor(), "mid", "lan");
  const auto third = create(onboard_router());
  const auto operation = carry_out(third, Kind::instantiate, between("mid", "dmz"));
  EXPECT_EQ(operation.state, State::rolled_back);
  EXPECT_THAT(operation.error->message, HasSubstr("network mid"));
  EXPECT_THAT(graphs(), SizeIs(1));
  EXPECT_FALSE(find(third).desired);
  EXPECT_TRUE(find(third).operation.empty());
}

TEST_F(LifecycleTest, OperationsOfAGraphWaitForEachOtherAndOthersDoNot) {
  const auto vnfd = onboard_router();
  const auto a = create(vnfd), b = create(vnfd), c = create(vnfd);
  agent_->hold(true);
  const auto first = begin(a, Kind::instantiate, between("wan", "mid"));
  agent_->await_held(1);
  const auto second = begin(b, Kind::instantiate, between("wan", "mid"));
  const auto third = begin(c, Kind::instantiate, between("lan", "dmz"));
  ASSERT_TRUE(first && second && third);
  ASSERT_TRUE(eventually([&] {
    return lifecycle().find_operation(kDefaultTenant, third->id)->state == State::processing;
  })) << "it has a graph of its own";
  EXPECT_EQ(lifecycle().find_operation(kDefaultTenant, second->id)->state, State::starting);
  agent_->hold(false);
  for (const auto& operation : {*first, *second, *third}) EXPECT_EQ(wait(operation).state, State::completed);
}

// ---- failure

TEST_F(LifecycleTest, AFailureLeavesWhatWasAndCanBeTriedAgain) {
  const auto service = running(onboard_firewall());
  const auto plan = agent_->plans().begin()->second;
  agent_->refusals = 1'000;
  const auto failed = carry_out(service, Kind::operate, {{"changeStateTo", "STOPPED"}});
  ASSERT_EQ(failed.state, State::failed_temp);
  EXPECT_EQ(*failed.error, (Error{Errc::no_capacity, "no core is free"}));
  agent_->refusals = 0;
  EXPECT_EQ(begin(service, Kind::heal).error().code, Errc::conflict) << "not ended";
  EXPECT_FALSE(find(service).desired->stopped);
  EXPECT_TRUE(eventually([&] { return agent_->plans()[service.id] == plan; })) << "in nobody's way";

  ASSERT_TRUE(lifecycle().retry(kDefaultTenant, failed.id));
  const auto again = wait(failed);
  EXPECT_EQ(again.state, State::completed);
  EXPECT_FALSE(again.error);
  EXPECT_TRUE(find(service).desired->stopped);
  EXPECT_EQ(lifecycle().retry(kDefaultTenant, failed.id).error().code, Errc::conflict);
}

TEST_F(LifecycleTest, AFailureCanBeRolledBackOrLetBe) {
  const auto service = create(onboard_router());
  agent_->refusals = 1'000;
  const auto first = carry_out(service, Kind::instantiate, between("wan", "lan"));
  ASSERT_EQ(first.state, State::failed_temp);
  ASSERT_TRUE(lifecycle().roll_back(kDefaultTenant, first.id));
  EXPECT_EQ(wait(first).state, State::rolled_back);
  agent_->refusals = 1'000;
  const auto second = carry_out(service, Kind::instantiate, between("wan", "lan"));
  ASSERT_EQ(second.state, State::failed_temp);
  const auto let_be = lifecycle().give_up(kDefaultTenant, second.id);
  ASSERT_TRUE(let_be);
  EXPECT_EQ(let_be->state, State::failed);
  EXPECT_THAT(graphs(), IsEmpty());
  EXPECT_TRUE(eventually([&] { return stored("graph/") == 0; }));
  agent_->refusals = 0;
  EXPECT_EQ(carry_out(service, Kind::instantiate, between("wan", "lan")).state, State::completed);
}

TEST_F(LifecycleTest, AnAgentOutOfReachIsWaitedForAndThenFails) {
  const auto service = create(onboard_router());
  agent_->away = true;
  const auto failed = carry_out(service, Kind::instantiate, between("wan", "lan"));
  EXPECT_EQ(failed.state, State::failed_temp);
  EXPECT_EQ(failed.error->code, Errc::unavailable);
  agent_->away = false;
  ASSERT_TRUE(lifecycle().retry(kDefaultTenant, failed.id));
  EXPECT_EQ(wait(failed).state, State::completed);
}

TEST_F(LifecycleTest, CancelEndsWhatWaitsAndFailsWhatIsAtWork) {
  const auto vnfd = onboard_router();
  const auto a = create(vnfd), b = create(vnfd);
  agent_->hold(true);
  const auto first = begin(a, Kind::instantiate, between("wan", "lan"));
  agent_->await_held(1);
  const auto second = begin(b, Kind::instantiate, between("wan", "lan"));
  ASSERT_TRUE(lifecycle().cancel(kDefaultTenant, second->id, "GRACEFUL"));
  EXPECT_EQ(wait(*second).state, State::rolled_back) << "though another one is at work on its graph";
  const auto pending = lifecycle().cancel(kDefaultTenant, first->id, "FORCEFUL");
  ASSERT_TRUE(pending);
  EXPECT_EQ(pending->state, State::processing);
  agent_->hold(false);
  EXPECT_EQ(wait(*first).state, State::failed_temp);
  EXPECT_EQ(lifecycle().cancel(kDefaultTenant, first->id, "FORCEFUL").error().code, Errc::conflict);
  ASSERT_TRUE(lifecycle().roll_back(kDefaultTenant, first->id));
  EXPECT_EQ(wait(*first).state, State::rolled_back);
  EXPECT_THAT(graphs(), IsEmpty());
}

// ---- the next manager

TEST_F(LifecycleTest, TheNextManagerGoesOn) {
  const auto vnfd = onboard_router();
  const auto a = create(vnfd), b = create(vnfd);
  setup_.lifecycle.patience = std::chrono::minutes{1};
  start();
  agent_->away = true;
  const auto first = begin(a, Kind::instantiate, between("wan", "lan"));
  ASSERT_TRUE(
      eventually([&] { return lifecycle().find_operation(kDefaultTenant, first->id)->state == State::processing; }));
  const auto second = begin(b, Kind::instantiate, between("wan", "lan"));
  start();
  EXPECT_EQ(lifecycle().find_operation(kDefaultTenant, second->id)->state, State::starting);
  agent_->away = false;
  EXPECT_EQ(wait(*first).state, State::completed);
  EXPECT_EQ(wait(*second).state, State::completed);
  EXPECT_THAT(graphs(), ElementsAre(a.id));
}

TEST_F(LifecycleTest, WhatAnAgentLostIsAppliedAgainAndWhatNobodyKnowsIsRemoved) {
  const auto service = running(onboard_router());
  agent_->lose_everything();
  agent_->run_stray("stray");
  EXPECT_TRUE(eventually([&] { return graphs() == std::vector{service.id}; }));
}

TEST_F(LifecycleTest, WhatComesIntoBeingIsNotRemoved) {
  ASSERT_TRUE(manager_->store()->commit({.puts = {{"graph/new", "{}"}}}));  // whoever did has not said so yet
  agent_->run_stray("new");
  agent_->run_stray("stray");
  EXPECT_TRUE(eventually([&] { return graphs() == std::vector<std::string>{"new"}; }));
}

}  // namespace
}  // namespace unf::vnfm
