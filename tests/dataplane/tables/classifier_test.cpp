#include "dataplane/tables/classifier.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class Classifiers : public testing::Test {
 protected:
  Classifiers() { start_eal(); }
};

std::uint32_t first(const Classifier& classifier, const Bytes& frame, std::uint8_t nic = 0) {
  PacketBuffer buffer{frame};
  buffer.packet.in_nic = nic;
  Packet* const packets[]{&buffer.packet};
  std::uint32_t result = 12345;
  classifier.classify(packets, &result);
  return result;
}

TEST_F(Classifiers, TakeNothingWithoutRules) {
  const auto classifier = Classifier::build({}).value();
  EXPECT_EQ(first(classifier, udp_frame()), Classifier::kNone);
  EXPECT_EQ(first(classifier, arp_frame()), Classifier::kNone);
  EXPECT_EQ(first(classifier, {}), Classifier::kNone);
}

TEST_F(Classifiers, ApplyToTheirNic) {
  const auto classifier = Classifier::build(std::vector<ClassifierRule>{{{}, 1}, {{}, 0}}).value();
  EXPECT_EQ(first(classifier, udp_frame(), 0), 1U);
  EXPECT_EQ(first(classifier, udp_frame(), 1), 0U);
  EXPECT_EQ(first(classifier, arp_frame(), 1), 0U);
  EXPECT_EQ(first(classifier, arp_frame(), 2), Classifier::kNone);
}

TEST_F(Classifiers, OrderIpAndOtherRulesTogether) {
  const std::vector<ClassifierRule> rules{
      {{.ether_type = 0x0806}, 0}, {{.proto = 17}, 0}, {{}, 0}, {{.ether_type = 0x8847}, 0}};
  const auto classifier = Classifier::build(rules).value();
  EXPECT_EQ(first(classifier, arp_frame()), 0U);
  EXPECT_EQ(first(classifier, udp_frame()), 1U);
  EXPECT_EQ(first(classifier, tcp_frame()), 2U);
  EXPECT_EQ(first(classifier, ethernet_frame(0x8847, Bytes(20))), 2U);
}

TEST_F(Classifiers, MatchTheOuterVlanAndTheTypeBehind) {
  const std::vector<ClassifierRule> rules{{{.vlan = 7}, 0}, {{.ether_type = 0x0800}, 0}};
  const auto classifier = Classifier::build(rules).value();
  EXPECT_EQ(first(classifier, udp_frame({.link = {.vlans = {7}}})), 0U);
  EXPECT_EQ(first(classifier, udp_frame({.link = {.vlans = {7, 8}}})), 0U);
  EXPECT_EQ(first(classifier, udp_frame({.link = {.vlans = {8, 7}}})), 1U);
  EXPECT_EQ(first(classifier, arp_frame({.vlans = {7}})), 0U);
  EXPECT_EQ(first(classifier, udp_frame()), 1U);
}

TEST_F(Classifiers, GiveABrokenHeaderToRulesWithoutPorts) {
  const std::vector<ClassifierRule> rules{{{.proto = 17, .dport = {53, 53}}, 0}, {{.proto = 17}, 0}};
  const auto classifier = Classifier::build(rules).value();
  auto lying = udp_frame();
  ipv4(lying).total_length = 9000;
  EXPECT_EQ(first(classifier, udp_frame()), 0U);
  EXPECT_EQ(first(classifier, lying), 1U);
}

// Differential, over all fields and over broken frames; bursts longer than a batch.
RC_GTEST_FIXTURE_PROP(Classifiers, FirstMatchEqualsTheNaiveOne, ()) {
  const auto rules = *rc::gen::resize(20, rc::gen::container<std::vector<ClassifierRule>>(rc::gen::exec([] {
                                        return ClassifierRule{*matches(), *rc::gen::inRange<std::uint8_t>(0, 2)};
                                      })));
  const auto classifier = Classifier::build(rules).value();
  std::deque<PacketBuffer> buffers;
  std::vector<Packet*> packets;
  for (int i = 0; i < 70; ++i) {
    packets.push_back(&buffers.emplace_back(*frames()).packet);
    packets.back()->in_nic = *rc::gen::inRange<std::uint8_t>(0, 2);
  }
  std::vector<std::uint32_t> got(packets.size());
  classifier.classify(packets, got.data());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const auto expected = naive_first(rules, *packets[i]);
    RC_ASSERT(got[i] == (expected ? static_cast<std::uint32_t>(*expected) : Classifier::kNone));
  }
}

RC_GTEST_FIXTURE_PROP(Classifiers, AnyBytesAreSafe, (std::vector<std::uint8_t> data)) {
  static const auto classifier =
      Classifier::build(std::vector<ClassifierRule>{{{.proto = 6, .dport = {80, 80}}, 0}, {{.vlan = 1}, 0}}).value();
  const auto raw = std::as_bytes(std::span{data});
  const auto got = first(classifier, Bytes{raw.begin(), raw.end()});
  RC_ASSERT(got == 0 || got == 1 || got == Classifier::kNone);
}

}  // namespace
}  // namespace unf::dataplane
