#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

struct Case {
  const char* name;
  std::uint8_t ttl;
  std::string_view gate;
  std::uint8_t ttl_after;
};
class DecrementTtl : public testing::TestWithParam<Case> {};

TEST_P(DecrementTtl, TakesOneHopOrDrops) {
  for (const auto& vlans : {std::vector<std::uint16_t>{}, {7}, {7, 8}}) {
    PacketBuffer buffer{ipv4_frame({.link = {.vlans = vlans}, .ttl = GetParam().ttl})};
    UnfUnderTest unf{"IPTtlDecrementer"};
    EXPECT_EQ(unf.run(buffer.packet), GetParam().gate);
    auto after = buffer.frame();
    EXPECT_EQ(ipv4(after).ttl, GetParam().ttl_after);
    EXPECT_EQ(unf.count("expired"), GetParam().gate == "drop" ? 1U : 0U);
  }
}

TEST_P(DecrementTtl, TakesOneHopOffTheHopLimitOrDrops) {
  PacketBuffer buffer{ipv6_frame({.hop_limit = GetParam().ttl})};
  UnfUnderTest unf{"IPTtlDecrementer"};
  EXPECT_EQ(unf.run(buffer.packet), GetParam().gate);
  auto after = buffer.frame();
  EXPECT_EQ(ipv6(after).hop_limit, GetParam().ttl_after);
}
INSTANTIATE_TEST_SUITE_P(Rfc1812, DecrementTtl,
                         testing::Values(Case{"Full", 255, "out", 254}, Case{"LastHop", 2, "out", 1},
                                         Case{"Expiring", 1, "drop", 1}, Case{"Expired", 0, "drop", 0}),
                         by_name);

// Differential; a sample would miss the 1 in 65,536 that wraps.
TEST(DecrementTtlChecksum, PatchEqualsRecompute) {
  UnfUnderTest unf{"IPTtlDecrementer"};
  for (unsigned id = 0; id <= 0xffff; ++id) {
    PacketBuffer buffer{ipv4_frame({.id = static_cast<std::uint16_t>(id)}), 64};
    std::ignore = unf.run(buffer.packet);
    auto fresh = buffer.frame();
    fix_ipv4_checksum(fresh);
    ASSERT_EQ(buffer.frame(), fresh) << id;
  }
}

struct OtherCase {
  const char* name;
  Bytes frame;
  std::string_view gate;
};
class DecrementTtlOther : public testing::TestWithParam<OtherCase> {};

TEST_P(DecrementTtlOther, PassesWhatIsNotIpAndDropsWhatIsCutOff) {
  PacketBuffer buffer{GetParam().frame};
  UnfUnderTest unf{"IPTtlDecrementer"};
  EXPECT_EQ(unf.run(buffer.packet), GetParam().gate);
  EXPECT_EQ(buffer.frame(), GetParam().frame);
  EXPECT_EQ(unf.count("truncated"), GetParam().gate == "drop" ? 1U : 0U);
}
INSTANTIATE_TEST_SUITE_P(Frames, DecrementTtlOther,
                         testing::Values(OtherCase{"Arp", arp_frame(), "out"},
                                         OtherCase{"Mpls", ethernet_frame(0x8847, bytes({1, 2, 3, 4})), "out"},
                                         OtherCase{"Empty", {}, "drop"}, OtherCase{"CutEthernet", Bytes(13), "drop"},
                                         OtherCase{"CutIpv4", ethernet_frame(0x0800, Bytes(19)), "drop"},
                                         OtherCase{"CutIpv6", ethernet_frame(0x86dd, Bytes(39)), "drop"}),
                         by_name);

}  // namespace
}  // namespace unf::dataplane
