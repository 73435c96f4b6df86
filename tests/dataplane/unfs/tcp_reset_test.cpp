#include "dataplane/unfs/tcp_reset.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using namespace tcp_flag;

struct Case {
  const char* name;
  std::uint8_t flags;
  std::string_view payload;
  std::uint32_t back_seq, back_ack;  // of a segment with seq 1000 and ack 2000
  std::uint8_t onward_flags;
  std::uint32_t onward_ack;
};
class TcpResets : public testing::TestWithParam<Case> {};

TEST_P(TcpResets, TellBothEnds) {
  const auto& c = GetParam();
  for (const bool v6 : {false, true}) {
    SCOPED_TRACE(v6 ? "IPv6" : "IPv4");
    const LinkSpec link{.vlans = {12, 34}};
    PacketBuffer buffer{tcp_frame({.link = link, .v6 = v6, .flags = c.flags, .ttl = 33, .payload = c.payload})};
    buffer.packet.path = 5;
    UnfUnderTest unf{"TcpReset"};
    ASSERT_EQ(unf.run(buffer.packet), "out");
    ASSERT_EQ(unf.context().emitted.size(), 1U);
    EXPECT_FALSE(buffer.packet.reflect);

    auto onward = buffer.frame();
    EXPECT_TRUE(checksums_ok(onward));
    EXPECT_EQ(onward.size(), 22U + (v6 ? 40 : 20) + 20);
    EXPECT_EQ(tcp(onward).src, 40000);
    EXPECT_EQ(tcp(onward).dst, 80);
    EXPECT_EQ(tcp(onward).seq, 1000U);
    EXPECT_EQ(tcp(onward).ack, c.onward_ack);
    EXPECT_EQ(tcp(onward).flags, c.onward_flags);

    const auto& emitted = unf.context().emitted.front();
    auto back = emitted.buffer.frame();
    EXPECT_EQ(emitted.gate, tcp_reset::out);
    EXPECT_TRUE(emitted.buffer.packet.reflect);
    EXPECT_TRUE(checksums_ok(back));
    EXPECT_EQ(tcp(back).src, 80);
    EXPECT_EQ(tcp(back).dst, 40000);
    EXPECT_EQ(tcp(back).seq, c.back_seq);
    EXPECT_EQ(tcp(back).ack, c.back_ack);
    EXPECT_EQ(tcp(back).flags, rst | ack);
    EXPECT_EQ(link_layer(back).vlan, 12);
    EXPECT_EQ(link_layer(back).end, 22U);
    EXPECT_TRUE(std::equal(link.src.begin(), link.src.end(), reinterpret_cast<const std::uint8_t*>(back.data())));
    EXPECT_TRUE(std::equal(link.dst.begin(), link.dst.end(), reinterpret_cast<const std::uint8_t*>(back.data()) + 6));
    if (v6) {
      EXPECT_EQ(ipv6(back).src, ipv6(onward).dst);
      EXPECT_EQ(ipv6(back).dst, ipv6(onward).src);
      EXPECT_EQ(ipv6(back).hop_limit, 64);
      EXPECT_EQ(ipv6(onward).hop_limit, 33);
    } else {
      EXPECT_EQ(ipv4(back).src, ipv4(onward).dst);
      EXPECT_EQ(ipv4(back).dst, ipv4(onward).src);
      EXPECT_EQ(ipv4(back).ttl, 64);
      EXPECT_EQ(ipv4(onward).ttl, 33);
    }
  }
}

// RFC 9293 3.10.7.1: with ACK, SEQ = SEG.ACK; without, SEQ = 0 and ACK = SEG.SEQ + SEG.LEN.
INSTANTIATE_TEST_SUITE_P(Rfc9293, TcpResets,
                         testing::Values(Case{"Data", ack | psh, "hello", 2000, 1005, rst | ack, 2000},
                                         Case{"BareAck", ack, "", 2000, 1000, rst | ack, 2000},
                                         Case{"Syn", syn, "", 0, 1001, rst, 0},
                                         Case{"SynWithData", syn, "abc", 0, 1004, rst, 0},
                                         Case{"SynAck", syn | ack, "", 2000, 1001, rst | ack, 2000},
                                         Case{"FinWithData", fin | ack, "xy", 2000, 1003, rst | ack, 2000},
                                         Case{"NoAckAtAll", psh, "q", 0, 1001, rst, 0}),
                         by_name);

TEST(TcpReset, LeavesOutOptionsExtensionsAndPadding) {
  UnfUnderTest unf{"TcpReset"};
  auto with_options =
      tcp_frame({.ip_options = Bytes(40, std::byte{1}), .tcp_options = Bytes(40, std::byte{1}), .payload = "abc"});
  with_options.resize(with_options.size() + 6);
  PacketBuffer v4{with_options};
  EXPECT_EQ(unf.run(v4.packet), "out");
  EXPECT_EQ(v4.packet.length, 54U);
  EXPECT_TRUE(checksums_ok(v4.packet.frame()));

  PacketBuffer v6{
      tcp_frame({.v6 = true, .extensions = bytes({6, 0, 1, 4, 0, 0, 0, 0}), .first_extension = 60, .payload = "abc"})};
  EXPECT_EQ(unf.run(v6.packet), "out");
  EXPECT_EQ(v6.packet.length, 74U);
  EXPECT_TRUE(checksums_ok(v6.packet.frame()));
  for (auto& emitted : unf.context().emitted) {
    auto back = emitted.buffer.frame();
    EXPECT_TRUE(checksums_ok(back));
    EXPECT_EQ(tcp(back).ack, 1003U);
  }
}

TEST(TcpReset, SequenceNumbersWrap) {
  UnfUnderTest unf{"TcpReset"};
  EXPECT_EQ(unf.run(tcp_frame({.seq = 0xffffffff, .flags = syn, .payload = "ab"})), "out");
  auto back = unf.context().emitted.front().buffer.frame();
  EXPECT_EQ(tcp(back).ack, 2U);
}

TEST(TcpReset, NeverAnswersAReset) {
  UnfUnderTest unf{"TcpReset"};
  EXPECT_EQ(unf.run(tcp_frame({.flags = rst})), "drop");
  EXPECT_EQ(unf.run(tcp_frame({.flags = rst | ack | syn, .payload = "x"})), "drop");
  EXPECT_TRUE(unf.context().emitted.empty());
  EXPECT_EQ(unf.count("is_reset"), 2U);
}

TEST(TcpReset, DropsWhatIsNotTcp) {
  UnfUnderTest unf{"TcpReset"};
  auto later_fragment = tcp_frame({.payload = "abc"});
  ipv4(later_fragment).fragment = 9;
  for (const auto& frame :
       {udp_frame(), arp_frame(), later_fragment, Bytes{}, ipv4_frame({.proto = 6, .payload = Bytes(19)})}) {
    EXPECT_EQ(unf.run(frame), "drop");
  }
  EXPECT_TRUE(unf.context().emitted.empty());
  EXPECT_EQ(unf.count("not_tcp"), 5U);
}

TEST(TcpReset, TellsTheReceiverWhereThereIsNoPacketForTheSender) {
  UnfUnderTest unf{"TcpReset"};
  unf.context().may_emit = 0;
  PacketBuffer buffer{tcp_frame({.payload = "abc"})};
  EXPECT_EQ(unf.run(buffer.packet), "out");
  EXPECT_EQ(unf.count("no_packet"), 1U);
  auto onward = buffer.frame();
  EXPECT_NE(tcp(onward).flags & rst, 0);
}

TEST(TcpReset, TakesTheDevicesWordNoLonger) {
  UnfUnderTest unf{"TcpReset"};
  PacketBuffer buffer{tcp_frame({.payload = "abc"})};
  buffer.packet.l4_checksum = Checksum::bad;
  EXPECT_EQ(unf.run(buffer.packet), "out");
  EXPECT_EQ(buffer.packet.l4_checksum, Checksum::good);
}

// Its own output is never answered: two of them face to face do not chatter.
RC_GTEST_PROP(TcpResetProperty, ItsResetsEndTheTalk,
              (std::uint8_t flags, std::uint32_t seq, std::uint32_t number, bool v6)) {
  UnfUnderTest unf{"TcpReset"};
  PacketBuffer buffer{tcp_frame({.v6 = v6, .seq = seq, .ack = number, .flags = flags, .payload = "data"})};
  const bool answered = unf.run(buffer.packet) == "out";
  RC_ASSERT(answered == ((flags & rst) == 0));
  if (!answered) return;
  RC_ASSERT(checksums_ok(buffer.packet.frame()));
  auto back = unf.context().emitted.front().buffer.frame();
  RC_ASSERT(checksums_ok(back));
  RC_ASSERT(unf.run(back) == "drop");
  RC_ASSERT(unf.run(buffer.frame()) == "drop");
}

}  // namespace
}  // namespace unf::dataplane
