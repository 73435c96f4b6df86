#include "dataplane/net/checksum.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/frames.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

std::uint16_t plain_checksum(std::span<const std::byte> data) {  // RFC 1071 1, word by word, big endian
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < data.size(); i += 2) {
    const auto high = std::to_integer<std::uint32_t>(data[i]) << 8;
    sum += high | (i + 1 < data.size() ? std::to_integer<std::uint32_t>(data[i + 1]) : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

std::uint16_t stored(std::uint16_t big_endian) { return __builtin_bswap16(big_endian); }

TEST(Checksum, OfRfc1071Example) {
  EXPECT_EQ(checksum(bytes({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7})), stored(0x220d));
}

TEST(Checksum, OfNothing) { EXPECT_EQ(checksum({}), 0xffff); }

TEST(Checksum, OfALongRunOfOnes) {
  const Bytes ones(65'535, std::byte{0xff});
  EXPECT_EQ(checksum(ones), stored(plain_checksum(ones)));
}

RC_GTEST_PROP(ChecksumProperty, EqualsTheDefinition, (std::vector<std::uint8_t> data)) {
  const auto raw = std::as_bytes(std::span{data});
  RC_ASSERT(checksum(raw) == stored(plain_checksum(raw)));
}

RC_GTEST_PROP(ChecksumProperty, AHeaderWithItsChecksumSumsToZero, (std::uint16_t id, std::uint8_t ttl)) {
  auto frame = ipv4_frame({.ttl = ttl, .id = id});
  RC_ASSERT(checksum(std::span{frame}.subspan(14, 20)) == 0);
}

RC_GTEST_PROP(ChecksumReplace, EqualsRecomputing, (std::uint16_t id, std::uint16_t now)) {
  auto frame = ipv4_frame({.id = id});
  auto& ip = ipv4(frame);
  const auto patched = checksum_replace(load16(&ip.checksum), load16(&ip.id), now);
  store16(&ip.id, now);
  fix_ipv4_checksum(frame);
  RC_ASSERT(patched == load16(&ip.checksum));
}

RC_GTEST_PROP(ChecksumPatch, OfManyWordsEqualsRecomputing, (std::vector<std::uint16_t> words)) {
  auto frame = ipv4_frame();
  auto* ip = reinterpret_cast<std::byte*>(&ipv4(frame));
  ChecksumPatch patch;
  for (std::size_t i = 0; i < words.size(); ++i) {
    ChecksumPatch one;
    one.put(ip + 12 + i % 4 * 2, words[i]);  // addresses
    patch += one;
  }
  const auto patched = patch.of(load16(&ipv4(frame).checksum));
  fix_ipv4_checksum(frame);
  RC_ASSERT(patch.empty() == words.empty());
  RC_ASSERT(words.empty() || patched == load16(&ipv4(frame).checksum));
}

TEST(TransportChecksum, OfADatagramSummedByHand) {
  auto udp = udp_frame({.src = "192.0.2.1", .dst = "192.0.2.53", .sport = 0x3039, .dport = 53, .payload = "ab"});
  const auto ip = network_layer(udp, link_layer(udp));
  // pseudo header c0000201 c0000235 0011 000a, header 3039 0035 000a, data 6162
  const std::uint32_t sum = 0xc000 + 0x0201 + 0xc000 + 0x0235 + 0x0011 + 0x000a + 0x3039 + 0x0035 + 0x000a + 0x6162;
  const auto expected = static_cast<std::uint16_t>(~((sum & 0xffff) + (sum >> 16)));
  EXPECT_EQ(load16(udp.data() + ip.payload + 6), stored(expected));
  EXPECT_EQ(transport_checksum(udp, ip), 0);
}

TEST(TransportChecksum, CoversAddressesPortsAndPayload) {
  for (const bool v6 : {false, true}) {
    const auto frame = tcp_frame({.v6 = v6, .payload = "odd"});
    const auto ip_begin = 14U;
    const std::size_t first = ip_begin + (v6 ? 8 : 12);  // the addresses and all behind
    for (std::size_t i = first; i < frame.size(); ++i) {
      auto changed = frame;
      changed[i] ^= std::byte{1};
      const auto ip = network_layer(changed, link_layer(changed));
      ASSERT_TRUE(ip.ok());
      EXPECT_NE(transport_checksum(changed, ip), 0) << "byte " << i << ", IPv6 " << v6;
    }
  }
}

}  // namespace
}  // namespace unf::dataplane
