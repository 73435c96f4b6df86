#include "graph/place/replicate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/compile/compile.h"
#include "tests/support/flows.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// The built-in host with `cores` runner cores of `cycles` per packet at the rate of one path. Links cost
/// nothing there.
Inventory host_with(std::size_t cores, std::uint64_t cycles = 1'000, RunMode mode = RunMode::fused) {
  auto inventory = Inventory::built_in();
  auto& host = inventory.hosts[0];
  host.mode = mode;
  host.cores.clear();
  make_links_free(host);
  for (std::size_t i = 0; i < cores; ++i) {
    host.cores.push_back({.id = CoreId{static_cast<std::uint32_t>(1 + i)}, .ghz = static_cast<double>(cycles) / 1000});
  }
  return inventory;
}

Plan compiled(const ServiceRequest& request, const Inventory& inventory) {
  auto plan = compile(request, paper_catalog(), inventory);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  if (!plan) return {};
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  const auto read = parse_plan(dump(*plan));
  EXPECT_TRUE(read.has_value()) << read.error().message;
  return *std::move(plan);
}

std::vector<std::string> runners(const Plan& plan) {
  std::vector<std::string> texts;
  for (const auto& node : plan.nodes)
    texts.push_back(fmt::format("{}:{}", node.id.get().substr(node.id.get().rfind('/') + 1), node.runner.get()));
  return texts;
}

std::vector<std::string> balanced(const Plan& plan) {
  auto edges = plan.edges;
  std::erase_if(edges, [](const auto& edge) { return edge.port != Plan::Port::balance; });
  return flows(edges, "edge/v/");
}

std::string reasons(const Plan& plan) {
  std::string text;
  for (const auto& line : plan.report) {
    if (line.rule == "R15") text += fmt::format("{}{}", line.applied ? "did: " : "did not: ", line.reason);
  }
  return text;
}

/// A chain of `nodes` in VNF `v`, of which `instances` are asked for.
ServiceRequest scaled(std::vector<std::string> nodes, std::map<std::string, std::uint32_t> instances) {
  auto request = chain({chain_vnf("v", std::move(nodes))});
  request.vnfs[0].initial = std::move(instances);
  return request;
}

TEST(Replicate, DealsFlowsOverInstancesOnCoresOfTheirOwn) {
  const auto plan =
      compiled(scaled({"a:PacketSizeHistogram", "b:RateLimiter", "c:IPTtlDecrementer"}, {{"b", 3}}), host_with(4));
  EXPECT_THAT(runners(plan), ElementsAre("in:io", "a:r1", "b#0:r1", "b#1:r2", "b#2:r3", "c:r1", "out:io"));
  EXPECT_THAT(balanced(plan), ElementsAre("a.out>b#0", "a.out>b#1", "a.out>b#2"));
  for (const auto& edge : plan.edges) {
    EXPECT_THAT(edge.paths, IsEmpty());
    EXPECT_NE(edge.port, Plan::Port::ordered) << "a flow takes one lane";
  }
  EXPECT_THAT(reasons(plan), "did: 3 instances are asked for");
  EXPECT_EQ(plan.totals.nodes_after, 7);
  EXPECT_EQ(plan.totals.cycles_after, plan.totals.cycles_before);
}

TEST(Replicate, SplitsTheRateAndKeepsOwners) {
  const auto plan = compiled(scaled({"a:Forward"}, {{"a", 3}}), host_with(1));
  std::uint64_t sum = 0;
  for (const char* id : {"edge/v/a#0", "edge/v/a#1", "edge/v/a#2"}) {
    ASSERT_NE(plan.find(NodeId{id}), nullptr) << id;
    EXPECT_THAT(plan.find(NodeId{id})->owners, ElementsAre(OwnerPath{"edge/v/a"}));
    sum += plan.find(NodeId{id})->rate_pps.get();
  }
  EXPECT_EQ(sum, 1'000'000);
  EXPECT_THAT(runners(plan), ElementsAre("in:io", "a#0:r1", "a#1:r1", "a#2:r1", "out:io"));
}

TEST(Replicate, FlowsStayInTheirLaneWhereAsManyFollow) {
  const auto plan = compiled(scaled({"a:PacketSizeHistogram", "b:RateLimiter"}, {{"a", 2}, {"b", 2}}), host_with(2));
  EXPECT_THAT(balanced(plan), ElementsAre("in.out>a#0", "in.out>a#1"));
  EXPECT_THAT(flows(plan.edges, "edge/v/"), testing::IsSupersetOf({"a#0.out>b#0", "a#1.out>b#1"}));
  EXPECT_THAT(runners(plan), UnorderedElementsAre("in:io", "a#0:r1", "a#1:r2", "b#0:r1", "b#1:r2", "out:io"));
}

TEST(Replicate, FlowsAreDealtAgainWhereOthersFollowOrTheirFieldsChange) {
  const auto other_number =
      compiled(scaled({"a:PacketSizeHistogram", "b:RateLimiter"}, {{"a", 2}, {"b", 3}}), host_with(2));
  EXPECT_THAT(balanced(other_number), testing::SizeIs(2 + 2 * 3));
  const auto changed = compiled(scaled({"a:Decompress", "b:RateLimiter"}, {{"a", 2}, {"b", 2}}), host_with(2));
  EXPECT_THAT(balanced(changed), testing::SizeIs(2 + 2 * 2));
}

TEST(Replicate, TakesTheMostThatAnOwnerAsksFor) {
  auto request = enterprise_edge();
  request.vnfs[0].initial["check"] = 2;
  request.vnfs[1].initial["check"] = 3;
  const auto plan = compiled(request, host_with(4));
  EXPECT_NE(plan.find(NodeId{"edge/app-fw/check#2"}), nullptr);
  EXPECT_EQ(plan.find(NodeId{"edge/app-fw/check#3"}), nullptr);
  EXPECT_EQ(plan.find(NodeId{"edge/app-fw/check"}), nullptr);
}

TEST(Replicate, BranchesThatMeetAgainAreOneLane) {
  auto request = chain({vnf(
      "v", {"in:NicIngress", "split:HttpClassifier", "x:RateLimiter", "y:RateLimiter", "join:Forward", "out:NicEgress"},
      {"in.out:split", "split.http:x", "split.other:y", "x.out:join", "y.out:join", "join.out:out"})});
  request.vnfs[0].initial["x"] = 2;
  const auto plan = compiled(request, host_with(2));
  EXPECT_THAT(runners(plan), UnorderedElementsAre("in:io", "split#0:r1", "split#1:r2", "x#0:r1", "x#1:r2", "y#0:r1",
                                                  "y#1:r2", "join:r1", "out:io"));
  EXPECT_THAT(balanced(plan), ElementsAre("in.out>split#0", "in.out>split#1"));
}

TEST(Replicate, OneCoreTooSlowIsTwo) {
  const auto plan = compiled(scaled({"a:PacketSizeHistogram", "b:RateLimiter"}, {}), host_with(2, 20));
  EXPECT_THAT(runners(plan), ElementsAre("in:io", "a:r1", "b#0:r1", "b#1:r2", "out:io"));
  EXPECT_EQ(reasons(plan), "did: 2 instances: one core is too slow for their rate");
}

TEST(Replicate, IsolatedReplicasHaveARunnerEach) {
  const auto plan = compiled(scaled({"a:Forward"}, {{"a", 3}}), host_with(2, 1000, RunMode::isolated));
  EXPECT_THAT(runners(plan), ElementsAre("in:io", "a#0:r1", "a#1:r2", "a#2:r3", "out:io"));
  EXPECT_EQ(plan.totals.cores, 2);
}

TEST(Replicate, WhatIsAtANicStaysOne) {
  const auto plan = compiled(scaled({"a:Forward"}, {{"in", 2}}), host_with(2));
  EXPECT_EQ(plan.nodes.size(), 3);
  EXPECT_EQ(reasons(plan), "did not: the host's Rx and Tx take all packets of a NIC");
}

TEST(Replicate, StateOfAllFlowsStaysOne) {
  std::vector<UnfDescriptor> types;
  const auto known = paper_catalog();
  for (const auto& [name, entry] : known.entries()) types.push_back(entry.descriptor);
  types.push_back({.type = "Sequencer", .gates = {"drop", "out"}, .state = StateClass::ordered});
  const auto plan = compile(scaled({"a:Sequencer"}, {{"a", 2}}), Catalog{types}, host_with(2));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_NE(plan->find(NodeId{"edge/v/a"}), nullptr);
  EXPECT_EQ(reasons(*plan), "did not: the state of edge/v/a depends on packets of all flows");
}

TEST(Replicate, RefusesMoreThanCanRun) {
  const auto plan = compile(scaled({"a:Forward"}, {{"a", kMaxReplicas + 1}}), paper_catalog(), host_with(2));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, Errc::no_capacity);
  EXPECT_EQ(plan.error().message, "edge/v/a: 17 instances are asked for, at most 16 can run");
}

TEST(Replicate, RefusesMoreRunnersThanOneCanLeadTo) {
  auto request =
      chain({vnf("v", {"in:NicIngress", "http:HttpClassifier", "a:Forward", "b:RateLimiter", "out:NicEgress"},
                 {"in.out:http", "http.http:a", "http.other:b", "a.out:out", "b.out:out"})});
  request.vnfs[0].initial = {{"a", 8}, {"b", 9}};
  const auto plan = compile(request, paper_catalog(), host_with(2, 1000, RunMode::isolated));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, Errc::no_capacity);
  EXPECT_THAT(plan.error().message, HasSubstr("runner r1 would lead to 17 others, at most 16"));
}

TEST(Replicate, ReplicasAreInTheOrderOfTheirNumbers) {
  const auto plan = compiled(scaled({"a:Forward"}, {{"a", 12}}), host_with(1));
  EXPECT_EQ(plan.nodes[2].id, NodeId{"edge/v/a#1"});
  EXPECT_EQ(plan.nodes[11].id, NodeId{"edge/v/a#10"}) << plan.nodes[11].id;
}

TEST(Replicate, LevelsThatTheVnfHasNotAreRefused) {
  auto request = scaled({"a:Forward"}, {});
  request.vnfs[0].levels = {{"small", {}}};
  request.vnfs[0].level = "big";
  request.vnfs[0].aspects = {{.name = "wide", .max_level = 2, .node_deltas = {{"a", {1, 1}}}}};
  request.vnfs[0].scale = {{"wide", 3}, {"deep", 1}};
  const auto plan = compile(request, paper_catalog(), host_with(2));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().message,
            "v: VNF 'v' has no instantiation level 'big', expected one of: small\n"
            "v: VNF 'v' has no scaling aspect 'deep', expected one of: wide\n"
            "v: scale level 3 of aspect 'wide' of VNF 'v', expected 0 to 2");
}

}  // namespace
}  // namespace unf::graph
