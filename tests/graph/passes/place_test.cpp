#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/passes/compile.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::HasSubstr;

/// The built-in host with `cores` runner cores, each of which takes `cycles` per packet at the rate of one path.
Inventory host_with(std::size_t cores, std::uint64_t cycles, RunMode mode = RunMode::fused) {
  auto inventory = Inventory::built_in();
  auto& host = inventory.hosts[0];
  host.mode = mode;
  host.cores.clear();
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

TEST(Place, OppositeDirectionsMayMeetInAnyRunner) {
  auto request = chain({chain_vnf("a", {"l:RateLimiter"}), chain_vnf("b", {"m:RateLimiter"})});
  request.paths[0].symmetric = true;
  const auto plan = compile(request, paper_catalog(), host_with(2, 1000));
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_EQ(plan->totals.cores, 1);
}

}  // namespace
}  // namespace unf::graph
