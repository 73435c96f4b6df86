#include "dataplane/ports/spsc_ring.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <deque>
#include <thread>
#include <vector>

#include "dataplane/ports/point_to_point.h"

namespace unf::dataplane {
namespace {

/// A ring with its memory, and packets to put in it.
class Ring {
 public:
  explicit Ring(std::uint32_t capacity, std::size_t packets = 1024)
      : memory_(SpscRing::bytes(capacity) / sizeof(Line) + 1),
        ring_(SpscRing::create(memory_.data(), capacity)),
        packets_(packets) {}
  SpscRing& operator*() { return *ring_; }
  SpscRing* operator->() { return ring_; }
  std::vector<Packet*> packets(std::size_t first, std::size_t count) {
    std::vector<Packet*> some;
    for (std::size_t i = first; i < first + count; ++i) some.push_back(&packets_[i % packets_.size()]);
    return some;
  }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> memory_;
  SpscRing* ring_;
  std::vector<Packet> packets_;
};

TEST(SpscRing, ShowsNothingBeforeItIsPublished) {
  Ring ring{8};
  PointToPointEgress egress{*ring};
  PointToPointIngress ingress{*ring};
  std::array<Packet*, 8> into{};
  EXPECT_EQ(egress.offer(ring.packets(0, 3)), 3U);
  EXPECT_EQ(ingress.peek(into), 0U);
  egress.publish();
  ASSERT_EQ(ingress.peek(into), 3U);
  EXPECT_EQ(into[2], ring.packets(2, 1)[0]);
}

TEST(SpscRing, KeepsWhatIsPeekedForASuccessor) {
  Ring ring{8};
  ASSERT_EQ(PointToPointEgress{*ring}.send(ring.packets(0, 5)), 5U);
  std::array<Packet*, 4> into{};
  EXPECT_EQ(PointToPointIngress{*ring}.peek(into), 4U);
  PointToPointIngress successor{*ring};
  ASSERT_EQ(successor.peek(into), 4U);
  EXPECT_EQ(into[0], ring.packets(0, 1)[0]);
  successor.release(4);
  EXPECT_EQ(successor.peek(into), 1U);
  EXPECT_EQ(into[0], ring.packets(4, 1)[0]);
}

TEST(SpscRing, TakesWhatFitsAndNoMore) {
  Ring ring{4};
  PointToPointEgress egress{*ring};
  EXPECT_EQ(egress.offer(ring.packets(0, 3)), 3U);
  EXPECT_EQ(egress.offer(ring.packets(3, 3)), 1U);
  egress.publish();
  EXPECT_EQ(ring->size(), 4U);
  EXPECT_EQ(egress.send(ring.packets(4, 1)), 0U);
}

RC_GTEST_PROP(SpscRingProperty, IsAQueue, ()) {
  const auto bits = *rc::gen::inRange(0U, 7U);
  Ring ring{1U << bits};
  PointToPointEgress egress{*ring};
  PointToPointIngress ingress{*ring};
  std::deque<Packet*> expected;
  std::size_t next = 0;
  for (const auto count : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-40, 40))) {
    if (count >= 0) {
      const auto some = ring.packets(next, static_cast<std::size_t>(count));
      const auto sent = egress.send(some);
      RC_ASSERT(sent == std::min<std::size_t>(some.size(), ring->capacity() - expected.size()));
      expected.insert(expected.end(), some.begin(), some.begin() + sent);
      next += sent;
    } else {
      std::vector<Packet*> into(static_cast<std::size_t>(-count));
      const auto taken = ingress.take(into);
      RC_ASSERT(taken == std::min<std::size_t>(into.size(), expected.size()));
      for (std::uint32_t i = 0; i < taken; ++i, expected.pop_front()) RC_ASSERT(into[i] == expected.front());
    }
  }
}

TEST(SpscRingThreads, PassesEverythingInOrder) {
  constexpr std::size_t kCount = 200'000;
  Ring ring{64, 4096};
  std::jthread producer{[&] {
    PointToPointEgress egress{*ring};
    for (std::size_t sent = 0; sent < kCount;) {
      const auto some = ring.packets(sent, std::min<std::size_t>(17, kCount - sent));
      some.front()->arrival = sent;  // seen by the consumer once it is published
      const auto count = egress.send(some);
      sent += count;
      if (count == 0) std::this_thread::yield();
    }
  }};
  PointToPointIngress ingress{*ring};
  std::array<Packet*, 32> into{};
  for (std::size_t taken = 0; taken < kCount;) {
    const auto count = ingress.take(into);
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(into[i], ring.packets(taken + i, 1)[0]);
    taken += count;
    if (count == 0) std::this_thread::yield();
  }
}

}  // namespace
}  // namespace unf::dataplane
