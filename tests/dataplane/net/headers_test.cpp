#include "dataplane/net/headers.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/frames.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

Network network_of(Bytes& frame) { return network_layer(frame, link_layer(frame)); }

TEST(LinkLayer, StepsOverTwoTags) {
  auto plain = udp_frame();
  EXPECT_EQ(link_layer(plain).end, 14U);
  EXPECT_EQ(link_layer(plain).vlan, kNoVlan);
  auto tagged = udp_frame({.link = {.vlans = {5}}});
  EXPECT_EQ(link_layer(tagged).end, 18U);
  EXPECT_EQ(link_layer(tagged).type, ether_type::ipv4);
  EXPECT_EQ(link_layer(tagged).vlan, 5);
  auto twice = udp_frame({.link = {.vlans = {5, 6}}});
  EXPECT_EQ(link_layer(twice).end, 22U);
  EXPECT_EQ(link_layer(twice).vlan, 5);
  auto thrice = udp_frame({.link = {.vlans = {5, 6, 7}}});
  EXPECT_EQ(link_layer(thrice).type, ether_type::vlan);
}

TEST(LinkLayer, TakesTheIdWithoutPriority) {
  auto tagged = udp_frame({.link = {.vlans = {0xe005}}});
  EXPECT_EQ(link_layer(tagged).vlan, 5);
}

TEST(NetworkLayer, KnowsWhereIpv4Ends) {
  auto frame = tcp_frame({.ip_options = bytes({1, 1, 1, 0}), .payload = "hello"});
  frame.resize(frame.size() + 9);  // padding
  const auto ip = network_of(frame);
  EXPECT_TRUE(ip.ok());
  EXPECT_EQ(ip.payload, 14U + 24);
  EXPECT_EQ(ip.end, 14U + 24 + 25);
  EXPECT_EQ(tcp_payload(frame), "hello");
}

TEST(NetworkLayer, ReadsDscp) {
  auto v4 = ipv4_frame({.dscp = 46});
  auto v6 = ipv6_frame({.dscp = 46});
  EXPECT_EQ(network_of(v4).dscp, 46);
  EXPECT_EQ(network_of(v6).dscp, 46);
}

TEST(NetworkLayer, WalksIpv6Extensions) {
  auto frame =
      tcp_frame({.v6 = true,
                 .extensions = bytes({60, 0, 1, 4, 0, 0, 0, 0, 6, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                 .first_extension = 0,
                 .payload = "deep"});
  const auto ip = network_of(frame);
  EXPECT_TRUE(ip.ok());
  EXPECT_EQ(ip.proto, ip_proto::tcp);
  EXPECT_EQ(ip.payload, 14U + 40 + 24);
  EXPECT_EQ(tcp_payload(frame), "deep");
}

struct FragmentCase {
  const char* name;
  Bytes frame;
  bool fragment, later, ports;
};
class Fragments : public testing::TestWithParam<FragmentCase> {};

TEST_P(Fragments, HavePortsOnlyInTheFirst) {
  auto frame = GetParam().frame;
  const auto ip = network_of(frame);
  EXPECT_TRUE(ip.ok());
  EXPECT_EQ(ip.fragment, GetParam().fragment);
  EXPECT_EQ(ip.later_fragment, GetParam().later);
  EXPECT_EQ(ports_of(frame, ip).present, GetParam().ports);
}

Bytes v6_fragment(unsigned high, unsigned low) {
  return ipv6_frame({.next_header = 44, .payload = bytes({17, 0, high, low, 0, 0, 0, 1, 0, 1, 0, 2, 0, 8, 0, 0})});
}
const Bytes kUdpBody = bytes({0, 1, 0, 2, 0, 8, 0, 0});
INSTANTIATE_TEST_SUITE_P(
    Both, Fragments,
    testing::Values(FragmentCase{"Whole", ipv4_frame({.payload = kUdpBody}), false, false, true},
                    FragmentCase{"DontFragment", ipv4_frame({.fragment = 0x4000, .payload = kUdpBody}), false, false,
                                 true},
                    FragmentCase{"First", ipv4_frame({.fragment = 0x2000, .payload = kUdpBody}), true, false, true},
                    FragmentCase{"Middle", ipv4_frame({.fragment = 0x2002, .payload = kUdpBody}), true, true, false},
                    FragmentCase{"Last", ipv4_frame({.fragment = 0x0002, .payload = kUdpBody}), true, true, false},
                    FragmentCase{"First6", v6_fragment(0, 1), true, false, true},
                    FragmentCase{"Atomic6", v6_fragment(0, 0), true, false, true},
                    FragmentCase{"Last6", v6_fragment(0, 8), true, true, false},
                    FragmentCase{"TooShortForPorts", ipv4_frame({.payload = bytes({0, 1, 0})}), false, false, false},
                    FragmentCase{"NoPortsInIcmp", ipv4_frame({.proto = 1, .payload = kUdpBody}), false, false, false}),
    by_name);

struct TcpCase {
  const char* name;
  std::uint8_t data_offset;
  bool whole;
};
class TcpOffset : public testing::TestWithParam<TcpCase> {};

TEST_P(TcpOffset, IsBelievedOnlyWithinThePacket) {
  auto frame = tcp_frame({.tcp_options = bytes({1, 1, 1, 1}), .payload = "12345678"});
  tcp(frame).data_offset = GetParam().data_offset;
  EXPECT_EQ(tcp_of(frame, network_of(frame)) != nullptr, GetParam().whole);
  EXPECT_EQ(tcp_payload(frame).empty(), !GetParam().whole || GetParam().data_offset == 0x80);
}
INSTANTIATE_TEST_SUITE_P(Rfc9293, TcpOffset,
                         testing::Values(TcpCase{"Zero", 0x00, false}, TcpCase{"BelowHeader", 0x40, false},
                                         TcpCase{"NoOptions", 0x50, true}, TcpCase{"Options", 0x60, true},
                                         TcpCase{"ToTheEnd", 0x80, true}, TcpCase{"Beyond", 0x90, false}),
                         by_name);

struct NdCase {
  const char* name;
  Bytes frame;
  bool is;
};
class NeighbourDiscovery : public testing::TestWithParam<NdCase> {};
TEST_P(NeighbourDiscovery, IsArpOrIcmpv6) {
  auto frame = GetParam().frame;
  EXPECT_EQ(is_neighbour_discovery(frame), GetParam().is);
}
Bytes icmpv6(unsigned type) {
  return ipv6_frame({.next_header = 58, .hop_limit = 255, .payload = bytes({type, 0, 0, 0, 0, 0, 0, 0})});
}
INSTANTIATE_TEST_SUITE_P(
    Types, NeighbourDiscovery,
    testing::Values(NdCase{"Arp", arp_frame(), true}, NdCase{"ArpTagged", arp_frame({.vlans = {4}}), true},
                    NdCase{"RouterSolicitation", icmpv6(133), true},
                    NdCase{"NeighbourAdvertisement", icmpv6(136), true}, NdCase{"Redirect", icmpv6(137), true},
                    NdCase{"Echo", icmpv6(128), false}, NdCase{"Below", icmpv6(132), false},
                    NdCase{"Above", icmpv6(138), false}, NdCase{"Udp6", udp_frame({.v6 = true}), false},
                    NdCase{"Udp4", udp_frame(), false},
                    NdCase{"Icmpv4Type135", ipv4_frame({.proto = 1, .payload = bytes({135, 0, 0, 0})}), false},
                    NdCase{"NoType", ipv6_frame({.next_header = 58}), false},
                    NdCase{"InAFragment",
                           ipv6_frame({.next_header = 44, .payload = bytes({58, 0, 0, 1, 0, 0, 0, 1, 135, 0, 0, 0})}),
                           false},
                    NdCase{"Nothing", Bytes{}, false}),
    by_name);

TEST(ParseMac, TakesOneFormOnly) {
  EXPECT_EQ(parse_mac("02:00:5e:Ff:0a:01"), (MacAddress{0x02, 0x00, 0x5e, 0xff, 0x0a, 0x01}));
  for (const auto* text : {"", "02:00:5e:ff:0a", "02-00-5e-ff-0a-01", "02:00:5e:ff:0a:1", "02:00:5e:ff:0a:0g",
                           "02:00:5e:ff:0a:01:", "0200.5eff.0a01", " 2:00:5e:ff:0a:01"}) {
    EXPECT_EQ(parse_mac(text), std::nullopt) << text;
  }
}

RC_GTEST_PROP(HeadersProperty, AnyBytesStayWithinTheFrame, (std::vector<std::uint8_t> data)) {
  Frame frame = std::as_writable_bytes(std::span{data});
  const auto link = link_layer(frame);
  const auto ip = network_layer(frame, link);
  RC_ASSERT(link.end <= frame.size());
  RC_ASSERT(ip.begin <= ip.payload && ip.payload <= ip.end && ip.end <= frame.size());
  const auto payload = tcp_payload(frame);
  RC_ASSERT(payload.size() <= frame.size());
}

// What random bytes hardly ever are: IP.
RC_GTEST_PROP(HeadersProperty, AnyIpHeaderStaysWithinTheFrame, (bool v6, std::vector<std::uint8_t> data)) {
  const auto raw = std::as_bytes(std::span{data});
  auto frame = ethernet_frame(v6 ? ether_type::ipv6 : ether_type::ipv4, {raw.begin(), raw.end()});
  if (frame.size() > 20) frame[14] = v6 ? std::byte{0x60} : (frame[14] & std::byte{0x0f}) | std::byte{0x40};
  if (v6 && frame.size() > 20) frame[18] = std::byte{0};
  if (!v6 && frame.size() > 20) frame[16] = std::byte{0};
  if (v6 && frame.size() > 20)
    frame[20] =
        *rc::gen::elementOf(std::vector{std::byte{0}, std::byte{43}, std::byte{44}, std::byte{51}, std::byte{60}});
  const auto ip = network_of(frame);
  RC_ASSERT(ip.begin <= ip.payload && ip.payload <= ip.end && ip.end <= frame.size());
  std::ignore = ports_of(frame, ip);
  std::ignore = tcp_payload(frame);
  std::ignore = is_neighbour_discovery(frame);
}

}  // namespace
}  // namespace unf::dataplane
