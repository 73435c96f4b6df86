#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

struct Case {
  const char* name;
};
class PassOn : public testing::TestWithParam<Case> {};

TEST_P(PassOn, WhateverComes) {
  UnfUnderTest unf{GetParam().name};
  for (const auto& frame : {udp_frame(), arp_frame(), Bytes{}, Bytes(9000)}) {
    PacketBuffer buffer{frame};
    EXPECT_EQ(unf.run(buffer.packet), "out");
    EXPECT_EQ(buffer.frame(), frame);
  }
}
INSTANTIATE_TEST_SUITE_P(Unfs, PassOn, testing::Values(Case{"Forward"}, Case{"NicIngress"}, Case{"NicEgress"}),
                         by_name);

TEST(MacSwapper, SwapsAddressesAndNothingElse) {
  const LinkSpec link{.dst = {2, 0, 0, 0, 0, 0xaa}, .src = {2, 0, 0, 0, 0, 0xbb}, .vlans = {9}};
  const LinkSpec swapped{.dst = link.src, .src = link.dst, .vlans = {9}};
  PacketBuffer buffer{udp_frame({.link = link, .payload = "same"})};
  UnfUnderTest unf{"MacSwapper"};
  EXPECT_EQ(unf.run(buffer.packet), "out");
  EXPECT_EQ(buffer.frame(), udp_frame({.link = swapped, .payload = "same"}));
}

TEST(MacSwapper, DropsWhatHasNoEthernetHeader) {
  UnfUnderTest unf{"MacSwapper"};
  EXPECT_EQ(unf.run(Bytes(13)), "drop");
  EXPECT_EQ(unf.count("truncated"), 1U);
  EXPECT_EQ(unf.run(Bytes(14)), "out");
}

RC_GTEST_PROP(MacSwapperProperty, TwiceIsNothing, (std::vector<std::uint8_t> data)) {
  const auto raw = std::as_bytes(std::span{data});
  const Bytes frame{raw.begin(), raw.end()};
  PacketBuffer buffer{frame};
  UnfUnderTest unf{"MacSwapper"};
  std::ignore = unf.run(buffer.packet);
  std::ignore = unf.run(buffer.packet);
  RC_ASSERT(buffer.frame() == frame);
}

}  // namespace
}  // namespace unf::dataplane
