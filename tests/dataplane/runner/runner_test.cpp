#include "dataplane/runner/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dataplane/runner/runner_fixture.h"
#include "tests/support/by_name.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using testing::ElementsAreArray;
using testing::IsEmpty;

RuntimePlan chain(const std::string& type) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("unf", type).node("out", "NicEgress", "io");
  plan.edge("in", "out", "unf").edge("unf", "out", "out").edge("unf", "drop", "").classifier("all", "in", "in");
  return plan;
}

TEST(Runner, DropsAndCountsWhatAFullRingRefuses) {
  WiredRunner wired{chain("Forward").plan()};
  auto runner = wired.make();
  std::vector<Packet*> offered;
  for (std::uint32_t i = 0; i < WiredRunner::output_capacity + 10; ++i) offered.push_back(wired.packet(udp_frame()));
  wired.enter(offered);
  while (runner.step() != 0) {
  }
  EXPECT_EQ(wired.edge(2).packets, WiredRunner::output_capacity);
  EXPECT_EQ(wired.edge(2).drops, 10U);
  EXPECT_EQ(wired.freed().size(), 10U);
}

// The block as a runner leaves it that dies in each gap of a burst (docs/design/dataplane.md, "The commit protocol").
struct Case {
  const char* name;
  const char* type;
  bool committed, published, released;
  std::size_t sent, dropped, left_for_successor;
};
class DeadRunner : public testing::TestWithParam<Case> {};

TEST_P(DeadRunner, LosesAndDoublesNothingButWhatReplayMustGiveUp) {
  const auto& given = GetParam();
  WiredRunner wired{chain(given.type).plan()};
  const auto shape = Pipeline::shape(builtin_unfs(), wired.plan(), RunnerId{"r1"}).value();
  std::vector<Packet*> offered;
  for (int i = 0; i < 5; ++i) offered.push_back(wired.packet(udp_frame()));
  wired.enter(offered);
  std::ignore = wired.make().step();

  auto& wiring = wired.wiring();
  auto& block = *wiring.block;
  block.taken = 5;
  block.committed = given.committed ? 1 : 0;
  if (!given.published) wiring.outputs[0]->set_tail(block.outputs[0].from);
  if (!given.released) wiring.inputs[0]->set_head(block.input_head);

  EXPECT_EQ(finish_for(wiring, shape.replay), given.dropped);
  EXPECT_EQ(finish_for(wiring, shape.replay), 0U) << "once is enough";
  const auto sent = wired.sent();
  EXPECT_EQ(sent.size(), given.sent);
  EXPECT_EQ(wired.freed().size(), given.dropped);
  auto successor = wired.make();
  EXPECT_EQ(successor.step(), given.left_for_successor);
  auto all = sent;
  std::ranges::copy(wired.sent(), std::back_inserter(all));
  if (given.dropped == 0) {
    EXPECT_THAT(all, ElementsAreArray(offered));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Gaps, DeadRunner,
    testing::Values(Case{"BeforeTheCommitSafe", "Forward", false, false, false, 0, 0, 5},
                    Case{"BeforeTheCommitEditing", "IPTtlDecrementer", false, false, false, 0, 5, 0},
                    Case{"BetweenCommitAndPublish", "IPTtlDecrementer", true, false, false, 5, 0, 0},
                    Case{"BetweenPublishAndRelease", "IPTtlDecrementer", true, true, false, 5, 0, 0},
                    Case{"AfterTheRelease", "IPTtlDecrementer", true, true, true, 5, 0, 0}),
    by_name);

// Packets go over to another path in `a`; on that path it would drop them.
TEST(DeadRunnerOnPaths, LeavesItsPacketsToTheSuccessorOnThePathTheyCameOn) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("a", "Forward").node("b", "Forward").node("out", "NicEgress", "io");
  plan.edge("in", "out", "a").edge("a", "out", "b").edge("a", "out", "").edge("b", "out", "out");
  auto& edges = plan.plan().edges;
  edges[1].paths = {"all"};
  edges[1].becomes = "all~1";
  edges[2].paths = {"all~1"};
  plan.classifier("all", "in", "in");
  WiredRunner wired{plan.plan()};
  std::vector<Packet*> offered;
  for (int i = 0; i < 5; ++i) offered.push_back(wired.packet(udp_frame()));
  wired.enter(offered);
  std::ignore = wired.make().step();

  auto& wiring = wired.wiring();
  wiring.block->taken = 5;
  wiring.block->committed = 0;
  wiring.outputs[0]->set_tail(wiring.block->outputs[0].from);
  wiring.inputs[0]->set_head(wiring.block->input_head);
  EXPECT_EQ(finish_for(wiring, Replay::safe), 0U);
  auto successor = wired.make();
  EXPECT_EQ(successor.step(), 5U);
  EXPECT_THAT(wired.sent(), ElementsAreArray(offered));
  EXPECT_THAT(wired.freed(), IsEmpty());
}

TEST(Wiring, SurvivesJson) {
  WiredRunner wired{chain("Forward").plan()};
  const auto& wiring = wired.wiring();
  const auto read = wiring_from_json(to_json(wiring));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->inputs, wiring.inputs);
  EXPECT_EQ(read->outputs, wiring.outputs);
  EXPECT_EQ(read->block, wiring.block);
  EXPECT_EQ(read->shared, wiring.shared);
  EXPECT_FALSE(wiring_from_json({{"inputs", 1}}));
}

}  // namespace
}  // namespace unf::dataplane
