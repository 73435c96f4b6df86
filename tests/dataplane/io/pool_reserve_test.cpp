#include "dataplane/io/pool_reserve.h"

#include <gtest/gtest.h>

#include "tests/support/eal.h"

namespace unf::dataplane {
namespace {

class PoolReserves : public testing::Test {
 protected:
  PoolReserves() { testing_support::start_eal(); }
};

TEST_F(PoolReserves, GiveWhatTheyHaveMadeWhereItWillDo) {
  PoolReserve reserve{1023};
  reserve.fill();
  EXPECT_FALSE(reserve.full()) << "nobody has said of what size";
  const auto first = reserve.take(2048);
  ASSERT_TRUE(first);
  reserve.fill();
  EXPECT_TRUE(reserve.full());
  ASSERT_TRUE(reserve.take(1500));
  EXPECT_FALSE(reserve.full());
  reserve.fill();
  const auto larger = reserve.take(9000);
  ASSERT_TRUE(larger);
  EXPECT_FALSE(reserve.full()) << "frames of 9000 bytes do not fit those that were there";
  Packet* packet = nullptr;
  ASSERT_EQ((*larger)->take({&packet, 1}), 1U);
  EXPECT_GE(packet->room, 9000U);
  (*larger)->give_back({&packet, 1});
}

TEST_F(PoolReserves, ThatCouldNotBeFilledDoNoHarm) {
  PoolReserve reserve{3000};
  auto most = reserve.take(60'000);  // of the memory
  ASSERT_TRUE(most);
  reserve.fill();
  EXPECT_FALSE(reserve.full());
  EXPECT_EQ(reserve.take(60'000).error().code, Errc::no_capacity);
  most->reset();
  EXPECT_TRUE(reserve.take(60'000)) << "there is room again";
}

}  // namespace
}  // namespace unf::dataplane
