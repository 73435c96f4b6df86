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
  wired.offer(offered);
  while (runner.step() != 0) {
  }
  RC_ASSERT(wired.sent() == expected);
  RC_ASSERT(wired.freed() == expected_drops);
}

TEST(Pipeline, CountsPacketsAndBytesPerEdge) {
  WiredRunner wired{branches().plan()};
  auto runner = wired.make();
  const auto request = http_frame("/"), other = udp_frame(), expiring = http_frame("/", {.ttl = 1});
  wired.offer({wired.packet(request), wired.packet(other), wired.packet(expiring), wired.packet(other)});
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
  wired.offer(offered);
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
  wired.offer({wired.packet(udp_frame(), 0), wired.packet(udp_frame(), 1), wired.packet(udp_frame(), 1)});
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
  wired.offer({before, request, behind});
  ASSERT_EQ(runner.step(), 3U);
  const auto sent = wired.sent();
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[0], before);
  EXPECT_EQ(sent[1], request);
  EXPECT_TRUE(sent[2]->reflect);
  EXPECT_EQ(sent[3], behind);
  EXPECT_EQ(wired.edge(4).packets, 2U);
}

TEST(Pipeline, APlanThatGoesInACircleDrops) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("a", "Forward").node("b", "Forward");
  plan.edge("in", "out", "a").edge("a", "out", "b").edge("b", "out", "a").classifier("all", "in", "in");
  WiredRunner wired{plan.plan()};
  auto runner = wired.make();
  auto* packet = wired.packet(udp_frame());
  wired.offer({packet});
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
  wired.offer({brief, whole});
  ASSERT_EQ(runner.step(), 2U);
  ASSERT_THAT(wired.sent(), testing::ElementsAre(brief, whole));
  EXPECT_EQ(brief->edge, EdgeCode::at_node(plan.plan(), 1));
  EXPECT_EQ(whole->edge, EdgeCode::at_node(plan.plan(), 3));
}

TEST(Pipeline, RefusesAGateThatTheTypeHasNot) {
  RuntimePlan plan;
  plan.node("a", "Forward").edge("a", "sideways", "");
  const auto layout = CounterLayout{plan.plan()};
  const auto made = Pipeline::make(plan.plan(), RunnerId{"r1"}, layout,
                                   [](std::size_t) -> Result<std::unique_ptr<Unf>> { return nullptr; });
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, testing::HasSubstr("has no gate sideways"));
}

}  // namespace
}  // namespace unf::dataplane
