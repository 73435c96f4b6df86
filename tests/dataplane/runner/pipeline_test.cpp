#include "dataplane/runner/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/dataplane/runner/runner_fixture.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using testing::ElementsAreArray;

/// Requests make a detour over a second uNF and meet the others again.
RuntimePlan branches() {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io")
      .node("http", "HttpClassifier")
      .node("ttl", "IPTtlDecrementer")
      .node("out", "NicEgress", "io");
  plan.edge("in", "out", "http").edge("http", "http", "ttl").edge("http", "other", "out");
  plan.edge("ttl", "out", "out").edge("ttl", "drop", "").classifier("all", "in", "in");
  return plan;
}

RC_GTEST_PROP(PipelineProperty, BranchesDoNotReorder, ()) {
  WiredRunner wired{branches().plan()};
  auto runner = wired.make();
  std::vector<Packet*> offered, expected, expected_drops;
  for (const auto kind : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4))) {
    if (offered.size() == 64) break;
    auto* packet = wired.packet(kind == 0   ? http_frame("/")
                                : kind == 1 ? udp_frame()
                                : kind == 2 ? arp_frame()
                                            : http_frame("/", {.ttl = 1}));
    offered.push_back(packet);
    (kind == 3 ? expected_drops : expected).push_back(packet);
  }
  wired.enter(offered);
  while (runner.step() != 0) {
  }
  RC_ASSERT(wired.sent() == expected);
  RC_ASSERT(wired.freed() == expected_drops);
}

TEST(Pipeline, CountsPacketsAndBytesPerEdge) {
  WiredRunner wired{branches().plan()};
  auto runner = wired.make();
  const auto request = http_frame("/"), other = udp_frame(), expiring = http_frame("/", {.ttl = 1});
  wired.enter({wired.packet(request), wired.packet(other), wired.packet(expiring), wired.packet(other)});
  ASSERT_EQ(runner.step(), 4U);
  EXPECT_EQ(wired.edge(2), (EdgeCount{2, request.size() + expiring.size(), 0}));
  EXPECT_EQ(wired.edge(3), (EdgeCount{2, 2 * other.size(), 0}));
  EXPECT_EQ(wired.edge(4), (EdgeCount{1, request.size(), 0}));
  EXPECT_EQ(wired.edge(5), (EdgeCount{1, expiring.size(), 0}));
}

TEST(Pipeline, SendsByPathWhereSuccessorsDiffer) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io")
      .node("fwd", "Forward")
      .node("ttl", "IPTtlDecrementer")
      .node("out", "NicEgress", "io");
  plan.edge("in", "out", "fwd").edge("fwd", "out", "ttl", {"red"}).edge("fwd", "out", "out", {"blue"});
  plan.edge("ttl", "out", "out").edge("ttl", "drop", "").classifier("red", "in", "in").classifier("blue", "in", "in");
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  const std::vector<Packet*> offered{wired.packet(udp_frame(), 0), wired.packet(udp_frame(), 1),
                                     wired.packet(udp_frame(), 0)};
  wired.enter(offered);
  ASSERT_EQ(runner.step(), 3U);
  EXPECT_THAT(wired.sent(), ElementsAreArray(offered));
  EXPECT_EQ(wired.edge(2).packets, 2U);
  EXPECT_EQ(wired.edge(3).packets, 1U);
}

TEST(Pipeline, CountsPerPathWhereOwnersNeedIt) {
  auto plan = branches();
  plan.classifier("second", "in", "in");
  plan.plan().counters.push_back(
      {.owner = OwnerPath{"http"}, .in = {EdgeId{1}}, .out = {EdgeId{3}}, .paths = {"second"}});
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  wired.enter({wired.packet(udp_frame(), 0), wired.packet(udp_frame(), 1), wired.packet(udp_frame(), 1)});
  ASSERT_EQ(runner.step(), 3U);
  EXPECT_EQ(wired.edge(3, "all").packets, 1U);
  EXPECT_EQ(wired.edge(3, "second").packets, 2U);
}

TEST(Pipeline, EmittedPacketsLeaveBehindTheirCause) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io")
      .node("http", "HttpClassifier")
      .node("reset", "TcpReset")
      .node("out", "NicEgress", "io");
  plan.edge("in", "out", "http").edge("http", "http", "reset").edge("http", "other", "out");
  plan.edge("reset", "out", "out").edge("reset", "drop", "").classifier("all", "in", "in");
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  auto* before = wired.packet(udp_frame());
  auto* request = wired.packet(http_frame("/"));
  auto* behind = wired.packet(udp_frame());
  wired.enter({before, request, behind});
  ASSERT_EQ(runner.step(), 3U);
  const auto sent = wired.sent();
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[0], before);
  EXPECT_EQ(sent[1], request);
  EXPECT_TRUE(sent[2]->reflect);
  EXPECT_EQ(sent[3], behind);
  EXPECT_EQ(wired.edge(4).packets, 2U);
}

/// Flows are dealt over `count` decrementers, which are in runner `lanes`, or in one each where that is empty.
RuntimePlan dealt(std::size_t count, const std::string& lanes) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("fwd", "Forward").node("out", "NicEgress", "io").edge("in", "out", "fwd");
  for (std::size_t k = 0; k < count; ++k) {
    const auto ttl = fmt::format("ttl#{}", k);
    plan.node(ttl, "IPTtlDecrementer", lanes.empty() ? fmt::format("lane{}", k) : lanes).edge("fwd", "out", ttl);
    plan.plan().edges.back().port = Plan::Port::balance;
  }
  for (std::size_t k = 0; k < count; ++k) plan.edge(fmt::format("ttl#{}", k), "out", "out");
  plan.classifier("all", "in", "in");
  return plan;
}

/// Packets of `count` flows, one of each, twice.
std::vector<Packet*> two_of_each(WiredRunner& wired, std::uint16_t count) {
  std::vector<Packet*> packets;
  for (std::uint16_t i = 0; i < 2 * count; ++i)
    packets.push_back(wired.packet(udp_frame({.sport = static_cast<std::uint16_t>(1'000 + i % count)})));
  return packets;
}

TEST(Pipeline, DealsFlowsOverReplicasInTheRunnerAndKeepsTheOrder) {
  constexpr std::size_t kCount = 3;
  WiredRunner wired{dealt(kCount, "r1").plan()};
  auto runner = wired.make();
  const auto offered = two_of_each(wired, 12);
  wired.enter(offered);
  ASSERT_EQ(runner.step(), offered.size());
  EXPECT_THAT(wired.sent(), ElementsAreArray(offered));
  const LoadBalancedEgress egress{kCount};
  std::vector<std::uint64_t> expected(kCount);
  for (const auto* packet : offered) ++expected[egress.instance_of(*packet)];
  for (std::uint32_t k = 0; k < kCount; ++k) {
    EXPECT_GT(expected[k], 0U);
    EXPECT_EQ(wired.edge(2 + k).packets, expected[k]);
    EXPECT_EQ(wired.edge(2 + k).bytes, expected[k] * offered.front()->length);
  }
}

TEST(Pipeline, DealsFlowsOverRunners) {
  constexpr std::size_t kCount = 4;
  WiredRunner wired{dealt(kCount, "").plan()};
  auto runner = wired.make();
  const auto offered = two_of_each(wired, 16);
  wired.enter(offered);
  ASSERT_EQ(runner.step(), offered.size());
  const LoadBalancedEgress egress{kCount};
  for (std::uint32_t k = 0; k < kCount; ++k) {
    auto expected = offered;
    std::erase_if(expected, [&](const Packet* packet) { return egress.instance_of(*packet) != k; });
    EXPECT_THAT(wired.sent(k), ElementsAreArray(expected));
    for (const auto* packet : expected) EXPECT_EQ(packet->edge, 1 + k);
  }
}

TEST(Pipeline, ABurstSmallerThanTheReplicasLosesNothing) {
  WiredRunner wired{dealt(8, "r1").plan()};
  auto runner = wired.make();
  for (std::uint16_t port = 1; port <= 32; ++port) {
    auto* packet = wired.packet(udp_frame({.sport = port}));
    wired.enter({packet});
    ASSERT_EQ(runner.step(), 1U);
    EXPECT_THAT(wired.sent(), testing::ElementsAre(packet));
  }
}

TEST(Pipeline, OnePathMayBeDealtAndAnotherNot) {
  auto plan = dealt(2, "r1");
  for (auto& edge : plan.plan().edges) {
    if (edge.port == Plan::Port::balance) edge.paths = {"all"};
  }
  plan.edge("fwd", "out", "out", {"other"}).classifier("other", "in", "in");
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  std::vector<Packet*> offered;
  for (std::uint16_t port = 0; port < 20; ++port) offered.push_back(wired.packet(udp_frame({.sport = port}), port % 2));
  wired.enter(offered);
  ASSERT_EQ(runner.step(), offered.size());
  EXPECT_THAT(wired.sent(), ElementsAreArray(offered));
  EXPECT_EQ(wired.edge(2).packets + wired.edge(3).packets, 10U);
  EXPECT_EQ(wired.edge(6).packets, 10U);
}

TEST(Pipeline, RefusesMoreReplicasThanItCanDealOver) {
  const auto plan = dealt(LoadBalancedEgress::kMaxInstances + 1, "r1");
  const auto made = Pipeline::make(builtin_unfs(), plan.plan(), RunnerId{"r1"}, CounterLayout{plan.plan()},
                                   [](std::size_t) -> Result<std::unique_ptr<Unf>> { return nullptr; });
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::no_capacity);
  EXPECT_THAT(made.error().message, testing::HasSubstr("balances over 65 instances, at most 64"));
}

TEST(Pipeline, APlanThatGoesInACircleDrops) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("a", "Forward").node("b", "Forward");
  plan.edge("in", "out", "a").edge("a", "out", "b").edge("b", "out", "a").classifier("all", "in", "in");
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  auto* packet = wired.packet(udp_frame());
  wired.enter({packet});
  ASSERT_EQ(runner.step(), 1U);
  EXPECT_THAT(wired.freed(), testing::ElementsAre(packet));
}

TEST(Pipeline, AnEgressWithNothingBehindItLeavesTheHost) {
  RuntimePlan plan;  // as it was asked for: boundaries are nodes
  plan.node("in", "NicIngress").node("out1", "NicEgress").node("in2", "NicIngress").node("out2", "NicEgress");
  plan.edge("in", "out", "out1").edge("out1", "out", "in2", {"long"}).edge("in2", "out", "out2");
  plan.classifier("short", "in", "in").classifier("long", "in", "in");
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  auto* brief = wired.packet(udp_frame(), 0);
  auto* whole = wired.packet(udp_frame(), 1);
  wired.enter({brief, whole});
  ASSERT_EQ(runner.step(), 2U);
  ASSERT_THAT(wired.sent(), testing::ElementsAre(brief, whole));
  EXPECT_EQ(brief->edge, EdgeCode::at_node(plan.plan(), 1));
  EXPECT_EQ(whole->edge, EdgeCode::at_node(plan.plan(), 3));
}

TEST(Pipeline, RefusesAGateThatTheTypeHasNot) {
  RuntimePlan plan;
  plan.node("a", "Forward").edge("a", "sideways", "");
  const auto layout = CounterLayout{plan.plan()};
  const auto made = Pipeline::make(builtin_unfs(), plan.plan(), RunnerId{"r1"}, layout,
                                   [](std::size_t) -> Result<std::unique_ptr<Unf>> { return nullptr; });
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, testing::HasSubstr("has no gate sideways"));
}

}  // namespace
}  // namespace unf::dataplane
