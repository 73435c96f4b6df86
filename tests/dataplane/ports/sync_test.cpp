#include "dataplane/ports/sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace unf::dataplane {
namespace {

using enum Packet::Mark;

std::vector<Packet*> drained(Sync& sync) {
  std::vector<Packet*> left;
  sync.drain([&](Packet& packet) noexcept { left.push_back(&packet); });
  return left;
}

TEST(Sync, LetsNoPacketOvertake) {
  std::array<Packet, 3> packets;
  Sync sync{3};
  for (auto& packet : packets) sync.open(packet);
  EXPECT_TRUE(sync.full());
  Sync::close(packets[1], send);
  Sync::close(packets[2], drop);
  EXPECT_THAT(drained(sync), testing::IsEmpty());
  Sync::close(packets[0], send);
  EXPECT_THAT(drained(sync), testing::ElementsAre(&packets[0], &packets[1], &packets[2]));
  EXPECT_EQ(sync.size(), 0U);
}

TEST(Sync, WaitsForWhatAPacketCaused) {
  std::array<Packet, 2> packets;
  Packet reply;
  Sync sync{2};
  for (auto& packet : packets) sync.open(packet);
  packets[0].next_emitted = &reply;
  Sync::close(packets[0], send);
  Sync::close(packets[1], send);
  EXPECT_THAT(drained(sync), testing::IsEmpty());
  Sync::close(reply, send);
  EXPECT_THAT(drained(sync), testing::ElementsAre(&packets[0], &reply, &packets[1]));
  EXPECT_EQ(packets[0].next_emitted, nullptr);
}

RC_GTEST_PROP(SyncProperty, OrderOfArrivalWhateverTheOrderOfClosing, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 40);
  std::vector<Packet> packets(count);
  std::vector<std::size_t> closing(count);
  std::iota(closing.begin(), closing.end(), std::size_t{0});
  for (std::size_t i = count; i > 1; --i) std::swap(closing[i - 1], closing[*rc::gen::inRange<std::size_t>(0, i)]);
  Sync sync{count};
  for (auto& packet : packets) sync.open(packet);
  std::vector<Packet*> left;
  for (const auto i : closing) {
    Sync::close(packets[i], i % 3 == 0 ? drop : send);
    for (auto* packet : drained(sync)) left.push_back(packet);
  }
  RC_ASSERT(left.size() == count);
  RC_ASSERT(std::ranges::is_sorted(left));
}

}  // namespace
}  // namespace unf::dataplane
