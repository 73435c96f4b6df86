#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/compile/compile.h"
#include "tests/support/by_name.h"
#include "tests/support/flows.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Plan compiled(const ServiceRequest& request) {
  auto plan = compile(request, paper_catalog(), Inventory::built_in());
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  return plan.value_or(Plan{});
}

/// One VNF: first, then what is between, then the same again. The second goes or stays, and the report says why.
struct Case {
  const char* name;
  std::vector<std::string> nodes;
  std::size_t left;
  const char* reason;
  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }
};
class Repeated : public testing::TestWithParam<Case> {};

TEST_P(Repeated, GoesOnlyWhereItsResultIsKnown) {
  const auto plan = compiled(chain({chain_vnf("v", GetParam().nodes)}));
  EXPECT_EQ(plan.nodes.size(), GetParam().left + 2);
  const bool applied = GetParam().left < GetParam().nodes.size();
  if (GetParam().reason == nullptr) {
    EXPECT_THAT(plan.report, Each(testing::Field(&Plan::ReportLine::rule, "R14"))) << "nothing was repeated";
  } else {
    EXPECT_THAT(plan.report,
                Contains(testing::AllOf(testing::Field(&Plan::ReportLine::rule, testing::AnyOf("R4", "R5")),
                                        testing::Field(&Plan::ReportLine::applied, applied),
                                        testing::Field(&Plan::ReportLine::reason, HasSubstr(GetParam().reason)))));
  }
}
INSTANTIATE_TEST_SUITE_P(
    R4, Repeated,
    testing::Values(
        Case{"Twice",
             {"a:CheckIPHeader", "b:CheckIPHeader"},
             1,
             "its packets have passed one of the same configuration"},
        Case{"ThreeTimes", {"a:CheckIPHeader", "b:CheckIPHeader", "c:CheckIPHeader"}, 1, "its packets have passed"},
        Case{"ReaderBetween", {"a:CheckIPHeader", "r:CountUrl", "b:CheckIPHeader"}, 2, "its packets have passed"},
        Case{
            "OtherFieldsWritten", {"a:CheckIPHeader", "w:MacSwapper", "b:CheckIPHeader"}, 2, "its packets have passed"},
        // It has other fields to look at, but not of what it checks: the TTL is no part of it, the checksum is kept
        // right.
        Case{"FactsKept",
             {"a:CheckIPHeader", "w:IPTtlDecrementer", "b:CheckIPHeader"},
             2,
             "all that it checks is known"},
        Case{"LengthWrittenImplicitly",
             {"a:CheckIPHeader", "w:Decompress", "b:CheckIPHeader"},
             3,
             "writes what it reads: ip.len"},
        Case{"Random", {"a:Sampler", "b:Sampler"}, 2, "may take another gate the second time"},
        Case{"OwnCount", {"a:PacketSizeHistogram", "b:PacketSizeHistogram"}, 2, "has a state of its own"},
        Case{"OwnBudget", {"a:RateLimiter", "b:RateLimiter"}, 2, "has a state of its own"},
        Case{"Edits",
             {"a:IPTtlDecrementer", "b:IPTtlDecrementer"},
             2,
             "it changes the packet each time: ip.ttl, ip.checksum"},
        Case{"SwapsBack", {"a:MacSwapper", "b:MacSwapper"}, 2, "it changes the packet each time: eth.dst, eth.src"},
        Case{"Emits", {"a:TcpReset", "b:TcpReset"}, 2, "it emits packets each time"},
        Case{"Single", {"a:CheckIPHeader", "b:Forward"}, 2, nullptr}),
    by_name);

TEST(Dedupe, EmittedPacketsHaveNotPassedWhatTheirCauseHas) {
  const auto plan = compiled(chain({chain_vnf("v", {"a:Forward", "e:TcpReset", "b:Forward"})}));
  EXPECT_EQ(plan.nodes.size(), 5);
  EXPECT_THAT(plan.report,
              Contains(testing::Field(&Plan::ReportLine::reason, "edge/v/e emits packets that have not passed it")));
}

TEST(Dedupe, OtherConfigurationIsAnotherUnf) {
  auto request = chain({chain_vnf("v", {"a:L3L4Filter", "b:L3L4Filter"})});
  const auto with_rules = [&](std::size_t node, const char* text) {
    request.artifacts[digest_of(text)] = {"rules", text};
    request.vnfs[0].graph.nodes[node].config["rules"] = digest_of(text);
  };
  with_rules(1, "allow tcp any any any 80\n");
  with_rules(2, "allow tcp any any 10.0.0.0/8 any\n");
  EXPECT_EQ(compiled(request).nodes.size(), 3);
  const auto both = compiled(request);
  EXPECT_THAT(both.report, Contains(testing::Field(&Plan::ReportLine::rule, "R8"))) << "one table for both";
  with_rules(2, "allow tcp any any any 80\n");
  const auto same = compiled(request);
  EXPECT_EQ(same.nodes.size(), 3);
  EXPECT_THAT(same.report, Contains(testing::Field(&Plan::ReportLine::rule, "R4")));
}

TEST(Dedupe, EachBranchSkipsTheSecondClassifierByItsOwnLabel) {
  const auto plan = compiled(chain({vnf("v",
                                        {"in:NicIngress", "c1:HttpClassifier", "count:CountUrl", "c2:HttpClassifier",
                                         "f:Forward", "m:MacSwapper", "out:NicEgress"},
                                        {"in.out:c1", "c1.http:count", "count.out:c2", "c1.other:c2", "c2.http:f",
                                         "c2.other:m", "f.out:out", "m.out:out"})}));
  EXPECT_THAT(flows(plan.edges, "edge/v/"), UnorderedElementsAre("in.out>c1", "c1.http>count", "c1.other>m",
                                                                 "count.out>f", "f.out>out", "m.out>out"));
}

TEST(Dedupe, BranchesWithDifferentLabelsThatMeetCarryThem) {
  const auto plan = compiled(chain({vnf(
      "v", {"in:NicIngress", "c1:HttpClassifier", "f:Forward", "c2:HttpClassifier", "m:MacSwapper", "out:NicEgress"},
      {"in.out:c1", "c1.http:f", "c1.other:f", "f.out:c2", "c2.http:m", "c2.other:out", "m.out:out"})}));
  EXPECT_THAT(flows(plan.edges, "edge/v/"),
              UnorderedElementsAre("in.out>c1", "c1.http>f", "c1.other>f", "f.out>m[inbound]", "f.out>out[inbound~1]",
                                   "m.out>out"));
  const auto other =
      std::find_if(plan.edges.begin(), plan.edges.end(), [](const auto& e) { return e.gate == "other"; });
  EXPECT_EQ(other->becomes, "inbound~1") << "so that behind f it is known which are which";
}

TEST(Dedupe, AWayAroundTheFirstTakesTheSecond) {
  const auto plan = compiled(chain({vnf(
      "v", {"in:NicIngress", "c:HttpClassifier", "a:CheckIPHeader", "f:Forward", "b:CheckIPHeader", "out:NicEgress"},
      {"in.out:c", "c.http:a", "c.other:f", "a.out:f", "f.out:b", "b.out:out"})}));
  EXPECT_THAT(flows(plan.edges, "edge/v/"),
              UnorderedElementsAre("in.out>c", "c.http>a", "c.other>b", "a.out>f", "b.out>f", "f.out>out"));
}

TEST(Dedupe, EachWayIsDecidedByItself) {
  const auto plan = compiled(
      chain({vnf("v", {"in:NicIngress", "c:HttpClassifier", "a:CheckIPHeader", "b:CheckIPHeader", "out:NicEgress"},
                 {"in.out:c", "c.http:a", "c.other:b", "a.out:b", "b.out:out"})}));
  EXPECT_THAT(flows(plan.edges, "edge/v/"),
              UnorderedElementsAre("in.out>c", "c.http>a", "c.other>b", "a.out>out", "b.out>out"));
  EXPECT_THAT(plan.find(NodeId{"edge/v/a"})->owners,
              testing::ElementsAre(OwnerPath{"edge/v/a"}, OwnerPath{"edge/v/b"}));
  EXPECT_THAT(plan.find(NodeId{"edge/v/b"})->owners, testing::ElementsAre(OwnerPath{"edge/v/b"}));
}

/// inbound: x y z, second: y z, each VNF one check. On inbound x's decides for all, on second y's for z; one serves
/// both.
TEST(Dedupe, PathsMayHaveDifferentFirstOnes) {
  auto request = chain({chain_vnf("x", {"check:CheckIPHeader"}), chain_vnf("y", {"check:CheckIPHeader", "f:Forward"}),
                        chain_vnf("z", {"check:CheckIPHeader"})});
  auto shorter = request.paths[0];
  shorter.name = "second";
  shorter.hops = {"y", "z"};
  request.paths.push_back(shorter);
  const auto plan = compiled(request);
  EXPECT_THAT(flows(plan.edges), UnorderedElementsAre("x/in.out>x/check", "x/check.out>y/f[inbound]",
                                                      "y/in.out>x/check", "x/check.out>y/f[second]", "y/f.out>z/out"));
  EXPECT_EQ(plan.find(NodeId{"edge/z/check"}), nullptr);
}

}  // namespace
}  // namespace unf::graph
