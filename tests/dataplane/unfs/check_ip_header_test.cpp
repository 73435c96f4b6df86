#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

struct Case {
  const char* name;
  Bytes frame;
  const char* reason;  // the counter, nullptr: passes
};
class CheckIpHeader : public testing::TestWithParam<Case> {};

TEST_P(CheckIpHeader, PassesOrNamesTheDefect) {
  UnfUnderTest unf{"CheckIPHeader"};
  const auto* reason = GetParam().reason;
  EXPECT_EQ(unf.run(GetParam().frame), reason == nullptr ? "out" : "drop");
  for (const auto counter : unf.descriptor().counters) {
    EXPECT_EQ(unf.count(counter), reason != nullptr && counter == reason ? 1U : 0U) << counter;
  }
}

template <typename Edit>
Bytes edited(Bytes frame, Edit edit, bool fix_checksum = true) {
  edit(frame);
  if (fix_checksum) fix_ipv4_checksum(frame);
  return frame;
}
Bytes cut(Bytes frame, std::size_t size) {
  frame.resize(size);
  return frame;
}
Bytes v6(std::uint8_t next, std::initializer_list<unsigned> payload) {
  return ipv6_frame({.next_header = next, .payload = bytes(payload)});
}
/// `count` destination options headers, then "no next header".
Bytes extension_chain(int count) {
  Bytes chain;
  for (int i = 0; i < count; ++i) {
    const auto header = bytes({i + 1 == count ? 59U : 60U, 0, 1, 4, 0, 0, 0, 0});
    chain.insert(chain.end(), header.begin(), header.end());
  }
  return ipv6_frame({.next_header = 60, .payload = chain});
}

INSTANTIATE_TEST_SUITE_P(
    Ipv4, CheckIpHeader,
    testing::Values(
        Case{"Sound", udp_frame(), nullptr},
        Case{"WithOptions", ipv4_frame({.options = bytes({1, 1, 1, 0, 1, 1, 1, 0})}), nullptr},
        Case{"Tagged", udp_frame({.link = {.vlans = {7}}}), nullptr},
        Case{"DoubleTagged", udp_frame({.link = {.vlans = {7, 8}}}), nullptr},
        Case{"PaddedFrame", cut(ipv4_frame(), 60), nullptr},
        Case{"Fragment", ipv4_frame({.fragment = 0x2001, .payload = bytes("12345678")}), nullptr},
        Case{"BadChecksum",
             edited(
                 ipv4_frame(), [](Bytes& f) { ipv4(f).checksum = ipv4(f).checksum ^ 1; }, false),
             "bad_checksum"},
        Case{"BadChecksumOverOptions",
             edited(
                 ipv4_frame({.options = bytes({1, 1, 1, 0})}), [](Bytes& f) { f[14 + 20] ^= std::byte{2}; }, false),
             "bad_checksum"},
        Case{"Version5", edited(ipv4_frame(), [](Bytes& f) { ipv4(f).version_ihl = 0x55; }), "bad_version"},
        Case{"Ihl4", edited(ipv4_frame(), [](Bytes& f) { ipv4(f).version_ihl = 0x44; }), "bad_ihl"},
        Case{"Ihl0", edited(ipv4_frame(), [](Bytes& f) { ipv4(f).version_ihl = 0x40; }), "bad_ihl"},
        Case{"IhlBeyondFrame", edited(ipv4_frame(), [](Bytes& f) { ipv4(f).version_ihl = 0x4f; }), "truncated"},
        Case{"LengthBelowHeader", edited(ipv4_frame(), [](Bytes& f) { ipv4(f).total_length = 19; }), "bad_length"},
        Case{"LengthBeyondFrame", edited(ipv4_frame(), [](Bytes& f) { ipv4(f).total_length = 21; }), "bad_length"},
        Case{"CutInHeader", cut(ipv4_frame(), 33), "truncated"}, Case{"NoHeader", cut(ipv4_frame(), 14), "truncated"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Ipv6, CheckIpHeader,
    testing::Values(
        Case{"Sound6", udp_frame({.v6 = true}), nullptr}, Case{"HopByHop", v6(0, {59, 0, 1, 4, 0, 0, 0, 0}), nullptr},
        Case{"LongestChain", extension_chain(8), nullptr}, Case{"ChainTooLong", extension_chain(9), "bad_extension"},
        Case{"ExtensionBeyondPacket", v6(60, {59, 1, 1, 4, 0, 0, 0, 0}), "bad_extension"},
        Case{"ExtensionCut", v6(60, {59, 0, 1}), "bad_extension"},
        Case{"AuthenticationHeader", v6(51, {59, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), nullptr},
        Case{"LaterFragmentEndsTheChain", v6(44, {60, 0, 0, 8, 0, 0, 0, 1}), nullptr},
        Case{"FirstFragmentGoesOn", v6(44, {60, 0, 0, 1, 0, 0, 0, 1}), "bad_extension"},
        Case{"Version4In6", edited(udp_frame({.v6 = true}), [](Bytes& f) { ipv6(f).version_class_flow = 4U << 28; }),
             "bad_version"},
        Case{"LengthBeyondFrame6", cut(udp_frame({.v6 = true}), 60), "bad_length"},
        Case{"CutInHeader6", cut(udp_frame({.v6 = true}), 53), "truncated"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(NotIp, CheckIpHeader,
                         testing::Values(Case{"Arp", arp_frame(), nullptr},
                                         Case{"Mpls", ethernet_frame(0x8847, bytes({0, 0, 1, 64})), nullptr},
                                         Case{"ThirdVlanTag", udp_frame({.link = {.vlans = {1, 2, 3}}}), nullptr},
                                         Case{"Empty", Bytes{}, "truncated"}, Case{"OneByte", bytes({0}), "truncated"},
                                         Case{"ThirteenBytes", Bytes(13), "truncated"},
                                         Case{"CutInTag", cut(udp_frame({.link = {.vlans = {7}}}), 17), "truncated"}),
                         by_name);

struct FlagCase {
  const char* name;
  Checksum flag;
  bool right;
  std::string_view gate;
};
class CheckIpHeaderOffload : public testing::TestWithParam<FlagCase> {};

TEST_P(CheckIpHeaderOffload, BelievesTheDevice) {
  auto frame = ipv4_frame();
  if (!GetParam().right) ipv4(frame).checksum = ipv4(frame).checksum ^ 0x100;
  PacketBuffer buffer{frame};
  buffer.packet.ip_checksum = GetParam().flag;
  UnfUnderTest unf{"CheckIPHeader"};
  EXPECT_EQ(unf.run(buffer.packet), GetParam().gate);
}
INSTANTIATE_TEST_SUITE_P(Flags, CheckIpHeaderOffload,
                         testing::Values(FlagCase{"Good", Checksum::good, false, "out"},
                                         FlagCase{"Bad", Checksum::bad, true, "drop"},
                                         FlagCase{"UnknownRight", Checksum::unknown, true, "out"},
                                         FlagCase{"UnknownWrong", Checksum::unknown, false, "drop"}),
                         by_name);

}  // namespace
}  // namespace unf::dataplane
