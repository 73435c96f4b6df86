// Runners of a parallel stage that die, at each gap of a burst, and graphs that are unloaded while
// packets are in a stage.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>
#include <thread>

#include "dataplane/catalog/catalog.h"
#include "dataplane/io/heap_pool.h"
#include "dataplane/io/hosted_graph.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/staged_plan.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using testing::ElementsAreArray;
using testing::IsEmpty;

/// Remembers the first bytes of what is sent.
class Sink final : public Device {
 public:
  explicit Sink(PacketPool& pool) : pool_(pool) {}
  std::size_t receive(std::span<Packet*>) noexcept override { return 0; }
  std::size_t send(std::span<Packet* const> packets) noexcept override {
    for (const auto* packet : packets) sent.push_back(packet->arrival);
    pool_.give_back(packets);
    return packets.size();
  }
  std::vector<std::uint64_t> sent;  // by arrival

 private:
  PacketPool& pool_;
};

/// A graph with a stage, stepped by hand.
class StagedGraph {
 public:
  explicit StagedGraph(Plan plan) : plan_(std::move(plan)) {
    testing_support::start_eal();
    Host host;
    host.nics = {{.name = NicName{"in"}, .pair = NicName{"out"}}, {.name = NicName{"out"}, .pair = NicName{"in"}}};
    graph_ = HostedGraph::make(builtin_unfs(), plan_, host, CounterFile::in_memory(plan_), {&sink_, &sink_},
                               std::make_unique<HeapMemory>(), objects_, pool_)
                 .value();
    for (const auto& id : graph_->runners()) runners_.emplace(id, graph_->make_runner(id).value());
  }
  /// Numbered on. Returns how many there were buffers for.
  std::size_t enter(const std::vector<Bytes>& frames) {
    std::size_t entered = 0;
    for (const auto& frame : frames) {
      Packet* packet = nullptr;
      if (pool_.take(std::span{&packet, 1}) == 0) break;
      std::ranges::copy(frame, packet->data);
      packet->length = static_cast<std::uint32_t>(frame.size());
      packet->arrival = number_++;
      graph_->io().enter(std::span{&packet, 1}, 0);
      ++entered;
    }
    return entered;
  }
  std::size_t step(const std::string& runner) { return runners_.at(RunnerId{runner}).step(); }
  void run() {
    for (bool busy = true; busy;) {
      busy = graph_->io().transmit() != 0;
      for (auto& [id, runner] : runners_) busy |= runner.step() != 0;
    }
  }
  /// The runner is dead: what it had is finished, and a successor takes its place.
  void replace(const std::string& runner) {
    const RunnerId id{runner};
    runners_.erase(id);
    graph_->recover(id);
    runners_.emplace(id, graph_->make_runner(id).value());
  }
  void forget_runners() { runners_.clear(); }

  RunnerBlock& block(const std::string& runner) { return *wiring(runner).block; }
  const RunnerWiring& wiring(const std::string& runner) { return graph_->wiring(RunnerId{runner}); }
  StageRing& stage() { return *wiring("stage-m0").member_of.stage; }
  OwnerCounts owners() const {
    return owner_counts(plan_, graph_->counters().stats(plan_, builtin_unfs().descriptors()));
  }
  std::uint64_t lost_at_rings() const {
    std::uint64_t lost = 0;
    for (const auto& [edge, count] : graph_->counters().stats(plan_, builtin_unfs().descriptors()).edges)
      lost += count.drops;
    return lost;
  }
  nlohmann::json report() const { return graph_->report(); }
  std::map<RunnerId, Runner>& runners() { return runners_; }
  HostedGraph& graph() { return *graph_; }
  const std::vector<std::uint64_t>& sent() const { return sink_.sent; }
  bool leaks() const {
    std::size_t spare = 0;
    for (const auto& id : graph_->runners()) spare += graph_->wiring(id).spare->size();
    return pool_.free() + spare != pool_.size();
  }

 private:
  Plan plan_;
  HeapPool pool_{2048, 512};
  Sink sink_{pool_};
  SharedObjects objects_{[] { return std::make_unique<HeapMemory>(); }};
  std::unique_ptr<HostedGraph> graph_;
  std::map<RunnerId, Runner> runners_;
  std::uint64_t number_ = 0;
};

constexpr std::uint32_t kFrames = 5;
std::vector<Bytes> frames(std::uint32_t count = kFrames) { return std::vector<Bytes>(count, http_frame("/")); }
std::vector<std::uint64_t> numbers(std::uint64_t count) {
  std::vector<std::uint64_t> all(count);
  for (std::uint64_t i = 0; i < count; ++i) all[i] = i;
  return all;
}
OwnerCount count_of(StagedGraph& graph, const char* owner) { return graph.owners().at(OwnerPath{owner}); }

struct MemberCase {
  const char* name;
  const char* type;
  bool marked, released;
  std::size_t given_up;
};
class DeadMember : public testing::TestWithParam<MemberCase> {};

TEST_P(DeadMember, IsRedoneOrItsPacketsAreLost) {
  const auto& given = GetParam();
  StagedGraph graph{StagedPlan{}.add("CheckIPHeader").add(given.type).add("PacketSizeHistogram").parallel()};
  graph.enter(frames());
  ASSERT_EQ(graph.step("split"), kFrames);
  ASSERT_EQ(graph.step("stage-m1"), kFrames);
  auto& block = graph.block("stage-m1");
  block.taken = kFrames;
  if (!given.marked) {
    std::array<Verdict, kFrames> nonsense;
    nonsense.fill(Verdict::drop());
    graph.stage().write(1, block.input_head, nonsense.data(), kFrames);
  }
  if (!given.released) graph.stage().set_done(1, block.input_head);

  graph.replace("stage-m1");
  EXPECT_EQ(block.taken, 0U);
  graph.run();
  EXPECT_EQ(graph.report()["given_up"], given.given_up);
  EXPECT_THAT(graph.sent(), ElementsAreArray(numbers(kFrames - given.given_up)));
  EXPECT_EQ(count_of(graph, "m1"), (OwnerCount{kFrames, kFrames - given.given_up, 0}));
  EXPECT_EQ(count_of(graph, "m2").in, kFrames - given.given_up);
  EXPECT_FALSE(graph.leaks());
}
INSTANTIATE_TEST_SUITE_P(Gaps, DeadMember,
                         testing::Values(MemberCase{"InTheMiddleSafe", "Forward", false, false, 0},
                                         MemberCase{"InTheMiddleEditing", "IPTtlDecrementer", false, false, kFrames},
                                         MemberCase{"InTheMiddleDeferred", "CountUrl", false, false, 0},
                                         MemberCase{"BeforeTheReleaseSafe", "Forward", true, false, 0},
                                         MemberCase{"BeforeTheReleaseEditing", "IPTtlDecrementer", true, false,
                                                    kFrames},
                                         MemberCase{"AfterTheRelease", "IPTtlDecrementer", true, true, 0}),
                         by_name);

struct JoinCase {
  const char* name;
  const char* second;  // behind a filter: deferred where it can be
  bool committed, published, released;
  std::size_t given_up;
};
class DeadJoin : public testing::TestWithParam<JoinCase> {};

TEST_P(DeadJoin, LosesAndDoublesNothingButWhatItsStateMustGiveUp) {
  const auto& given = GetParam();
  const auto rules = testing_support::rules("deny tcp any any any 81\nallow any any any any any\n");
  StagedGraph graph{StagedPlan{}.add("L3L4Filter", rules).add(given.second).parallel()};
  auto some = frames();
  some.push_back(http_frame("/", {.dport = 81}));
  graph.enter(some);
  for (const auto* runner : {"split", "stage-m0", "stage-m1"}) ASSERT_EQ(graph.step(runner), kFrames + 1);
  ASSERT_EQ(graph.step("join"), kFrames + 1);

  const auto& wiring = graph.wiring("join");
  auto& block = *wiring.block;
  block.taken = kFrames + 1;
  block.committed = given.committed ? 1 : 0;
  if (!given.published) {
    wiring.outputs[0]->set_tail(block.outputs[0].from);
    wiring.free->set_tail(block.free.from);
  }
  if (!given.released) graph.stage().order().set_head(block.input_head);

  graph.replace("join");
  graph.run();
  EXPECT_EQ(graph.report()["given_up"], given.given_up);
  EXPECT_THAT(graph.sent(), ElementsAreArray(numbers(given.given_up == 0 ? kFrames : 0)));
  EXPECT_FALSE(graph.leaks());
  if (given.second == std::string{"CountUrl"}) {
    EXPECT_EQ(graph.report()["reports"]["m1"]["requests"], kFrames);
  }
}
INSTANTIATE_TEST_SUITE_P(Gaps, DeadJoin,
                         testing::Values(JoinCase{"BeforeTheCommitSafe", "Forward", false, false, false, 0},
                                         JoinCase{"BeforeTheCommitDeferred", "CountUrl", false, false, false,
                                                  kFrames + 1},
                                         JoinCase{"BetweenCommitAndPublish", "CountUrl", true, false, false, 0},
                                         JoinCase{"BetweenPublishAndRelease", "CountUrl", true, true, false, 0},
                                         JoinCase{"AfterTheRelease", "CountUrl", true, true, true, 0}),
                         by_name);

TEST(DeadSplit, ItsCommittedBurstGoesToTheStage) {
  StagedGraph graph{StagedPlan{}.add("Forward").add("PacketSizeHistogram").parallel()};
  graph.enter(frames());
  ASSERT_EQ(graph.step("split"), kFrames);
  auto& block = graph.block("split");
  block.taken = kFrames;
  block.committed = 1;
  graph.stage().order().set_tail(block.outputs[0].from);
  graph.wiring("split").inputs[0]->set_head(block.input_head);
  graph.replace("split");
  graph.run();
  EXPECT_THAT(graph.sent(), ElementsAreArray(numbers(kFrames)));
  EXPECT_EQ(graph.report()["reports"]["m1"]["packets"]["128-255"].get<int>() +
                graph.report()["reports"]["m1"]["packets"]["65-127"].get<int>(),
            kFrames);
}

TEST(FullStage, DropsBeforeTheSplitAndCountsItOnce) {
  for (const auto* split : {"split", "io"}) {
    StagedGraph graph{StagedPlan{}.add("Forward").add("PacketSizeHistogram").ends({split, "join"}).parallel()};
    constexpr std::uint32_t kMore = 40;
    ASSERT_EQ(graph.enter(frames(HostedGraph::kRing)), HostedGraph::kRing);
    const auto do_split = [&] {
      while (split == std::string{"split"} && graph.step("split") != 0) {
      }
    };
    do_split();
    ASSERT_EQ(graph.step("stage-m1"), kBurst) << "one member goes on, the other does not";
    ASSERT_EQ(graph.enter(frames(kMore)), kMore);
    do_split();
    graph.run();
    EXPECT_THAT(graph.sent(), ElementsAreArray(numbers(HostedGraph::kRing))) << split;
    EXPECT_EQ(count_of(graph, "m0").in, HostedGraph::kRing);
    EXPECT_EQ(count_of(graph, "m1").in, HostedGraph::kRing);
    EXPECT_EQ(graph.lost_at_rings(), kMore);
    EXPECT_FALSE(graph.leaks());
  }
}

// Wherever packets are: sent, or given back and counted.
RC_GTEST_PROP(StagedGraphProperty, UnloadedAtAnyTimeItLeaksNothing, (std::uint32_t seed)) {
  std::mt19937 random{seed};
  const StagedPlan::Ends ends[]{{"split", "join"}, {"io", "io"}, {"both", "both"}, {"split", "io"}, {"io", "join"}};
  StagedGraph graph{
      StagedPlan{}.add("IPTtlDecrementer").add("CountUrl").add("Forward").ends(ends[random() % 5]).parallel()};
  std::size_t entered = 0;
  for (int i = 0; i < 30; ++i) {
    entered += graph.enter(frames(static_cast<std::uint32_t>(random() % 40)));
    for (auto& [id, runner] : graph.runners()) {
      if (random() % 2 == 0) runner.step();
    }
    if (random() % 3 == 0) std::ignore = graph.graph().io().transmit();
  }
  if (random() % 2 == 0) graph.block("stage-m0").taken = 1;  // died with one in hand
  graph.forget_runners();
  graph.graph().give_up();
  RC_ASSERT(graph.graph().drained());
  RC_ASSERT(!graph.leaks());
  RC_ASSERT(graph.sent().size() + graph.report()["given_up"].get<std::size_t>() == entered);
  RC_ASSERT(std::ranges::is_sorted(graph.sent()));
}

// Members that die before they are done, whenever that is, change nothing.
RC_GTEST_PROP(StagedGraphProperty, SafeMembersMayDieAtAnyTime, (std::uint32_t seed)) {
  std::mt19937 random{seed};
  const auto rules = testing_support::rules("deny tcp any any any 81\nallow any any any any any\n");
  const auto plan = StagedPlan{}.add("L3L4Filter", rules).add("CheckIPHeader").add("CountUrl").parallel();
  std::vector<Bytes> some;
  for (std::uint16_t i = 0; i < 300; ++i) {
    some.push_back(
        http_frame("/" + std::to_string(random() % 5), {.dport = static_cast<std::uint16_t>(80 + random() % 2)}));
    if (random() % 5 == 0) some.back()[24] ^= std::byte{1};  // the header checksum
  }
  StagedGraph undisturbed{plan}, disturbed{plan};
  std::ignore = undisturbed.enter(some);
  undisturbed.run();
  std::ignore = disturbed.enter(some);
  for (int i = 0; i < 200; ++i) {
    const auto member = random() % 3;
    const auto id = "stage-" + StagedPlan::id(member);
    std::ignore = disturbed.step("split");
    const auto taken = disturbed.step(id);
    if (taken != 0 && random() % 2 == 0) {
      auto& block = disturbed.block(id);
      block.taken = static_cast<std::uint32_t>(taken);
      disturbed.stage().set_done(member, block.input_head);
      disturbed.replace(id);
    }
    if (random() % 3 == 0) std::ignore = disturbed.step("join");
  }
  disturbed.run();
  RC_ASSERT(disturbed.sent() == undisturbed.sent());
  RC_ASSERT(disturbed.owners() == undisturbed.owners());
  RC_ASSERT(disturbed.report()["reports"] == undisturbed.report()["reports"]);
  RC_ASSERT(!disturbed.leaks());
}

TEST(StageThreads, RunnersOnThreadsOfTheirOwnDoWhatTheChainDoes) {
  const auto rules = testing_support::rules("deny tcp any any any 81\nallow any any any any any\n");
  StagedPlan plan;
  plan.add("CheckIPHeader").add("L3L4Filter", rules).add("CountUrl").add("PacketSizeHistogram");
  StagedGraph chain{plan.sequential()}, stage{plan.parallel()};
  std::vector<Bytes> some;
  for (std::uint16_t i = 0; i < 500; ++i)
    some.push_back(http_frame("/" + std::to_string(i % 5), {.dport = static_cast<std::uint16_t>(80 + i % 2)}));
  for (auto* graph : {&chain, &stage}) {
    std::atomic<bool> stop{false};
    std::vector<std::jthread> threads;
    for (auto& [id, runner] : graph->runners()) threads.emplace_back([&] { serve(runner, stop, 1); });
    for (int round = 0; round < 4; ++round) {
      std::ignore = graph->enter(some);
      while (!graph->graph().drained()) {
        if (graph->graph().io().transmit() == 0) std::this_thread::yield();
      }
    }
    stop = true;
  }
  EXPECT_EQ(stage.sent(), chain.sent());
  EXPECT_EQ(stage.owners(), chain.owners());
  EXPECT_EQ(stage.report()["reports"], chain.report()["reports"]);
  EXPECT_FALSE(stage.leaks());
}

TEST(StageShape, RefusesWhatMayNotBeAMember) {
  for (const auto* type : {"HttpClassifier", "TcpReset"}) {
    const auto shape =
        Pipeline::shape(builtin_unfs(), StagedPlan{}.add("Forward").add(type).parallel(), RunnerId{"join"});
    ASSERT_FALSE(shape) << type;
    EXPECT_THAT(shape.error().message, testing::HasSubstr(fmt::format("no {} can be a member", type)));
  }
}

TEST(StageWiring, SurvivesJson) {
  StagedGraph graph{StagedPlan{}.add("Forward").add("Forward").parallel()};
  const auto member = wiring_from_json(to_json(graph.wiring("stage-m1"))).value();
  EXPECT_EQ(member.member_of.stage, &graph.stage());
  EXPECT_EQ(member.member_of.member, 1U);
  const auto join = wiring_from_json(to_json(graph.wiring("join"))).value();
  EXPECT_EQ(join.joins, std::vector{&graph.stage()});
  EXPECT_EQ(join.member_of.stage, nullptr);
  EXPECT_THAT(member.inputs, IsEmpty());
}

}  // namespace
}  // namespace unf::dataplane
