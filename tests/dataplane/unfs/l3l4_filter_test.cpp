#include "dataplane/unfs/l3l4_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "graph/model/filter_rules.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/matching.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

class L3L4Filters : public testing::Test {
 protected:
  L3L4Filters() { start_eal(); }
};

constexpr std::string_view kRules =
    "# a site's rules\n"
    "\n"
    "deny  tcp  any         any  any             23       # telnet\r\n"
    "allow tcp  10.0.0.0/8  any  192.168.1.2     80-443\n"
    "allow udp  any         53   any             any\n"
    "deny  any  10.6.6.6    any  any             any\n"
    "allow icmp any         any  10.0.0.0/8      any\n"
    "allow tcp  2001:db8::/32 any 2001:db8::2/128 443\n"
    "allow 47   any         any  any             any";

struct Case {
  const char* name;
  Bytes frame;
  const char* reason;  // the counter, nullptr: passes
};
class FilterDecides : public L3L4Filters, public testing::WithParamInterface<Case> {};

TEST_P(FilterDecides, ByTheFirstRuleThatMatches) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"L3L4Filter", file.config, file.artifacts};
  EXPECT_EQ(unf.run(GetParam().frame), GetParam().reason == nullptr ? "out" : "drop");
  for (const auto counter : unf.descriptor().counters) {
    EXPECT_EQ(unf.count(counter), GetParam().reason != nullptr && counter == GetParam().reason ? 1U : 0U) << counter;
  }
}

Bytes lying(Bytes frame) {
  ipv4(frame).total_length = 4000;
  fix_ipv4_checksum(frame);
  return frame;
}
const Bytes kTcpTo80 = bytes({0x9c, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0});
INSTANTIATE_TEST_SUITE_P(
    Rules, FilterDecides,
    testing::Values(
        Case{"Web", tcp_frame({.dport = 80}), nullptr}, Case{"EndOfRange", tcp_frame({.dport = 443}), nullptr},
        Case{"BehindRange", tcp_frame({.dport = 444}), "no_match"},
        Case{"OtherSource", tcp_frame({.src = "11.0.0.1"}), "no_match"},
        Case{"OtherDestination", tcp_frame({.dst = "192.168.1.3"}), "no_match"},
        Case{"Telnet", tcp_frame({.dport = 23}), "denied"}, Case{"DnsAnswer", udp_frame({.sport = 53}), nullptr},
        Case{"DnsAnswer6", udp_frame({.v6 = true, .sport = 53}), nullptr},
        Case{"OtherUdp", udp_frame({.sport = 54}), "no_match"},
        Case{"DeniedSource", udp_frame({.src = "10.6.6.6"}), "denied"},
        Case{"AllowedBeforeDenied", udp_frame({.src = "10.6.6.6", .sport = 53}), nullptr},
        Case{"Icmp", ipv4_frame({.dst = "10.1.1.1", .proto = 1, .payload = Bytes(8)}), nullptr},
        Case{"Gre", ipv4_frame({.proto = 47, .payload = Bytes(8)}), nullptr},
        Case{"Web6", tcp_frame({.v6 = true, .dport = 443}), nullptr},
        Case{"Web6OtherPort", tcp_frame({.v6 = true}), "no_match"},
        Case{"Tagged", tcp_frame({.link = {.vlans = {1, 2}}}), nullptr},
        Case{"WithOptions", tcp_frame({.ip_options = bytes({1, 1, 1, 0})}), nullptr},
        Case{"FirstFragment", ipv4_frame({.proto = 6, .fragment = 0x2000, .payload = kTcpTo80}), nullptr},
        Case{"LaterFragmentHasNoPorts", ipv4_frame({.proto = 6, .fragment = 2, .payload = kTcpTo80}), "no_match"},
        Case{"LaterFragmentOfDenied", ipv4_frame({.src = "10.6.6.6", .proto = 6, .fragment = 2, .payload = kTcpTo80}),
             "denied"},
        Case{"Arp", arp_frame(), "not_ip"}, Case{"Empty", {}, "not_ip"},
        Case{"LyingLength", lying(tcp_frame()), "malformed"},
        Case{"CutOff", ethernet_frame(0x0800, Bytes(12)), "malformed"}),
    by_name);

TEST_F(L3L4Filters, WithoutRulesLetNothingPass) {
  const auto file = rules("# nothing\n");
  UnfUnderTest unf{"L3L4Filter", file.config, file.artifacts};
  EXPECT_EQ(unf.run(tcp_frame()), "drop");
  EXPECT_EQ(unf.count("no_match"), 1U);
}

TEST_F(L3L4Filters, DecideAFullBurst) {
  const auto file = rules(kRules);
  UnfUnderTest unf{"L3L4Filter", file.config, file.artifacts};
  std::vector<Bytes> burst;
  std::vector<std::string_view> expected;
  for (int i = 0; i < 64; ++i) {
    burst.push_back(i % 4 == 0
                        ? arp_frame()
                        : tcp_frame({.v6 = i % 3 == 0, .dport = static_cast<std::uint16_t>(i % 2 == 0 ? 443 : 23)}));
    expected.push_back(i % 4 != 0 && i % 2 == 0 ? "out" : "drop");
  }
  EXPECT_EQ(unf.run(burst), expected);
}

TEST_F(L3L4Filters, UseATableThatAnotherBuilt) {
  const auto* type = builtin_unfs().find("L3L4Filter");
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
    EXPECT_EQ(gate, L3L4Filter::out);
  }
  type->free_shared(shared);
}

struct BadCase {
  const char* name;
  std::string_view text;
  std::string_view message;
};
class FilterRuleErrors : public testing::TestWithParam<BadCase> {};

TEST_P(FilterRuleErrors, NameLineAndExpectation) {
  const auto parsed = parse_filter_rules({"fw.rules", std::string{GetParam().text}}, kFilterVerdicts);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::malformed);
  EXPECT_EQ(parsed.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, FilterRuleErrors,
    testing::Values(
        BadCase{"FewWords", "allow tcp any any any",
                "fw.rules:1: 5 words, expected allow|deny PROTO SRC SPORTS DST DPORTS"},
        BadCase{"ManyWords", "allow tcp any any any any any",
                "fw.rules:1: 7 words, expected allow|deny PROTO SRC SPORTS DST DPORTS"},
        BadCase{"Action", "permit tcp any any any any", "fw.rules:1: unknown action 'permit', expected allow or deny"},
        BadCase{"Protocol", "allow tpc any any any any",
                "fw.rules:1: unknown protocol 'tpc', expected any, a name such as tcp, or a number from 0 to 255"},
        BadCase{"ProtocolNumber", "allow 256 any any any any",
                "fw.rules:1: unknown protocol '256', expected any, a name such as tcp, or a number from 0 to 255"},
        BadCase{"Address", "allow tcp 10.0.0.0/33 any any any",
                "fw.rules:1: bad address '10.0.0.0/33', expected any, or a prefix such as 10.0.0.0/8 or 2001:db8::/32"},
        BadCase{"Ports", "allow tcp any 90-80 any any",
                "fw.rules:1: bad ports '90-80', expected any, N or A-B, from 0 to 65535"},
        BadCase{"PortTooHigh", "allow tcp any any any 65536",
                "fw.rules:1: bad ports '65536', expected any, N or A-B, from 0 to 65535"},
        BadCase{"TwoVersions", "allow any 10.0.0.1 any ::1 any",
                "fw.rules:1: one address is IPv4, the other IPv6, expected one version"},
        BadCase{"PortsWithoutPorts", "allow icmp any any any 80",
                "fw.rules:1: ports with protocol icmp, which has none, expected any"},
        BadCase{"Control", "allow \x01 any any any any",
                "fw.rules:1: unknown protocol '\\x01', expected any, a name such as tcp, or a number from 0 to 255"},
        BadCase{"AllOfThem", "allow tcp any any any 80\nx\n\n# y\ndeny tcp any any any nine\n",
                "fw.rules:2: 1 words, expected allow|deny PROTO SRC SPORTS DST DPORTS\n"
                "fw.rules:5: bad ports 'nine', expected any, N or A-B, from 0 to 65535"}),
    by_name);

TEST_F(L3L4Filters, NeedTheirRuleFile) {
  const auto* type = builtin_unfs().find("L3L4Filter");
  const Artifacts none;
  const nlohmann::json missing = nlohmann::json::object(), unknown{{"rules", "sha256:00"}};
  EXPECT_EQ(type->make({.config = missing, .artifacts = none}).error().message,
            "rules: missing, expected the digest of a rule file");
  EXPECT_EQ(type->make({.config = unknown, .artifacts = none}).error().message,
            "rules: no artifact 'sha256:00', expected one of the plan's");
  const nlohmann::json two{{"rules", {"sha256:00", "sha256:00"}}};
  EXPECT_EQ(type->make({.config = two, .artifacts = none}).error().message,
            "rules: a list of 2 files, expected one file");
}

RC_GTEST_PROP(FilterRuleProperty, AnyTextIsSafe, (std::string text)) {
  const auto parsed = parse_filter_rules({"f", text}, kFilterVerdicts);
  RC_ASSERT(parsed || parsed.error().message.starts_with("f:"));
}

}  // namespace
}  // namespace unf::dataplane
