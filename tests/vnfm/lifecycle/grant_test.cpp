#include "vnfm/lifecycle/grants.h"

#include "tests/support/by_name.h"
#include "tests/support/fake_nfvo.h"
#include "tests/vnfm/lifecycle/manager_fixture.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::by_name;
using Kind = OperationKind;
using State = OperationState;

/// A manager whose operations an NFVO grants.
class GrantTest : public ManagerFixture {
 protected:
  GrantTest() {
    setup_.grants = nfvo_;
    setup_.notify.root = "http://vnfm";
    start();
  }
  ~GrantTest() override { nfvo_->decide(FakeNfvo::grant); }

  Operation find(const Operation& operation) {
    return lifecycle().find_operation(kDefaultTenant, operation.id).value();
  }
  using ManagerFixture::find;

  std::shared_ptr<FakeNfvo> nfvo_ = std::make_shared<FakeNfvo>();
};

struct Asked {
  const char* name;
  OperationKind kind;
  json parameters;
  std::size_t adds, removes, updates;
};
void PrintTo(const Asked& asked, std::ostream* out) { *out << asked.name; }

class Requests : public GrantTest, public testing::WithParamInterface<Asked> {};
TEST_P(Requests, NameEachVnfcThatComesGoesOrIsRenewed) {
  const auto& [name, kind, parameters, adds, removes, updates] = GetParam();
  const auto vnfd = onboard_firewall();
  const auto service = kind == Kind::instantiate ? create(vnfd) : running(vnfd);
  const auto operation = carry_out(service, kind, parameters);
  EXPECT_EQ(operation.state, State::completed);
  EXPECT_EQ(operation.grant["id"], "grant-of-" + operation.id);
  const auto request = nfvo_->requests().back();
  EXPECT_EQ(request["vnfInstanceId"], service.id);
  EXPECT_EQ(request["vnfLcmOpOccId"], operation.id);
  EXPECT_EQ(request["vnfdId"], vnfd);
  EXPECT_EQ(request["operation"], to_string(kind));
  EXPECT_EQ(request["isAutomaticInvocation"], false);
  EXPECT_EQ(request["_links"]["vnfInstance"]["href"], "http://vnfm/vnflcm/v2/vnf_instances/" + service.id);
  EXPECT_EQ(request["_links"]["vnfLcmOpOcc"]["href"], "http://vnfm/vnflcm/v2/vnf_lcm_op_occs/" + operation.id);
  EXPECT_THAT(request.value("addResources", json::array()), SizeIs(adds));
  EXPECT_THAT(request.value("removeResources", json::array()), SizeIs(removes));
  EXPECT_THAT(request.value("updateResources", json::array()), SizeIs(updates));
  for (const auto* list : {"addResources", "removeResources", "updateResources"}) {
    for (const auto& resource : request.value(list, json::array())) {
      EXPECT_EQ(resource["type"], "COMPUTE");
      EXPECT_EQ(resource["resourceTemplateId"], resource["vduId"]);
      EXPECT_EQ(resource["vnfdId"], vnfd);
      EXPECT_EQ(resource.contains("resource"), list != std::string{"addResources"}) << "what is there is named";
    }
  }
}
INSTANTIATE_TEST_SUITE_P(
    Operations, Requests,
    testing::Values(Asked{"Instantiate",
                          Kind::instantiate,
                          {{"flavourId", "default"},
                           {"extVirtualLinks",
                            {{{"id", "l1"}, {"resourceId", "wan"}, {"extCps", {{{"cpdId", "in"}}}}},
                             {{"id", "l2"}, {"resourceId", "lan"}, {"extCps", {{{"cpdId", "out"}}}}}}}},
                          2,
                          0,
                          0},
                    Asked{"ScaleOut", Kind::scale, {{"type", "SCALE_OUT"}, {"aspectId", "capacity"}}, 2, 0, 0},
                    Asked{"Heal", Kind::heal, {{"cause", "test"}}, 0, 0, 2},
                    Asked{"Operate", Kind::operate, {{"changeStateTo", "STOPPED"}}, 0, 0, 0},
                    Asked{"Terminate", Kind::terminate, {{"terminationType", "FORCEFUL"}}, 0, 2, 0}),
    by_name);

TEST_F(GrantTest, ModificationAndDeployedServicesNeedNone) {
  const auto service = create(onboard_router());
  EXPECT_EQ(carry_out(service, Kind::modify_info, {{"vnfInstanceName", "y"}}).state, State::completed);
  EXPECT_THAT(nfvo_->requests(), IsEmpty());
}

TEST_F(GrantTest, ARefusalEndsTheOperationAndChangesNothing) {
  nfvo_->decide([](const auto&) { return GrantRefused{"no room in zone-1"}; });
  const auto service = create(onboard_router());
  const auto operation = carry_out(service, Kind::instantiate, between("wan", "lan"));
  EXPECT_EQ(operation.state, State::rolled_back);
  EXPECT_THAT(operation.error->message, HasSubstr("no room in zone-1"));
  EXPECT_THAT(agent_->applied(), IsEmpty());
  EXPECT_FALSE(find(service).desired);
  nfvo_->decide(FakeNfvo::grant);
  EXPECT_EQ(carry_out(service, Kind::instantiate, between("wan", "lan")).state, State::completed);
}

TEST_F(GrantTest, AGrantOfAnotherOperationIsNone) {
  nfvo_->decide([](const auto&) { return FakeNfvo::grant("another"); });
  const auto operation = carry_out(create(onboard_router()), Kind::instantiate, between("wan", "lan"));
  EXPECT_EQ(operation.state, State::rolled_back);
  EXPECT_EQ(operation.error->code, Errc::malformed);
}

TEST_F(GrantTest, APendingGrantHoldsUpItsGraphAlone) {
  setup_.lifecycle.workers = 1;
  start();
  const auto vnfd = onboard_router();
  const auto a = create(vnfd), b = create(vnfd), c = create(vnfd);
  std::string waits;
  nfvo_->decide([&](const std::string& operation) {
    if (waits.empty()) waits = operation;
    return operation == waits ? FakeNfvo::keep_waiting(operation) : FakeNfvo::grant(operation);
  });
  const auto first = begin(a, Kind::instantiate, between("wan", "mid"));
  ASSERT_TRUE(eventually([&] { return !nfvo_->polls().empty(); }));
  const auto second = begin(b, Kind::instantiate, between("wan", "mid"));
  EXPECT_EQ(carry_out(c, Kind::instantiate, between("lan", "dmz")).state, State::completed);
  EXPECT_EQ(find(*first).state, State::starting);
  EXPECT_EQ(find(*second).state, State::starting);
  nfvo_->decide(FakeNfvo::grant);
  EXPECT_EQ(wait(*first).state, State::completed);
  EXPECT_EQ(wait(*second).state, State::completed);
}

TEST_F(GrantTest, WhatWaitsForAGrantCanBeCancelled) {
  nfvo_->decide(FakeNfvo::keep_waiting);
  const auto begun = begin(create(onboard_router()), Kind::instantiate, between("wan", "lan"));
  ASSERT_TRUE(eventually([&] { return !nfvo_->polls().empty(); }));
  ASSERT_TRUE(lifecycle().cancel(kDefaultTenant, begun->id, "GRACEFUL"));
  const auto operation = wait(*begun);
  EXPECT_EQ(operation.state, State::rolled_back);
  EXPECT_THAT(operation.error->message, HasSubstr("cancelled"));
}

TEST_F(GrantTest, TheNextManagerGoesOnPolling) {
  nfvo_->decide(FakeNfvo::keep_waiting);
  const auto begun = begin(create(onboard_router()), Kind::instantiate, between("wan", "lan"));
  ASSERT_TRUE(eventually([&] { return !find(*begun).grant.empty(); }));
  start();
  nfvo_->decide(FakeNfvo::grant);
  EXPECT_EQ(wait(*begun).state, State::completed);
  EXPECT_THAT(nfvo_->requests(), SizeIs(1));
}

TEST_F(GrantTest, AnNfvoThatIsAwayIsAskedAgainUntilPatienceEnds) {
  const auto service = create(onboard_router());
  const auto away = [](const auto&) { return fail(Errc::unavailable, "no route to NFVO"); };
  nfvo_->decide(away);
  const auto given_up = carry_out(service, Kind::instantiate, between("wan", "lan"));
  EXPECT_EQ(given_up.state, State::rolled_back);
  EXPECT_EQ(*given_up.error, (Error{Errc::unavailable, "no route to NFVO"}));

  setup_.lifecycle.patience = std::chrono::minutes{1};
  start();
  const auto before = nfvo_->requests().size();
  const auto begun = begin(service, Kind::instantiate, between("wan", "lan"));
  ASSERT_TRUE(eventually([&] { return nfvo_->requests().size() >= before + 2; }));
  nfvo_->decide(FakeNfvo::grant);
  EXPECT_EQ(wait(*begun).state, State::completed);
  const auto requests = nfvo_->requests();
  EXPECT_EQ(requests[before], requests.back()) << "the same is asked again";
}

// ---- what a grant decides

struct Decided {
  const char* name;
  json grant;
  const char* problem;  ///< a part of it; null: it is followed
};
void PrintTo(const Decided& decided, std::ostream* out) { *out << decided.name; }

class Followed : public testing::TestWithParam<Decided> {
 protected:
  const std::vector<Vnfc> vnfcs_{{"1", "filter", 0, OwnerPath{"s/v/filter"}},
                                 {"2", "filter", 1, OwnerPath{"s/v/filter"}},
                                 {"3", "count", 0, OwnerPath{"s/v/count"}}};
  const json links_{{{"id", "l1"}, {"resourceId", "wan"}, {"extCps", {{{"cpdId", "in"}}}}},
                    {{"id", "l2"}, {"resourceId", "lan"}, {"extCps", {{{"cpdId", "out"}}}}}};
  Service service_{.id = "s", .info = {{"vnfdId", "v"}, {"vimConnectionInfo", {{"a", {{"vimType", "mine"}}}}}}};
  Operation operation_{.target = Desired{.links = links_, .zones = {{"gone", "z9"}}}};
};

TEST_P(Followed, OrRefusedWithTheReason) {
  const auto followed = follow_grant(GetParam().grant, vnfcs_, service_, operation_);
  ASSERT_EQ(followed.has_value(), GetParam().problem == nullptr);
  if (!followed) {
    EXPECT_THAT(followed.error().message, HasSubstr(GetParam().problem));
  }
}
const json kZones{{{"id", "1"}, {"zoneId", "north"}}, {{"id", "2"}, {"zoneId", "south"}}};
INSTANTIATE_TEST_SUITE_P(
    Grants, Followed,
    testing::Values(
        Decided{"Nothing", json::object(), nullptr},
        Decided{"ResourcesWithoutZone", {{"addResources", {{{"resourceDefinitionId", "1"}}}}}, nullptr},
        Decided{"ListsThatAreNone", {{"zones", 1}, {"addResources", "x"}, {"vimConnections", 2}}, nullptr},
        Decided{"ThingsThatAreNone", {{"addResources", {1, "x", nullptr}}, {"vimConnections", {1}}}, nullptr},
        Decided{"UnknownZone",
                {{"zones", kZones}, {"addResources", {{{"resourceDefinitionId", "1"}, {"zoneId", "north"}}}}},
                "the grant's zones have none with id north"},
        Decided{"UnknownResource",
                {{"zones", kZones}, {"addResources", {{{"resourceDefinitionId", "7"}, {"zoneId", "1"}}}}},
                "addResources: resourceDefinitionId 7: nobody has asked for it"},
        Decided{
            "OneNodeInTwoZones",
            {{"zones", kZones},
             {"addResources",
              {{{"resourceDefinitionId", "1"}, {"zoneId", "1"}}, {{"resourceDefinitionId", "2"}, {"zoneId", "2"}}}}},
            "puts VNFC 2 in zone south, others of filter are in north"},
        Decided{"LinksThatAreNone", {{"extVirtualLinks", {{{"id", "l1"}}}}}, "the grant's extVirtualLinks: expected"}),
    by_name);

TEST_F(Followed, ZonesAreOfTheNodesThatThereAre) {
  const json grant{
      {"zones", kZones},
      {"addResources", {{{"resourceDefinitionId", "1"}, {"zoneId", "2"}}, {{"resourceDefinitionId", "3"}}}},
      {"updateResources", {{{"resourceDefinitionId", "2"}, {"zoneId", "2"}}}}};
  ASSERT_TRUE(follow_grant(grant, vnfcs_, service_, operation_));
  EXPECT_THAT(operation_.target->zones, ElementsAre(testing::Pair("filter", "south")));
}

TEST_F(Followed, ANodeMovesIfAllOfItDo) {
  operation_.target->zones = {{"filter", "north"}, {"count", "north"}};
  const json grant{
      {"zones", kZones},
      {"updateResources",
       {{{"resourceDefinitionId", "1"}, {"zoneId", "2"}}, {{"resourceDefinitionId", "2"}, {"zoneId", "2"}}}}};
  ASSERT_TRUE(follow_grant(grant, vnfcs_, service_, operation_));
  EXPECT_THAT(operation_.target->zones, ElementsAre(testing::Pair("count", "north"), testing::Pair("filter", "south")));
}

TEST_F(Followed, LinksTakeThePlaceOfThoseThatWereAskedFor) {
  const json grant{{"extVirtualLinks", {{{"id", "l3"}, {"resourceId", "dmz"}, {"extCps", {{{"cpdId", "out"}}}}}}},
                   {"extManagedVirtualLinks", {{{"id", "m"}, {"resourceId", "inner"}}}}};
  ASSERT_TRUE(follow_grant(grant, vnfcs_, service_, operation_));
  EXPECT_EQ(operation_.target->links, (json{links_[0], grant["extVirtualLinks"][0]}));
  EXPECT_EQ(operation_.target->managed_links, grant["extManagedVirtualLinks"]);
}

TEST_F(Followed, VimConnectionsThatAreNewAreKnown) {
  const json grant{{"vimConnections", {{{"id", "b"}, {"vimType", "x"}}}},
                   {"vimConnectionInfo", {{"a", {{"vimType", "theirs"}}}, {"c", {{"vimType", "x"}}}, {"d", 1}}}};
  ASSERT_TRUE(follow_grant(grant, vnfcs_, service_, operation_));
  const auto& known = operation_.info["vimConnectionInfo"];
  EXPECT_EQ(known["a"]["vimType"], "mine");
  EXPECT_TRUE(known.contains("b") && known.contains("c"));
  EXPECT_FALSE(known.contains("d"));
}

TEST_F(Followed, OfATerminationThereIsNothingToFollow) {
  operation_.target.reset();
  EXPECT_TRUE(follow_grant({{"extVirtualLinks", 1}}, {}, service_, operation_));
}

TEST_F(GrantTest, LinksOfAGrantAreTheOnesItIsOn) {
  nfvo_->decide([](const std::string& operation) {
    return FakeNfvo::grant_with(
        operation, {{"extVirtualLinks", {{{"id", "l9"}, {"resourceId", "dmz"}, {"extCps", {{{"cpdId", "out"}}}}}}}});
  });
  const auto service = create(onboard_router());
  EXPECT_EQ(carry_out(service, Kind::instantiate, between("lan", "wan")).state, State::completed);
  EXPECT_EQ(find(service).desired->links.back()["resourceId"], "dmz");
}

// ---- placement constraints

struct Constrained {
  const char* name;
  ServiceRequest::Affinity affinity;
  json expected;
};
void PrintTo(const Constrained& constrained, std::ostream* out) { *out << constrained.name; }

class Constraints : public testing::TestWithParam<Constrained> {};
TEST_P(Constraints, AreThoseThatBindSeveralVnfcs) {
  const std::vector<Vnfc> vnfcs{{"1", "filter", 0, OwnerPath{"s/v/filter"}}, {"2", "count", 0, OwnerPath{"s/v/count"}}};
  const auto affected = json::array({{{"id", "2"}, {"changeType", "ADDED"}}});
  EXPECT_EQ(placement_constraints(std::array{GetParam().affinity}, vnfcs, affected, nullptr), GetParam().expected);
}
const json kBoth{{{"idType", "RES_MGMT"}, {"resourceId", "s/v/filter"}}, {{"idType", "GRANT"}, {"resourceId", "2"}}};
INSTANTIATE_TEST_SUITE_P(
    Sol003, Constraints,
    testing::Values(
        Constrained{
            "Together",
            {false, "nfvi_node", {"filter", "count"}},
            json::array({{{"affinityOrAntiAffinity", "AFFINITY"}, {"scope", "NFVI_NODE"}, {"resource", kBoth}}})},
        Constrained{
            "Apart",
            {true, "zone", {"filter", "count"}},
            json::array({{{"affinityOrAntiAffinity", "ANTI_AFFINITY"}, {"scope", "ZONE"}, {"resource", kBoth}}})},
        Constrained{"Alone", {true, "zone", {"count", "other"}}, json::array()},
        Constrained{"ScopeOfSol001Only", {true, "network_link_and_node", {"filter", "count"}}, json::array()}),
    by_name);

}  // namespace
}  // namespace unf::vnfm
