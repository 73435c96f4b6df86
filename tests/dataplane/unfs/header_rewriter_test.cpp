#include "dataplane/unfs/header_rewriter.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using nlohmann::json;

/// CRC32c bit by bit (RFC 9260 appendix A).
std::uint32_t crc32c(std::span<const std::byte> bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const auto byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc;
}

Network network_of(Bytes& frame) { return network_layer(frame, link_layer(frame)); }

/// All checksums of a sound, unfragmented frame made anew.
void fix_checksums(Bytes& frame) {
  fix_ipv4_checksum(frame);
  const auto ip = network_of(frame);
  auto* transport = frame.data() + ip.payload;
  if (ip.proto == ip_proto::sctp) {
    std::memset(transport + 8, 0, 4);
    const auto crc = crc32c(std::span{frame}.subspan(ip.payload, ip.end - ip.payload));
    std::memcpy(transport + 8, &crc, sizeof crc);
    return;
  }
  const std::size_t offset = ip.proto == ip_proto::tcp ? 16 : ip.proto == ip_proto::udp ? 6 : 2;
  if (ip.proto == ip_proto::udp && load16(transport + offset) == 0) return;
  store16(transport + offset, 0);
  auto sum = transport_checksum(frame, ip);
  if (ip.proto == ip_proto::udp && sum == 0) sum = 0xffff;
  store16(transport + offset, sum);
}

/// The frame that a uNF of this configuration makes of a sound one, written field by field.
Bytes rewritten(Bytes frame, const json& config) {
  const auto ip = network_of(frame);
  const bool v6 = ip.version == Network::Version::v6;
  const auto put = [&](std::size_t at, std::span<const std::uint8_t> bytes) {
    std::memcpy(frame.data() + at, bytes.data(), bytes.size());
  };
  const auto address = [&](const char* name, std::size_t at4, std::size_t at6) {
    if (!config.contains(name)) return;
    const auto text = config[name].get<std::string>();
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) != 1) return;
    put(ip.begin + (v6 ? at6 : at4), std::span{bytes}.first(v6 ? 16 : 4));
  };
  if (config.contains("eth_dst")) put(0, parse_mac(config["eth_dst"].get<std::string>()).value());
  if (config.contains("eth_src")) put(6, parse_mac(config["eth_src"].get<std::string>()).value());
  address("ip_src", 12, 8);
  address("ip_dst", 16, 24);
  for (const auto& [name, at] : {std::pair{"sport", 0U}, std::pair{"dport", 2U}}) {
    if (!config.contains(name) || ip.proto == ip_proto::icmpv6) continue;
    const auto port = config[name].get<unsigned>();
    put(ip.payload + at, std::array{static_cast<std::uint8_t>(port >> 8), static_cast<std::uint8_t>(port)});
  }
  if (config.contains("dscp")) {
    const auto dscp = config["dscp"].get<unsigned>();
    auto* at = frame.data() + ip.begin;
    if (v6) {
      at[0] = (at[0] & std::byte{0xf0}) | std::byte(dscp >> 2);
      at[1] = (at[1] & std::byte{0x3f}) | std::byte(dscp << 6 & 0xff);
    } else {
      at[1] = (at[1] & std::byte{3}) | std::byte(dscp << 2);
    }
  }
  if (config.contains("ttl")) frame[ip.begin + (v6 ? 7 : 8)] = std::byte(config["ttl"].get<unsigned>());
  fix_checksums(frame);
  return frame;
}

Bytes sctp_frame(bool v6, std::string_view payload) {
  auto body = bytes({0x9c, 0x40, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0});
  const auto data = bytes(payload);
  body.insert(body.end(), data.begin(), data.end());
  auto frame = v6 ? ipv6_frame({.next_header = ip_proto::sctp, .payload = body})
                  : ipv4_frame({.proto = ip_proto::sctp, .payload = body});
  fix_checksums(frame);
  return frame;
}

Bytes icmpv6_frame() {
  auto frame = ipv6_frame({.next_header = ip_proto::icmpv6, .payload = bytes({128, 0, 0, 0, 0, 1, 0, 1, 7})});
  fix_checksums(frame);
  return frame;
}

Bytes without_udp_checksum(Bytes frame) {
  store16(frame.data() + network_of(frame).payload + 6, 0);
  return frame;
}

Bytes after(const json& config, const Bytes& frame) {
  UnfUnderTest unf{"HeaderRewriter", config};
  PacketBuffer buffer{frame};
  EXPECT_EQ(unf.run(buffer.packet), "out");
  return buffer.frame();
}

const json kAll{{"eth_src", "02:00:00:00:00:0a"},
                {"eth_dst", "02:00:00:00:00:0B"},
                {"ip_src", "172.16.0.1"},
                {"ip_dst", "2001:db8::b"},
                {"sport", 1234},
                {"dport", 0},
                {"dscp", 46},
                {"ttl", 17}};

struct Case {
  const char* name;
  Bytes frame;
};
class RewritesHeaders : public testing::TestWithParam<Case> {};

TEST_P(RewritesHeaders, FieldByField) {
  const auto& frame = GetParam().frame;
  for (const auto& [name, value] : kAll.items()) {
    EXPECT_EQ(after({{name, value}}, frame), rewritten(frame, {{name, value}})) << name;
  }
  auto other_versions = kAll;
  other_versions["ip_src"] = "2001:db8::a";
  other_versions["ip_dst"] = "172.16.0.2";
  for (const auto& config : {json::object(), kAll, other_versions}) {
    EXPECT_EQ(after(config, frame), rewritten(frame, config)) << config;
  }
}
INSTANTIATE_TEST_SUITE_P(
    Frames, RewritesHeaders,
    testing::Values(Case{"Tcp", tcp_frame()}, Case{"Tcp6", tcp_frame({.v6 = true, .payload = "x"})},
                    Case{"Tagged", tcp_frame({.link = {.vlans = {1, 2}}})},
                    Case{"WithOptions", tcp_frame({.ip_options = bytes({1, 1, 1, 0})})},
                    Case{"Udp", udp_frame({.payload = "abc"})}, Case{"Udp6", udp_frame({.v6 = true})},
                    Case{"UdpWithoutChecksum", without_udp_checksum(udp_frame())}, Case{"IcmpV6", icmpv6_frame()},
                    Case{"Sctp", sctp_frame(false, "some bytes of a chunk")}, Case{"Sctp6", sctp_frame(true, "")}),
    by_name);

// Differential; a sample would miss the 1 in 65,536 that wraps, and the UDP checksum of 0 that is sent as 0xffff.
TEST(HeaderRewriter, PatchesAsIfItRecomputed) {
  UnfUnderTest unf{"HeaderRewriter", {{"ip_src", "172.16.0.1"}, {"sport", 7}, {"ttl", 9}}};
  for (unsigned port = 0; port <= 0xffff; ++port) {
    for (const auto& frame : {tcp_frame({.sport = static_cast<std::uint16_t>(port)}),
                              udp_frame({.src = "172.16.0.1", .dport = static_cast<std::uint16_t>(port)})}) {
      PacketBuffer buffer{frame};
      ASSERT_EQ(unf.run(buffer.packet), "out");
      auto now = buffer.frame(), anew = now;
      fix_checksums(anew);
      ASSERT_EQ(now, anew) << port;
    }
  }
}

TEST(HeaderRewriter, KeepsTheEcnBits) {
  auto frame = tcp_frame();
  ipv4(frame).tos = 3;
  fix_ipv4_checksum(frame);
  auto now = after({{"dscp", 63}}, frame);
  EXPECT_EQ(ipv4(now).tos, 0xff);
  EXPECT_TRUE(checksums_ok(now));
}

/// The first `size` bytes behind the IPv4 header of a frame, or the others, as a fragment.
Bytes fragment_of(Bytes frame, std::size_t size, bool first) {
  const auto ip = network_of(frame);
  const auto cut = frame.begin() + ip.payload + static_cast<std::ptrdiff_t>(size);
  ipv4(frame).fragment = static_cast<std::uint16_t>(first ? 0x2000 : size / 8);
  if (first)
    frame.erase(cut, frame.end());
  else
    frame.erase(frame.begin() + ip.payload, cut);
  ipv4(frame).total_length = static_cast<std::uint16_t>(frame.size() - ip.begin);
  fix_ipv4_checksum(frame);
  return frame;
}
const json kFlow{{"ip_src", "172.16.0.1"}, {"ip_dst", "172.16.0.2"}, {"sport", 1}, {"dport", 2}, {"ttl", 3}};

TEST(HeaderRewriter, RewritesFragmentsAsTheirWhole) {
  const auto whole = tcp_frame({.payload = "what two fragments carry"});
  for (const bool first : {true, false}) {
    EXPECT_EQ(after(kFlow, fragment_of(whole, 24, first)), fragment_of(after(kFlow, whole), 24, first)) << first;
  }
}

TEST(HeaderRewriter, LeavesAFlowWhoseChecksumItCannotReach) {
  const json ttl{{"ttl", 3}};
  const auto tiny = fragment_of(tcp_frame(), 16, true);
  EXPECT_EQ(after(kFlow, tiny), after(ttl, tiny));
  auto no_transport = ipv4_frame({.proto = ip_proto::udp, .payload = Bytes(7)});
  EXPECT_EQ(after(kFlow, no_transport), after(ttl, no_transport));
  const auto chunk = fragment_of(sctp_frame(false, "abcdefgh"), 16, true);
  EXPECT_EQ(after({{"sport", 1}}, chunk), chunk);
  auto lying = tcp_frame();
  ipv4(lying).total_length = 4000;
  EXPECT_EQ(after(kFlow, lying), after(ttl, lying));
}

TEST(HeaderRewriter, RewritesAddressesOfAnyProtocol) {
  const auto gre = ipv4_frame({.proto = 47, .payload = Bytes(8)});
  EXPECT_EQ(after(kFlow, gre),
            ipv4_frame({.src = "172.16.0.1", .dst = "172.16.0.2", .proto = 47, .ttl = 3, .payload = Bytes(8)}));
}

TEST(HeaderRewriter, LeavesWhatIsNotIp) {
  EXPECT_EQ(after(kFlow, arp_frame()), arp_frame());
  EXPECT_EQ(after(kAll, Bytes(13)), Bytes(13));
  EXPECT_EQ(after(kFlow, ethernet_frame(0x0800, Bytes(19))), ethernet_frame(0x0800, Bytes(19)));
}

RC_GTEST_PROP(HeaderRewriterProperty, IsIdempotent, ()) {
  static UnfUnderTest unf{"HeaderRewriter", kAll};
  PacketBuffer once{*frames()};
  std::ignore = unf.run(once.packet);
  PacketBuffer twice{once.frame()};
  std::ignore = unf.run(twice.packet);
  RC_ASSERT(once.frame() == twice.frame());
}

struct BadConfig {
  const char* name;
  json config;
  const char* message;
};
class RewriterErrors : public testing::TestWithParam<BadConfig> {};

TEST_P(RewriterErrors, NameTheProperty) {
  const Artifacts none;
  const auto made = builtin_unfs().find("HeaderRewriter")->make({.config = GetParam().config, .artifacts = none});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Configs, RewriterErrors,
    testing::Values(BadConfig{"Mac",
                              {{"eth_dst", "02-00-00-00-00-01"}},
                              "eth_dst: bad address '02-00-00-00-00-01', expected one such as 02:00:00:00:00:01"},
                    BadConfig{"Ip",
                              {{"ip_src", "10.0.0.256"}},
                              "ip_src: bad address '10.0.0.256', expected one such as 10.0.0.1 or 2001:db8::1"},
                    BadConfig{"Prefix",
                              {{"ip_dst", "10.0.0.0/8"}},
                              "ip_dst: bad address '10.0.0.0/8', expected one such as 10.0.0.1 or 2001:db8::1"}),
    by_name);

}  // namespace
}  // namespace unf::dataplane
