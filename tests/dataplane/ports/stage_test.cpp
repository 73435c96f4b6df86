#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "dataplane/ports/branch.h"
#include "dataplane/ports/marker_egress.h"
#include "dataplane/ports/sync_ingress.h"
#include "dataplane/unf/memory.h"
#include "tests/support/by_name.h"

namespace unf::dataplane {
namespace {

using testing_support::by_name;

/// A stage with its memory, and packets to send through it.
class Stage {
 public:
  Stage(std::uint32_t capacity, std::size_t members, std::size_t packets = 64)
      : ring_(StageRing::create(memory_.allocate(StageRing::bytes(capacity, members)), capacity, members)),
        packets_(packets) {}
  StageRing& operator*() { return *ring_; }
  StageRing* operator->() { return ring_; }
  std::vector<Packet*> packets(std::size_t first, std::size_t count) {
    std::vector<Packet*> some;
    for (std::size_t i = first; i < first + count; ++i) some.push_back(&packets_[i % packets_.size()]);
    return some;
  }

 private:
  HeapMemory memory_;
  StageRing* ring_;
  std::vector<Packet> packets_;
};

/// What a member's runner does with its ports.
class Member {
 public:
  Member(StageRing& stage, std::size_t member) : ingress_(stage, member), egress_(stage, member) {}
  /// Passes at most `count` packets; those that `drops` names by their number are dropped.
  std::uint32_t work(std::uint32_t count, const std::vector<bool>& drops = {}) {
    std::vector<Packet*> into(count);
    const auto taken = ingress_.peek(into);
    std::vector<Verdict> verdicts(taken);
    for (std::uint32_t i = 0; i < taken; ++i) {
      const auto number = ingress_.position() + i;
      if (number < drops.size() && drops[number]) verdicts[i] = Verdict::drop();
    }
    egress_.offer(verdicts);
    egress_.publish(taken);
    ingress_.skip(taken);
    return taken;
  }

 private:
  BranchIngress ingress_;
  MarkerEgress egress_;
};

struct Said {
  const char* name;
  Verdict verdict;
  bool drops, lost, counts;
  std::size_t counter;
};
class Verdicts : public testing::TestWithParam<Said> {};

TEST_P(Verdicts, FitAByte) {
  const auto& said = GetParam();
  EXPECT_EQ(said.verdict.drops(), said.drops);
  EXPECT_EQ(said.verdict.is_lost(), said.lost);
  ASSERT_EQ(said.verdict.counts(), said.counts);
  if (said.counts) {
    EXPECT_EQ(said.verdict.counter(), said.counter);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Each, Verdicts,
    testing::Values(Said{"Pass", {}, false, false, false, 0}, Said{"Drop", Verdict::drop(), true, false, false, 0},
                    Said{"Lost", Verdict::lost(), false, true, false, 0},
                    Said{"PassAndCount", Verdict{}.counting(0), false, false, true, 0},
                    Said{"CountThenDrop", Verdict{}.counting(15).dropping(), true, false, true, 15},
                    Said{"DropThenCount", Verdict::drop().counting(3), true, false, true, 3},
                    Said{"CountAnother", Verdict{}.counting(15).counting(2), false, false, true, 2}),
    by_name);

TEST(StageRing, ShowsEachPacketToEveryMember) {
  Stage stage{8, 3};
  ASSERT_EQ(BranchEgress{*stage}.send(stage.packets(0, 5)), 5U);
  for (std::size_t m = 0; m < 3; ++m) {
    std::array<Packet*, 8> into{};
    ASSERT_EQ(BranchIngress(*stage, m).peek(into), 5U);
    EXPECT_EQ(into[4], stage.packets(4, 1)[0]);
  }
}

TEST(StageRing, AMemberThatIsNotDoneHoldsPacketsBack) {
  Stage stage{8, 2};
  std::ignore = BranchEgress{*stage}.send(stage.packets(0, 5));
  SyncIngress sync{*stage};
  std::array<Packet*, 8> into{};
  Member first{*stage, 0}, second{*stage, 1};
  EXPECT_EQ(first.work(5), 5U);
  EXPECT_EQ(sync.peek(into), 0U);
  EXPECT_EQ(second.work(2), 2U);
  ASSERT_EQ(sync.peek(into), 2U);
  EXPECT_EQ(into[1], stage.packets(1, 1)[0]);
  sync.release(2);
  EXPECT_EQ(sync.peek(into), 0U);
  EXPECT_EQ(second.work(8), 3U);
  EXPECT_EQ(sync.peek(into), 3U);
}

TEST(StageRing, TakesNoMorePacketsThanTheJoinHasRoomFor) {
  Stage stage{4, 2};
  BranchEgress branch{*stage};
  EXPECT_EQ(branch.send(stage.packets(0, 6)), 4U);
  EXPECT_EQ(Member(*stage, 0).work(4), 4U);
  EXPECT_EQ(branch.send(stage.packets(4, 1)), 0U) << "the other member has not seen them";
  EXPECT_EQ(Member(*stage, 1).work(4), 4U);
  EXPECT_EQ(branch.send(stage.packets(4, 1)), 0U) << "nor has the join";
  std::array<Packet*, 1> into{};
  SyncIngress sync{*stage};
  ASSERT_EQ(sync.peek(into), 1U);
  sync.release(1);
  EXPECT_EQ(branch.send(stage.packets(4, 2)), 1U);
}

TEST(StageRing, ASuccessorSaysItAgain) {
  Stage stage{8, 1};
  std::ignore = BranchEgress{*stage}.send(stage.packets(0, 4));
  MarkerEgress dead{*stage, 0};
  dead.offer(std::array{Verdict::drop(), Verdict{}, Verdict{}});  // and dies
  EXPECT_EQ(Member(*stage, 0).work(8), 4U);
  std::array<Packet*, 8> into{};
  SyncIngress sync{*stage};
  EXPECT_EQ(sync.peek(into), 4U);
  EXPECT_EQ(sync.verdicts(0).remarkable(), 0U);
}

TEST(StageRing, LeavesWordsForTheJoinAlsoAcrossTheRingsEnd) {
  Stage stage{8, 2};
  BranchEgress branch{*stage};
  SyncIngress sync{*stage};
  MarkerEgress first{*stage, 0}, second{*stage, 1};
  std::array<Packet*, 6> into{};
  for (std::uint64_t round = 0; round < 5; ++round) {
    ASSERT_EQ(branch.send(stage.packets(0, 6)), 6U);
    std::array<std::uint64_t, 6> words{};
    std::array<Verdict, 6> verdicts{};
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = 10 * round + i;
    verdicts[round] = Verdict::drop();
    first.offer(std::array<Verdict, 6>{});
    first.publish(6);
    second.offer(words);
    second.offer(verdicts);
    second.publish(6);
    ASSERT_EQ(sync.peek(into), 6U);
    EXPECT_EQ(sync.verdicts(0).remarkable(), 0U);
    EXPECT_EQ(sync.verdicts(1).remarkable(), std::uint64_t{1} << round);
    std::array<std::uint64_t, SyncIngress::kMaxBurst> found{};
    sync.findings(1, found);
    for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(found[i], 10 * round + i);
    sync.release(6);
  }
}

// Whoever works when, and how far: every packet leaves once, in order, dropped if any member says so.
RC_GTEST_PROP(StageProperty, OrderAndVerdictsWhateverTheInterleaving, (std::uint32_t seed)) {
  constexpr std::size_t kPackets = 200;
  std::mt19937 random{seed};
  const auto below = [&](std::size_t end) { return static_cast<std::uint32_t>(random() % end); };
  const std::size_t members = 1 + below(StageRing::kMaxMembers);
  Stage stage{std::uint32_t{1} << below(7), members, kPackets};
  std::vector<std::vector<bool>> drops(members, std::vector<bool>(kPackets));
  const auto one_in = 1 + below(9);
  for (auto& of_member : drops) {
    for (auto&& drop : of_member) drop = below(one_in) == 0;
  }

  BranchEgress branch{*stage};
  std::vector<Member> workers;
  for (std::size_t m = 0; m < members; ++m) workers.emplace_back(*stage, m);
  SyncIngress sync{*stage};
  std::size_t sent = 0, left = 0;
  for (std::size_t idle = 0; left < kPackets; ++idle) {
    RC_ASSERT(idle < 100'000U);
    const auto who = below(members + 2);
    const auto count = 1 + below(39);
    if (who < members) {
      if (below(8) == 0) workers[who] = Member{*stage, who};  // a successor
      workers[who].work(count, drops[who]);
    } else if (who == members) {
      sent += branch.send(stage.packets(sent, std::min<std::size_t>(count, kPackets - sent)));
    } else {
      std::vector<Packet*> into(count);
      const auto taken = sync.peek(into);
      std::uint64_t dropped = 0;
      for (std::size_t m = 0; m < members; ++m) dropped |= sync.verdicts(m).remarkable();
      for (std::uint32_t i = 0; i < taken; ++i, ++left) {
        RC_ASSERT(into[i] == stage.packets(left, 1)[0]);
        const bool any = std::ranges::any_of(drops, [&](const auto& of_member) { return of_member[left]; });
        RC_ASSERT(((dropped >> i) & 1U) == (any ? 1U : 0U));
      }
      sync.release(taken);
    }
  }
  RC_ASSERT(sent == kPackets);
}

TEST(StageThreads, MembersOnOtherCoresSeeEverythingBeforeTheJoin) {
  constexpr std::uint32_t kCount = 50'000;
  constexpr std::size_t kMembers = 3;
  Stage stage{64, kMembers, 4096};
  std::vector<std::jthread> threads;
  threads.emplace_back([&] {
    BranchEgress branch{*stage};
    for (std::size_t sent = 0; sent < kCount;) {
      const auto some = stage.packets(sent, std::min<std::size_t>(17, kCount - sent));
      for (auto* packet : some) packet->slots = {};
      const auto count = branch.send(some);
      sent += count;
      if (count == 0) std::this_thread::yield();
    }
  });
  for (std::size_t m = 0; m < kMembers; ++m) {
    threads.emplace_back([&, m] {
      BranchIngress ingress{*stage, m};
      MarkerEgress egress{*stage, m};
      std::array<Packet*, 32> into{};
      for (std::uint32_t done = 0; done < kCount;) {
        const auto taken = ingress.peek(into);
        std::array<Verdict, 32> verdicts{};
        for (std::uint32_t i = 0; i < taken; ++i) {
          into[i]->slots[m] = done + i;  // each another field
          if ((done + i) % (7 + m) == 0) verdicts[i] = Verdict::drop();
        }
        egress.offer(std::span{verdicts}.first(taken));
        egress.publish(taken);
        ingress.skip(taken);
        done += taken;
        if (taken == 0) std::this_thread::yield();
      }
    });
  }
  SyncIngress sync{*stage};
  std::array<Packet*, 32> into{};
  for (std::uint32_t left = 0; left < kCount;) {
    const auto taken = sync.peek(into);
    for (std::size_t m = 0; m < kMembers; ++m) {
      const auto dropped = sync.verdicts(m).remarkable();
      for (std::uint32_t i = 0; i < taken; ++i) {
        ASSERT_EQ(into[i]->slots[m], left + i);
        ASSERT_EQ((dropped >> i) & 1U, (left + i) % (7 + m) == 0 ? 1U : 0U);
      }
    }
    sync.release(taken);
    left += taken;
    if (taken == 0) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace unf::dataplane
