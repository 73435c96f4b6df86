#include "dataplane/unfs/header_classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "dataplane/unfs/flow_rules.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class HeaderClassifiers : public testing::Test {
 protected:
  HeaderClassifiers() { start_eal(); }
};

constexpr std::string_view kRules =
    "# a site's classes\n"
    "drop  tcp  any         any  any             23       # telnet\r\n"
    "c1    tcp  10.0.0.0/8  any  192.168.1.2     80-443\n"
    "c2    udp  any         53   any             any\n"
    "other any  10.6.6.6    any  any             any\n"
    "c14   icmp any         any  10.0.0.0/8      any\n"
    "c3    tcp  2001:db8::/32 any 2001:db8::2/128 443\n"
    "c2    udp  10.0.0.0/8  any  any             any";

struct Case {
  const char* name;
  Bytes frame;
  const char* gate;
};
class ClassifierDecides : public HeaderClassifiers, public testing::WithParamInterface<Case> {};

TEST_P(ClassifierDecides, ByTheFirstRuleThatMatches) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  EXPECT_EQ(unf.run(GetParam().frame), GetParam().gate);
  EXPECT_EQ(unf.count("denied"), GetParam().gate == std::string_view{"drop"} ? 1U : 0U);
}

Bytes lying(Bytes frame) {
  ipv4(frame).total_length = 4000;
  fix_ipv4_checksum(frame);
  return frame;
}
const Bytes kTcpTo80 = bytes({0x9c, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0});
INSTANTIATE_TEST_SUITE_P(
    Rules, ClassifierDecides,
    testing::Values(
        Case{"Web", tcp_frame({.dport = 80}), "c1"}, Case{"BehindRange", tcp_frame({.dport = 444}), "other"},
        Case{"OtherSource", tcp_frame({.src = "11.0.0.1"}), "other"}, Case{"Telnet", tcp_frame({.dport = 23}), "drop"},
        Case{"DnsAnswer", udp_frame({.sport = 53}), "c2"},
        Case{"DnsAnswer6", udp_frame({.v6 = true, .sport = 53}), "c2"},
        Case{"SameGateByALaterRule", udp_frame({.sport = 54}), "c2"},
        Case{"OtherByRule", udp_frame({.src = "10.6.6.6"}), "other"},
        Case{"LastGate", ipv4_frame({.dst = "10.1.1.1", .proto = 1, .payload = Bytes(8)}), "c14"},
        Case{"Web6", tcp_frame({.v6 = true, .dport = 443}), "c3"},
        Case{"Web6OtherPort", tcp_frame({.v6 = true}), "other"},
        Case{"Tagged", tcp_frame({.link = {.vlans = {1, 2}}}), "c1"},
        Case{"WithOptions", tcp_frame({.ip_options = bytes({1, 1, 1, 0})}), "c1"},
        Case{"FirstFragment", ipv4_frame({.proto = 6, .fragment = 0x2000, .payload = kTcpTo80}), "c1"},
        Case{"LaterFragmentHasNoPorts", ipv4_frame({.proto = 6, .fragment = 2, .payload = kTcpTo80}), "other"},
        Case{"Arp", arp_frame(), "other"}, Case{"Empty", {}, "other"}, Case{"LyingLength", lying(tcp_frame()), "other"},
        Case{"CutOff", ethernet_frame(0x0800, Bytes(12)), "other"}),
    by_name);

TEST_F(HeaderClassifiers, WithoutRulesKnowNoClass) {
  const auto file = rules("# nothing\n");
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  EXPECT_EQ(unf.run(tcp_frame()), "other");
}

TEST_F(HeaderClassifiers, DecideAFullBurst) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  std::vector<Bytes> burst;
  std::vector<std::string_view> expected;
  for (int i = 0; i < 64; ++i) {
    const bool v6 = i % 3 == 0;
    burst.push_back(i % 4 == 0 ? arp_frame()
                               : tcp_frame({.v6 = v6, .dport = static_cast<std::uint16_t>(i % 2 == 0 ? 443 : 23)}));
    expected.push_back(i % 4 == 0 ? "other" : i % 2 != 0 ? "drop" : v6 ? "c3" : "c1");
  }
  EXPECT_EQ(unf.run(burst), expected);
}

TEST_F(HeaderClassifiers, UseATableThatAnotherBuilt) {
  const auto* type = find_unf("HeaderClassifier");
  const auto file = rules(kRules);
  HeapMemory memory;
  void* shared = type->build_shared(file.config, file.artifacts, memory).value();
  {
    const Artifacts none;
    auto unf = type->make({.config = file.config, .artifacts = none, .shared = shared}).value();
    PacketBuffer buffer{tcp_frame()};
    Packet* const packets[]{&buffer.packet};
    Gate gate = 0xff;
    TestContext context;
    unf->process({.packets = packets, .gates = &gate, .mask = 1}, context);
    EXPECT_EQ(gate, HeaderClassifier::c1);
  }
  type->free_shared(shared);
}

/// A match that a rule's words can say, and the line that says it.
Match sayable() {
  auto match = *matches();
  match.ether_type = std::nullopt;
  match.vlan = std::nullopt;
  match.dscp = std::nullopt;
  if (match.src && match.dst && match.src->v6 != match.dst->v6) match.dst = std::nullopt;
  const bool ports = !match.sport.any() || !match.dport.any();
  if (ports && match.proto && *match.proto != 6 && *match.proto != 17 && *match.proto != 132) match.proto = 6;
  return match;
}
std::string line_of(std::string_view gate, const Match& match) {
  const auto address = [](const std::optional<IpPrefix>& prefix) { return prefix ? prefix->to_string() : "any"; };
  return fmt::format("{} {} {} {}-{} {} {}-{}\n", gate, match.proto ? std::to_string(*match.proto) : "any",
                     address(match.src), match.sport.first, match.sport.last, address(match.dst), match.dport.first,
                     match.dport.last);
}

RC_GTEST_FIXTURE_PROP(HeaderClassifiers, DecideAsTheNaiveMatcher, ()) {
  std::string text;
  std::vector<std::string_view> gates;
  std::vector<ClassifierRule> naive;
  for (auto n = *rc::gen::inRange(0, 12); n > 0; --n) {
    naive.push_back({.match = sayable()});
    gates.push_back(HeaderClassifier::kDescriptor.gates[*rc::gen::inRange<std::size_t>(0, 16)]);
    text += line_of(gates.back(), naive.back().match);
  }
  const auto file = rules(text);
  UnfUnderTest unf{"HeaderClassifier", file.config, file.artifacts};
  for (int i = 0; i < 20; ++i) {
    PacketBuffer buffer{*frames()};
    const auto first = naive_first(naive, buffer.packet);
    const auto frame = buffer.packet.frame();
    const bool ip = network_layer(frame, link_layer(frame)).ok();
    RC_ASSERT(unf.run(buffer.packet) == (ip && first ? gates[*first] : "other"));
  }
}

struct BadCase {
  const char* name;
  std::string_view text;
  std::string_view message;
};
class ClassRuleErrors : public testing::TestWithParam<BadCase> {};

TEST_P(ClassRuleErrors, NameLineAndExpectation) {
  const auto parsed = parse_flow_rules({"qos.rules", std::string{GetParam().text}}, kClassifierVerdicts);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::malformed);
  EXPECT_EQ(parsed.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, ClassRuleErrors,
    testing::Values(BadCase{"FewWords", "c1 tcp any any any",
                            "qos.rules:1: 5 words, expected GATE PROTO SRC SPORTS DST DPORTS"},
                    BadCase{"Gate", "c15 tcp any any any any",
                            "qos.rules:1: unknown gate 'c15', expected drop, other, or c1 to c14"},
                    BadCase{"Action", "allow tcp any any any any",
                            "qos.rules:1: unknown gate 'allow', expected drop, other, or c1 to c14"},
                    BadCase{"AllOfThem", "c1 tcp any any any 80\nC1 tcp any any any 80\n\nc2 tcp any any any nine\n",
                            "qos.rules:2: unknown gate 'C1', expected drop, other, or c1 to c14\n"
                            "qos.rules:4: bad ports 'nine', expected any, N or A-B, from 0 to 65535"}),
    by_name);

TEST_F(HeaderClassifiers, NeedTheirRuleFile) {
  const Artifacts none;
  const nlohmann::json unknown{{"rules", "sha256:00"}};
  EXPECT_EQ(find_unf("HeaderClassifier")->make({.config = unknown, .artifacts = none}).error().message,
            "rules: no artifact 'sha256:00', expected one of the plan's");
}

RC_GTEST_PROP(ClassRuleProperty, AnyTextIsSafe, (std::string text)) {
  const auto parsed = parse_flow_rules({"f", text}, kClassifierVerdicts);
  RC_ASSERT(parsed || parsed.error().message.starts_with("f:"));
}

}  // namespace
}  // namespace unf::dataplane
