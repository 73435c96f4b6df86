#include "graph/compile/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/flows.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Plan compiled(const ServiceRequest& request, const CompileOptions& options = {},
              const Inventory& inventory = Inventory::built_in()) {
  auto plan = compile(request, paper_catalog(), inventory, options);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  return plan.value_or(Plan{});
}

const Plan::Counter& counter_of(const Plan& plan, const char* owner) {
  return *std::find_if(plan.counters.begin(), plan.counters.end(),
                       [&](const auto& c) { return c.owner == OwnerPath{owner}; });
}

TEST(CompileSample, SixteenNodesBecomeNine) {
  const auto plan = compiled(enterprise_edge());
  EXPECT_EQ(plan.totals.nodes_before, 16);
  EXPECT_EQ(plan.totals.nodes_after, 9);
  EXPECT_EQ(plan.nodes.size(), 9);
  EXPECT_EQ(plan.original.nodes.size(), 16);
  EXPECT_THAT(flows(plan.edges),
              UnorderedElementsAre("firewall/in.out>app-fw/check", "app-fw/check.out>firewall/filter",
                                   "firewall/filter.out>monitor/histogram", "monitor/histogram.out>app-fw/http",
                                   "app-fw/http.http>monitor/count", "app-fw/http.other>app-fw/out",
                                   "monitor/count.out>app-fw/validate", "app-fw/validate.ok>app-fw/out",
                                   "app-fw/validate.bad>app-fw/reset", "app-fw/reset.out>app-fw/out"));
  EXPECT_LT(plan.totals.cycles_after, plan.totals.cycles_before);
}

TEST(CompileSample, SendsEachDirectionByThePairOfItsIngress) {
  const auto plan = compiled(enterprise_edge());
  ASSERT_EQ(plan.classifiers.size(), 2);
  EXPECT_EQ(plan.classifiers[0].in, NicName{"in"});
  EXPECT_EQ(plan.classifiers[1].in, NicName{"out"});
  EXPECT_EQ(plan.find(NodeId{"edge/app-fw/out"})->nic, std::nullopt);
  EXPECT_EQ(plan.find(NodeId{"edge/firewall/in"})->nic, std::nullopt);
  for (const auto& edge : plan.edges) EXPECT_THAT(edge.paths, IsEmpty());
}

TEST(CompileSample, MergedNodesHaveTheSmallestOwnersNameAndAllOwners) {
  const auto plan = compiled(enterprise_edge());
  const auto* check = plan.find(NodeId{"edge/app-fw/check"});
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(check->owners, ElementsAre(OwnerPath{"edge/app-fw/check"}, OwnerPath{"edge/firewall/check"},
                                         OwnerPath{"edge/monitor/check"}));
}

TEST(CompileSample, CountsForEachOwnerWhatItsOwnWouldHave) {
  const auto plan = compiled(enterprise_edge());
  EXPECT_THAT(PlanChecker{plan}.problems(), IsEmpty());
  EXPECT_EQ(plan.counters.size(), 16);
  EXPECT_THAT(counter_of(plan, "edge/firewall/check").drop, testing::SizeIs(1));
  EXPECT_THAT(counter_of(plan, "edge/monitor/check").drop, IsEmpty()) << "what it would drop never came";
  EXPECT_EQ(counter_of(plan, "edge/monitor/check").in, counter_of(plan, "edge/firewall/filter").out);
}

TEST(CompileSample, IsOneRunnerBetweenRxAndTx) {
  const auto plan = compiled(enterprise_edge());
  for (const auto& node : plan.nodes) {
    const bool io = node.type == "NicIngress" || node.type == "NicEgress";
    EXPECT_EQ(node.runner, RunnerId{io ? "io" : "r1"});
    EXPECT_EQ(node.core, CoreId{io ? 0U : 1U});
    EXPECT_EQ(node.host, HostId{"local"});
  }
  for (const auto& edge : plan.edges) {
    const bool ring = edge.to && plan.find(edge.from)->runner != plan.find(*edge.to)->runner;
    EXPECT_EQ(edge.link, ring ? Plan::Link::ring : Plan::Link::call);
    EXPECT_EQ(edge.port, Plan::Port::single);
  }
  EXPECT_EQ(plan.totals.cores, 1);
}

TEST(CompileSample, WithoutConsolidationOnlyBoundariesGo) {
  const auto plan = compiled(enterprise_edge(), {.consolidate = false});
  EXPECT_EQ(plan.totals.nodes_after, 12);
  EXPECT_THAT(PlanChecker{plan}.problems(), IsEmpty());
  EXPECT_THAT(plan.report, Each(testing::Field(&Plan::ReportLine::rule, testing::AnyOf("R1", "R14"))));
}

TEST(CompileSample, IsByteEqualOnRepeatAndReadsBack) {
  const auto text = dump(compiled(enterprise_edge()));
  EXPECT_EQ(text, dump(compiled(enterprise_edge())));
  const auto read = parse_plan(text);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(dump(*read), text);
}

TEST(CompileSample, OriginalIsThePlanOfTheGraphAsAskedFor) {
  const auto original = compiled(enterprise_edge()).as_original();
  EXPECT_EQ(original.nodes.size(), 16);
  EXPECT_EQ(original.counters.size(), 16);
  EXPECT_TRUE(parse_plan(dump(original)).has_value());
  // In the middle of the graph I/O nodes only hand on; Rx and Tx are at its rim.
  EXPECT_EQ(original.find(NodeId{"edge/firewall/in"})->runner, RunnerId{"io"});
  EXPECT_EQ(original.find(NodeId{"edge/firewall/out"})->runner, RunnerId{"r1"});
  EXPECT_EQ(original.find(NodeId{"edge/monitor/in"})->runner, RunnerId{"r1"});
  EXPECT_EQ(original.find(NodeId{"edge/app-fw/out"})->runner, RunnerId{"io"});
}

TEST(Compile, NodesComeInTheOrderPacketsPass) {
  const auto plan = compiled(enterprise_edge());
  const auto position = [&](const NodeId& id) { return plan.find(id) - plan.nodes.data(); };
  for (const auto& edge : plan.edges) {
    if (!edge.to) continue;
    EXPECT_LT(position(edge.from), position(*edge.to));
  }
  for (std::size_t i = 0; i < plan.edges.size(); ++i)
    EXPECT_EQ(plan.edges[i].id, EdgeId{static_cast<std::uint32_t>(i + 1)});
}

TEST(Compile, CarriesOptionsAndArtifacts) {
  const auto plan = compiled(enterprise_edge(), {.default_action = Plan::Default::bridge});
  EXPECT_EQ(plan.default_action, Plan::Default::bridge);
  EXPECT_EQ(plan.artifacts, enterprise_edge().artifacts);
}

TEST(Compile, EmptyVnfIsFromNicToNic) {
  const auto plan = compiled(chain({chain_vnf("wire", {})}));
  ASSERT_EQ(plan.edges.size(), 1);
  EXPECT_EQ(plan.edges[0].link, Plan::Link::call);
  EXPECT_EQ(plan.find(NodeId{"edge/wire/out"})->nic, NicName{"out"});
}

TEST(Compile, UnconnectedGatesAreDrops) {
  auto request =
      chain({vnf("v", {"in:NicIngress", "http:HttpClassifier", "out:NicEgress"}, {"in.out:http", "http.http:out"})});
  const auto plan = compiled(request);
  std::vector<std::string> drops;
  for (const auto& edge : plan.edges) {
    if (!edge.to) drops.push_back(edge.from.get() + "." + edge.gate);
  }
  EXPECT_THAT(drops, ElementsAre("edge/v/http.other")) << "its own drop gate is never taken";
  EXPECT_THAT(counter_of(plan, "edge/v/http").drop, testing::SizeIs(1));
}

TEST(Compile, CyclesOfAnInventoryOverrideNominalOnes) {
  auto inventory = Inventory::built_in();
  inventory.hosts[0].cycles["CheckIPHeader"] = CyclesPerPacket{11};
  const auto plan = compiled(enterprise_edge(), {}, inventory);
  EXPECT_EQ(plan.find(NodeId{"edge/app-fw/check"})->cycles_per_packet, CyclesPerPacket{11});
  EXPECT_EQ(plan.find(NodeId{"edge/app-fw/http"})->cycles_per_packet, CyclesPerPacket{16});
}

TEST(Compile, RatesAreThePathsDealtOverGates) {
  const auto plan = compiled(enterprise_edge());
  const auto rate = [&](const char* id) { return plan.find(NodeId{id})->rate_pps.get(); };
  EXPECT_EQ(rate("edge/app-fw/check"), 2'000'000);
  EXPECT_EQ(rate("edge/monitor/count"), 1'000'000);
  EXPECT_EQ(rate("edge/app-fw/reset"), 500'000);
  EXPECT_EQ(rate("edge/app-fw/out"), 2'000'000);
}

}  // namespace
}  // namespace unf::graph
