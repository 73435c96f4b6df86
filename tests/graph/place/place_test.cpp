#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/compile/compile.h"
#include "graph/terms/links.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::HasSubstr;

/// The built-in host with `cores` runner cores, each of which takes `cycles` per packet at the rate of one path. Links
/// cost nothing there.
Inventory host_with(std::size_t cores, std::uint64_t cycles, RunMode mode = RunMode::fused) {
  auto inventory = Inventory::built_in();
  auto& host = inventory.hosts[0];
  host.mode = mode;
  host.cores.clear();
  make_links_free(host);
  for (std::size_t i = 0; i < cores; ++i) {
    host.cores.push_back({.id = CoreId{static_cast<std::uint32_t>(10 + i)}, .ghz = static_cast<double>(cycles) / 1000});
  }
  return inventory;
}

std::string runners(const Plan& plan) {
  std::string text;
  for (const auto& node : plan.nodes)
    text += fmt::format("{}:{}@{} ", node.id.get().substr(7), node.runner.get(), node.core.get());
  return text;
}

TEST(Place, FillsOneCoreAfterTheOther) {
  const auto request =
      chain({chain_vnf("v", {"a:L3L4Filter", "b:RateLimiter", "c:PacketSizeHistogram", "d:RateLimiter"})});
  auto with_rules = request;
  const char* rules = "allow tcp any any any 80\n";
  with_rules.artifacts[digest_of(rules)] = {"rules", rules};
  with_rules.vnfs[0].graph.nodes[1].config["rules"] = digest_of(rules);
  const auto plan = compile(with_rules, paper_catalog(), host_with(2, 90));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(runners(*plan), "in:io@0 a:r1@10 b:r1@10 c:r1@10 d:r2@11 out:io@0 ");
  EXPECT_EQ(plan->totals.cores, 2);
  EXPECT_EQ(plan->edges.back().port, Plan::Port::single) << "one way through both runners";
}

TEST(Place, NamesTheFirstUnfThatFitsNowhere) {
  const auto request = chain({chain_vnf("v", {"a:RateLimiter", "b:RateLimiter", "c:RateLimiter"})});
  const auto plan = compile(request, paper_catalog(), host_with(2, 40));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, Errc::no_capacity);
  EXPECT_EQ(plan.error().message,
            "edge/v/c (RateLimiter) needs 0.030 G cycles/s, and no core of host 'local' has as much left "
            "(2 cores, the largest 0.040 GHz)");
}

TEST(Place, NeedsACore) {
  const auto plan = compile(chain({chain_vnf("v", {"a:RateLimiter"})}), paper_catalog(), host_with(0, 40));
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, Errc::no_capacity);
  EXPECT_THAT(plan.error().message, HasSubstr("(0 cores, the largest 0.000 GHz)"));
}

/// Two branches that meet again at `join`.
ServiceRequest diamond() {
  return chain({vnf(
      "v", {"in:NicIngress", "split:HttpClassifier", "x:RateLimiter", "y:RateLimiter", "join:Forward", "out:NicEgress"},
      {"in.out:split", "split.http:x", "split.other:y", "x.out:join", "y.out:join", "join.out:out"})});
}

TEST(Place, KeepsBranchesThatMeetAgainInOneRunner) {
  // split takes 16, x and y 15 each at half the rate, join 1: with room for 46 all fit but the last, which every packet
  // passes.
  const auto plan = compile(diamond(), paper_catalog(), host_with(2, 46));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(runners(*plan), "in:io@0 split:r1@10 x:r1@10 y:r1@10 join:r2@11 out:io@0 ");
  const auto too_small = compile(diamond(), paper_catalog(), host_with(8, 2));
  ASSERT_FALSE(too_small.has_value()) << runners(*too_small);
  EXPECT_THAT(too_small.error().message,
              HasSubstr("edge/v/split (HttpClassifier) with the 2 it must share a core with"));
}

TEST(Place, IsolatedHasARunnerEachAndTxKeepsTheOrder) {
  const auto plan = compile(diamond(), paper_catalog(), host_with(2, 1000, RunMode::isolated));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(runners(*plan), "in:io@0 split:r1@10 x:r2@10 y:r3@10 join:r4@10 out:io@0 ");
  for (const auto& edge : plan->edges) {
    if (!edge.to) continue;
    EXPECT_EQ(edge.link, Plan::Link::ring);
    EXPECT_EQ(edge.port, plan->find(*edge.to)->type == "NicEgress" ? Plan::Port::ordered : Plan::Port::single);
  }
}

TEST(Place, BranchesThatMeetAtTheNicAreOrderedThere) {
  const auto request = chain({vnf("v", {"in:NicIngress", "split:HttpClassifier", "x:RateLimiter", "out:NicEgress"},
                                  {"in.out:split", "split.http:x", "split.other:out", "x.out:out"})});
  const auto together = compile(request, paper_catalog(), host_with(1, 100));
  ASSERT_TRUE(together.has_value());
  for (const auto& edge : together->edges) EXPECT_EQ(edge.port, Plan::Port::single) << edge.from.get();
  const auto apart = compile(request, paper_catalog(), host_with(2, 20));
  ASSERT_TRUE(apart.has_value()) << apart.error().message;
  EXPECT_EQ(runners(*apart), "in:io@0 split:r1@10 x:r2@11 out:io@0 ");
  for (const auto& edge : apart->edges) {
    EXPECT_EQ(edge.port, edge.to == NodeId{"edge/v/out"} ? Plan::Port::ordered : Plan::Port::single) << edge.from.get();
  }
}

/// Cores of this many cycles per packet, on these NUMA nodes, links of 2, 10 and 30 cycles.
Inventory host_on(const std::vector<std::uint32_t>& numa, std::uint64_t cycles) {
  auto inventory = host_with(numa.size(), cycles);
  auto& host = inventory.hosts[0];
  for (std::size_t i = 0; i < numa.size(); ++i) host.cores[i].numa = numa[i];
  host.cycles["call"] = CyclesPerPacket{2};
  host.cycles["ring"] = CyclesPerPacket{10};
  host.cycles["numa_ring"] = CyclesPerPacket{30};
  return inventory;
}

/// RateLimiters, 30 cycles each.
ServiceRequest limiters(std::size_t count) {
  std::vector<std::string> nodes;
  for (std::size_t i = 0; i < count; ++i) nodes.push_back(fmt::format("{}:RateLimiter", static_cast<char>('a' + i)));
  return chain({chain_vnf("v", nodes)});
}

struct LinkCase {
  const char* what;
  std::size_t unfs;
  std::vector<std::uint32_t> numa;
  std::uint64_t cycles;
  const char* runners;  ///< empty: it does not fit
};
class PlaceCountsLinks : public testing::TestWithParam<LinkCase> {};

TEST_P(PlaceCountsLinks, WhenItFillsCores) {
  const auto& [what, unfs, numa, cycles, expected] = GetParam();
  const auto plan = compile(limiters(unfs), paper_catalog(), host_on(numa, cycles));
  if (*expected == '\0') {
    ASSERT_FALSE(plan.has_value()) << runners(*plan);
    EXPECT_EQ(plan.error().code, Errc::no_capacity);
    return;
  }
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(runners(*plan), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Links, PlaceCountsLinks,
    testing::Values(LinkCase{"5 to receive, 30, 5 to send", 1, {0}, 40, "in:io@0 a:r1@10 out:io@0 "},
                    LinkCase{"one cycle too few", 1, {0}, 39, ""},
                    LinkCase{"5, 30, a call of 2, 30, 5", 2, {0}, 72, "in:io@0 a:r1@10 b:r1@10 out:io@0 "},
                    LinkCase{"one cycle too few to call: a ring", 2, {0, 0}, 71, "in:io@0 a:r1@10 b:r2@11 out:io@0 "},
                    LinkCase{
                        "a core of the same NUMA node first", 2, {0, 1, 0}, 71, "in:io@0 a:r1@10 b:r2@12 out:io@0 "},
                    LinkCase{"of another one where there is none", 2, {0, 1}, 71, "in:io@0 a:r1@10 b:r2@11 out:io@0 "},
                    LinkCase{"what comes from there costs 20 more", 2, {0, 1}, 59, ""},
                    LinkCase{"and fits with them", 2, {0, 1}, 60, "in:io@0 a:r1@10 b:r2@11 out:io@0 "}),
    [](const auto& tested) { return std::to_string(tested.index); });

TEST(Place, CountsTheLinksOfBranchesAndReplicas) {
  // split takes 16, x and y 30 each at half the rate, join 1; 5 from Rx and to Tx; calls to x and y and from them.
  const std::uint64_t cycles = 16 + 15 + 15 + 1 + 5 + 5 + 2 + 2;
  EXPECT_TRUE(compile(diamond(), paper_catalog(), host_on({0}, cycles)).has_value());
  EXPECT_FALSE(compile(diamond(), paper_catalog(), host_on({0}, cycles - 1)).has_value());
  // A replica takes half of 40 cycles.
  auto two = limiters(1);
  two.vnfs[0].initial["a"] = 2;
  const auto halves = compile(two, paper_catalog(), host_on({0, 0}, 20));
  ASSERT_TRUE(halves.has_value()) << halves.error().message;
  EXPECT_EQ(halves->totals.cores, 2);
  EXPECT_FALSE(compile(two, paper_catalog(), host_on({0, 0}, 19)).has_value());
}

TEST(Place, IsolatedHasRingsOnly) {
  auto inventory = host_on({0}, 80);
  inventory.hosts[0].mode = RunMode::isolated;
  const auto plan = compile(limiters(2), paper_catalog(), inventory);
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->totals.cores, 1);
  EXPECT_TRUE(std::ranges::any_of(plan->report, [](const Plan::ReportLine& line) {
    return line.rule == "R14" && line.reason == "each has a runner of its own: a ring, 10 cycles";
  }));
  inventory.hosts[0].cores[0].ghz = 0.079;
  EXPECT_FALSE(compile(limiters(2), paper_catalog(), inventory).has_value());
}

TEST(Links, WhatWasNotMeasuredFollowsFromWhatWas) {
  auto host = Inventory::built_in().hosts[0];
  host.cycles["ring"] = CyclesPerPacket{150};
  EXPECT_EQ(link_costs(host).numa_ring, 450);
  host.cycles["numa_ring"] = CyclesPerPacket{100};
  EXPECT_EQ(link_costs(host).numa_ring, 150) << "never less than a ring";
  EXPECT_EQ(link_costs(host).call, 2);
}

TEST(Place, SaysWhatItWouldTakeOnTheBestCore) {
  const auto plan = compile(limiters(2), paper_catalog(), host_on({0, 1}, 59));
  ASSERT_FALSE(plan.has_value());
  EXPECT_THAT(plan.error().message, HasSubstr("(RateLimiter) needs 0.060 G cycles/s"));
}

TEST(Place, SaysWhichRingsAreLeftAndWhatTheOthersAreSpared) {
  const auto plan = compile(limiters(3), paper_catalog(), host_on({0, 1}, 72));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(runners(*plan), "in:io@0 a:r1@10 b:r1@10 c:r2@11 out:io@0 ");
  std::vector<std::string> lines;
  for (const auto& line : plan->report) {
    if (line.rule == "R14") lines.push_back(fmt::format("{} {}", line.applied ? "did" : "did not", line.reason));
  }
  EXPECT_THAT(lines, testing::ElementsAre(
                         "did not they are on cores 10 and 11 of two NUMA nodes: a ring, 30 cycles",
                         "did neighbours in a runner call each other: 8 cycles less for a mean packet than by rings"));
}

TEST(Place, MembersOfAStageStayOnItsNumaNode) {
  auto request = chain({chain_vnf("v", {"c:Forward", "filter:L3L4Filter", "m:MacSwapper", "t:RateLimiter"})});
  set_rules(request, request.vnfs[0], "filter", "allow tcp any any any 80\n");
  const CompileOptions parallel{.parallelize = CompileOptions::Parallelize::on};
  auto inventory = host_on({0, 1, 1, 1, 1}, 1000);
  inventory.hosts[0].cycles["SyncIngress"] = CyclesPerPacket{1};
  const auto apart = compile(request, paper_catalog(), inventory, parallel);
  ASSERT_TRUE(apart.has_value()) << apart.error().message;
  EXPECT_TRUE(apart->stages.empty()) << runners(*apart);
  for (auto& core : inventory.hosts[0].cores) core.numa = 0;
  const auto together = compile(request, paper_catalog(), inventory, parallel);
  ASSERT_TRUE(together.has_value()) << together.error().message;
  EXPECT_EQ(together->stages.size(), 1);
}

TEST(Place, OppositeDirectionsMayMeetInAnyRunner) {
  auto request = chain({chain_vnf("a", {"l:RateLimiter"}), chain_vnf("b", {"m:RateLimiter"})});
  request.paths[0].symmetric = true;
  const auto plan = compile(request, paper_catalog(), host_with(2, 1000));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->totals.cores, 1);
}

}  // namespace
}  // namespace unf::graph
