#include "dataplane/net/flow_hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>
#include <string>

#include "tests/support/by_name.h"
#include "tests/support/packet_fields.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

std::uint64_t hash_of(Bytes frame) { return flow_hash(frame); }

/// The frame that goes the other way.
TcpSpec reverse_of(TcpSpec spec) {
  std::swap(spec.src, spec.dst);
  std::swap(spec.sport, spec.dport);
  std::swap(spec.link.src, spec.link.dst);
  return spec;
}

struct Case {
  const char* name;
  Bytes a, b;
  bool same;
};
void PrintTo(const Case& given, std::ostream* out) { *out << given.name; }
class FlowHash : public testing::TestWithParam<Case> {};

TEST_P(FlowHash, IsOfTheFlow) { EXPECT_EQ(hash_of(GetParam().a) == hash_of(GetParam().b), GetParam().same); }

const TcpSpec kFlow{.src = "10.0.0.1", .dst = "10.0.0.2", .sport = 40'000, .dport = 80};
const TcpSpec kFlow6{.v6 = true, .src = "2001:db8::7", .dst = "2001:db8::9", .sport = 40'000, .dport = 443};
TcpSpec with(TcpSpec spec, void (*change)(TcpSpec&)) {
  change(spec);
  return spec;
}
Bytes fragment(std::uint16_t flags_and_offset, std::uint16_t id = 7) {
  return ipv4_frame({.src = "10.0.0.1",
                     .dst = "10.0.0.2",
                     .proto = ip_proto::tcp,
                     .id = id,
                     .fragment = flags_and_offset,
                     .payload = bytes(std::string(64, static_cast<char>('a' + flags_and_offset % 8)))});
}
/// An IPv6 fragment: next header, reserved, offset and more, identification.
Bytes fragment6(std::uint8_t next, unsigned offset_more) {
  auto payload = bytes({next, 0, offset_more >> 8, offset_more & 0xff, 0, 0, 0, 1});
  const auto rest = bytes(std::string(32, static_cast<char>('a' + offset_more % 8)));
  payload.insert(payload.end(), rest.begin(), rest.end());
  return ipv6_frame({.next_header = 44, .payload = payload});
}

INSTANTIATE_TEST_SUITE_P(
    Frames, FlowHash,
    testing::Values(
        Case{"BothDirections", tcp_frame(kFlow), tcp_frame(reverse_of(kFlow)), true},
        Case{"BothDirectionsOfIpv6", tcp_frame(kFlow6), tcp_frame(reverse_of(kFlow6)), true},
        Case{"OtherPort", tcp_frame(kFlow), tcp_frame(with(kFlow, [](TcpSpec& s) { s.sport = 40'001; })), false},
        Case{"OtherAddress", tcp_frame(kFlow), tcp_frame(with(kFlow, [](TcpSpec& s) { s.src = "10.0.0.3"; })), false},
        Case{"PortsOfTheOtherEnd", tcp_frame(kFlow),
             tcp_frame(with(kFlow, [](TcpSpec& s) { std::swap(s.sport, s.dport); })), false},
        Case{"OtherProtocol", tcp_frame(kFlow),
             udp_frame({.src = "10.0.0.1", .dst = "10.0.0.2", .sport = 40'000, .dport = 80}), false},
        Case{"VlanDoesNotMatter", tcp_frame(kFlow),
             tcp_frame(with(kFlow,
                            [](TcpSpec& s) {
                              s.link.vlans = {7, 9};
                            })),
             true},
        Case{"OptionsDoNotMatter", tcp_frame(kFlow),
             tcp_frame(with(kFlow,
                            [](TcpSpec& s) {
                              s.ip_options = bytes({1, 1, 1, 1});
                            })),
             true},
        Case{"FirstAndLaterFragment", fragment(0x2000), fragment(0x0008), true},
        Case{"FragmentsOfOneFlow", fragment(0x2000, 7), fragment(0x2000, 8), true},
        Case{"FirstAndLaterFragmentOfIpv6", fragment6(ip_proto::tcp, 1), fragment6(ip_proto::tcp, 64), true},
        Case{"NoPorts", ipv4_frame({.proto = ip_proto::icmp, .payload = bytes("ping")}),
             ipv4_frame({.src = "192.168.1.2", .dst = "10.0.0.1", .proto = ip_proto::icmp, .payload = bytes("pong")}),
             true},
        Case{"NoIp", arp_frame(), ethernet_frame(0x88cc, bytes("lldp")), true}, Case{"Nothing", {}, arp_frame(), true}),
    by_name);

// What passes can rely on: a uNF that writes none of kFlowFields leaves a packet in its lane.
TEST(FlowHashFields, NoOtherFieldMatters) {
  for (const auto& original : {tcp_frame(kFlow), tcp_frame(kFlow6), udp_frame(), fragment(0x2000)}) {
    for (const auto& [field, at] : packet_fields(original)) {
      if (kFlowFields.contains(field)) continue;
      for (const auto& [offset, mask] : at.mask) {
        auto frame = original;
        frame[offset] ^= std::byte{mask};
        EXPECT_EQ(hash_of(frame), hash_of(original)) << FieldSet::name(field) << " at " << offset;
      }
    }
  }
}

RC_GTEST_PROP(FlowHashProperty, AnyBytesAreSafe, (std::vector<std::uint8_t> bytes)) {
  std::ignore = flow_hash(std::as_writable_bytes(std::span{bytes}));
}

/// Clients in a row, each with ports in a row: what real flows look like.
TEST(FlowHashBuckets, AreEven) {
  constexpr std::size_t kBuckets = 128, kFlows = 100 * kBuckets;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random{seed};
  auto frame = tcp_frame(kFlow);
  const auto client = static_cast<std::uint32_t>(random()), first_port = static_cast<std::uint32_t>(random());
  std::array<double, kBuckets> flows{};
  for (std::uint32_t i = 0; i < kFlows; ++i) {
    const auto address = client + i / 16;
    for (std::size_t byte = 0; byte < 4; ++byte)
      ipv4(frame).src[byte] = static_cast<std::uint8_t>(address >> (24 - 8 * byte));
    tcp(frame).src = static_cast<std::uint16_t>(first_port + i % 16);
    ++flows[hash_of(frame) >> 57];
  }
  double chi_square = 0;
  for (const auto count : flows) chi_square += (count - 100) * (count - 100) / 100;
  // 127 degrees of freedom: 127 on average, with a deviation of 16.
  EXPECT_LT(chi_square, 127 + 7 * 16);
}

}  // namespace
}  // namespace unf::dataplane
