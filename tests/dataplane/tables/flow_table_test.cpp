#include "dataplane/tables/flow_table.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rte_malloc.h>

#include <deque>

#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class FlowTables : public testing::Test {
 protected:
  FlowTables() { start_eal(); }
};

OwnFlowTable table_of(const std::vector<FlowRule>& rules) { return OwnFlowTable{FlowTable::build(rules).value()}; }

std::uint32_t verdict(const FlowTable& table, const Bytes& frame, std::uint8_t nic = 0) {
  PacketBuffer buffer{frame};
  buffer.packet.in_nic = nic;
  const auto link = link_layer(buffer.packet.frame());
  FlowBatch batch{table};
  batch.add(0, buffer.packet, link, network_layer(buffer.packet.frame(), link));
  std::uint32_t result = UINT32_MAX;
  batch.classify([&](std::size_t, std::uint32_t v) { result = v; });
  return result;
}

TEST_F(FlowTables, WithoutRulesMatchNothing) {
  const auto table = table_of({});
  EXPECT_EQ(verdict(*table, udp_frame()), 0U);
  EXPECT_EQ(verdict(*table, udp_frame({.v6 = true})), 0U);
}

TEST_F(FlowTables, TakeTheFirstOfTwoThatMatch) {
  const auto table = table_of({{.match = {.proto = 17}, .verdict = 1}, {.match = {}, .verdict = 2}});
  EXPECT_EQ(verdict(*table, udp_frame()), 1U);
  EXPECT_EQ(verdict(*table, tcp_frame()), 2U);
  EXPECT_EQ(verdict(*table, udp_frame({.v6 = true})), 1U);
}

TEST_F(FlowTables, GiveNoPortsToALaterFragment) {
  const auto table = table_of({{.match = {.proto = 17, .dport = {53, 53}}, .verdict = 1},
                               {.match = {.proto = 17, .dport = {0, 60000}}, .verdict = 2},
                               {.match = {.proto = 17}, .verdict = 3}});
  const auto body = bytes({0x13, 0x88, 0, 53, 0, 8, 0, 0});
  EXPECT_EQ(verdict(*table, ipv4_frame({.fragment = 0x2000, .payload = body})), 1U);
  EXPECT_EQ(verdict(*table, ipv4_frame({.fragment = 0x0001, .payload = body})), 3U);
}

TEST_F(FlowTables, KnowTheNicOnlyWhereARuleAsks) {
  const auto table = table_of({{.match = {}, .nic = 3, .verdict = 1}});
  EXPECT_EQ(verdict(*table, udp_frame(), 3), 1U);
  EXPECT_EQ(verdict(*table, udp_frame(), 2), 0U);
}

TEST_F(FlowTables, HoldAHundredProtocolsAndRefuseMoreThanTheyCan) {
  std::vector<FlowRule> rules;
  for (unsigned proto = 0; proto < 127; ++proto)
    rules.push_back({.match = {.proto = static_cast<std::uint8_t>(proto)}, .verdict = proto + 1});
  const auto table = table_of(rules);
  EXPECT_EQ(verdict(*table, ipv4_frame({.proto = 126})), 127U);
  EXPECT_EQ(verdict(*table, ipv4_frame({.proto = 127})), 0U);

  rules.push_back({.match = {.proto = 127}, .verdict = 128});
  const auto refused = FlowTable::build(rules);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  EXPECT_EQ(refused.error().message, "the rules name more than 127 protocols");
}

TEST_F(FlowTables, AreBuiltAgainAndAgain) {
  for (int i = 0; i < 100; ++i) {
    const auto a = table_of({{.match = {.proto = 6}, .verdict = 1}});
    const auto b = table_of({{.match = {.proto = 6}, .verdict = 2}});
    EXPECT_EQ(verdict(*a, tcp_frame()), 1U);
    EXPECT_EQ(verdict(*b, tcp_frame()), 2U);
  }
}

TEST_F(FlowTables, ClassifyAFullBurst) {
  const auto table =
      table_of({{.match = {.dport = {1, 32}}, .verdict = 1}, {.match = {.dport = {33, 65535}}, .verdict = 2}});
  std::deque<PacketBuffer> buffers;
  FlowBatch batch{*table};
  for (std::uint16_t i = 0; i < FlowBatch::kCapacity; ++i) {
    const auto& packet =
        buffers.emplace_back(udp_frame({.v6 = i % 3 == 0, .dport = static_cast<std::uint16_t>(i + 1)})).packet;
    const auto link = link_layer(packet.frame());
    batch.add(i, packet, link, network_layer(packet.frame(), link));
  }
  std::size_t visits = 0;
  batch.classify([&](std::size_t i, std::uint32_t v) {
    ++visits;
    EXPECT_EQ(v, i < 32 ? 1U : 2U) << i;
  });
  EXPECT_EQ(visits, FlowBatch::kCapacity);
}

TEST_F(FlowTables, OfAListAreAllBuiltOrNone) {
  const std::vector<FlowRule> well{{.match = {.proto = 17}, .verdict = 1}};
  std::vector<FlowRule> too_many;
  for (int proto = 0; proto < 200; ++proto) {
    too_many.push_back({.match = {.proto = static_cast<std::uint8_t>(proto)}, .verdict = 1});
  }
  const auto allocated = [] {
    rte_malloc_socket_stats stats{};
    rte_malloc_get_socket_stats(0, &stats);
    return stats.alloc_count;
  };
  const auto before = allocated();
  EXPECT_EQ(FlowTableList::build(std::array{well, well, too_many}).error().code, Errc::unsupported);
  EXPECT_EQ(allocated(), before);
  {
    const OwnFlowTableList list{FlowTableList::build(std::array{well, well}).value()};
    EXPECT_EQ(list->count, 2U);
    EXPECT_GT(allocated(), before);
  }
  EXPECT_EQ(allocated(), before);
}

// Differential: the narrow layout, without VLAN, DSCP and NIC.
RC_GTEST_FIXTURE_PROP(FlowTables, FirstMatchEqualsTheNaiveOne, ()) {
  auto matches_ = *rc::gen::resize(20, rc::gen::container<std::vector<Match>>(matches()));
  std::vector<FlowRule> rules;
  std::vector<ClassifierRule> naive;
  for (auto& match : matches_) {
    match.vlan.reset();
    match.dscp.reset();
    naive.push_back({match, 0});
    rules.push_back({.match = match, .verdict = static_cast<std::uint32_t>(naive.size())});
  }
  const auto table = table_of(rules);
  for (int i = 0; i < 20; ++i) {
    PacketBuffer buffer{*sound_frames()};
    const auto expected = naive_first(naive, buffer.packet);
    RC_ASSERT(verdict(*table, buffer.frame()) == (expected ? *expected + 1 : 0));
  }
}

}  // namespace
}  // namespace unf::dataplane
