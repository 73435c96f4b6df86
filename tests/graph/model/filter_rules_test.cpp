#include "graph/model/filter_rules.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"

namespace unf {
namespace {

using testing_support::by_name;

/// A line with the verdict that it begins with, for either kind of rule file.
struct LineCase {
  const char* name;
  const char* text;
  Match match;
  const char* normal = nullptr;  ///< as to_text has it, where that is not `text`
};
class FilterLine : public testing::TestWithParam<LineCase> {};

TEST_P(FilterLine, SaysWhichPacketsItIsFor) {
  for (const auto* verdicts : {&kFilterVerdicts, &kClassifierVerdicts}) {
    for (std::size_t v = 0; v < verdicts->words.size(); ++v) {
      if (table_of(v)) continue;  // only in a list
      const auto word = std::string{verdicts->words[v]} + " ";
      const auto rules = parse_filter_rules({"f", word + GetParam().text}, *verdicts);
      ASSERT_TRUE(rules) << rules.error().message;
      ASSERT_EQ(rules->size(), 1U);
      EXPECT_EQ(rules->front().verdict, v);
      EXPECT_TRUE(rules->front().match == GetParam().match);
      const auto* normal = GetParam().normal == nullptr ? GetParam().text : GetParam().normal;
      EXPECT_EQ(to_text(*rules, *verdicts), word + normal + "\n");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Words, FilterLine,
    testing::Values(LineCase{"Anything", "any any any any any", {}},
                    LineCase{"Name", "tcp any any any any", {.proto = 6}},
                    LineCase{"Number", "47 any any any any", {.proto = 47}, "gre any any any any"},
                    LineCase{"NumberWithoutAName", "255 any any any any", {.proto = 255}},
                    LineCase{"Source", "any 10.0.0.0/8 any any any", {.src = *IpPrefix::parse("10.0.0.0/8")}},
                    LineCase{"Address",
                             "any any any 192.0.2.1 any",
                             {.dst = *IpPrefix::parse("192.0.2.1")},
                             "any any any 192.0.2.1/32 any"},
                    LineCase{"Both",
                             "udp 2001:db8::/32 any ::1/128 any",
                             {.proto = 17, .src = *IpPrefix::parse("2001:db8::/32"), .dst = *IpPrefix::parse("::1")}},
                    LineCase{"Port", "tcp any any any 80", {.proto = 6, .dport = {80, 80}}},
                    LineCase{"Range", "udp any 1024-65535 any any", {.proto = 17, .sport = {1024, 65535}}},
                    LineCase{"WholeRange", "icmp any 0-65535 any any", {.proto = 1}, "icmp any any any any"},
                    LineCase{"PortsOfAnyProtocol", "any any 0 any 65535", {.sport = {0, 0}, .dport = {65535, 65535}}},
                    LineCase{"PortsOfSctp", "sctp any any any 7", {.proto = 132, .dport = {7, 7}}},
                    LineCase{"Blanks", "\t tcp  any any\tany   any \t\r", {.proto = 6}, "tcp any any any any"},
                    LineCase{"Comment", "tcp any any any any# all of it", {.proto = 6}, "tcp any any any any"}),
    by_name);

TEST(FilterFile, IsItsLinesInTheirOrder) {
  const auto rules = parse_filter_rules({"f",
                                         "# a site's rules\n"
                                         "\n"
                                         "deny  tcp any any any 23   # telnet\r\n"
                                         "  # indented\n"
                                         "allow udp any any any any"},
                                        kFilterVerdicts);
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(to_text(*rules, kFilterVerdicts), "deny tcp any any any 23\nallow udp any any any any\n");
}

TEST(FilterFile, MayHaveNone) {
  for (const auto* text : {"", "\n", "# nothing", "\r\n\t\n"})
    EXPECT_THAT(parse_filter_rules({"f", text}, kFilterVerdicts).value(), testing::IsEmpty());
}

struct BadCase {
  const char* name;
  const FilterVerdicts& verdicts;
  std::string_view text;
  std::string_view message;
};
class FilterRuleErrors : public testing::TestWithParam<BadCase> {};

TEST_P(FilterRuleErrors, NameLineAndExpectation) {
  const auto parsed = parse_filter_rules({"fw.rules", std::string{GetParam().text}}, GetParam().verdicts);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::malformed);
  EXPECT_EQ(parsed.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, FilterRuleErrors,
    testing::Values(
        BadCase{"FewWords", kFilterVerdicts, "allow tcp any any any",
                "fw.rules:1: 5 words, expected allow|deny PROTO SRC SPORTS DST DPORTS"},
        BadCase{"FewWordsOfAClass", kClassifierVerdicts, "c1 tcp any any any",
                "fw.rules:1: 5 words, expected GATE PROTO SRC SPORTS DST DPORTS"},
        BadCase{"ManyWords", kFilterVerdicts, "allow tcp any any any any any",
                "fw.rules:1: 7 words, expected allow|deny PROTO SRC SPORTS DST DPORTS"},
        BadCase{"Action", kFilterVerdicts, "permit tcp any any any any",
                "fw.rules:1: unknown action 'permit', expected allow or deny"},
        BadCase{"Gate", kClassifierVerdicts, "c15 tcp any any any any",
                "fw.rules:1: unknown gate 'c15', expected drop, other, c1 to c14, or table2 to table8"},
        BadCase{"ActionForAGate", kClassifierVerdicts, "allow tcp any any any any",
                "fw.rules:1: unknown gate 'allow', expected drop, other, c1 to c14, or table2 to table8"},
        BadCase{"GateInCapitals", kClassifierVerdicts, "C1 tcp any any any 80",
                "fw.rules:1: unknown gate 'C1', expected drop, other, c1 to c14, or table2 to table8"},
        BadCase{"Protocol", kFilterVerdicts, "allow tpc any any any any",
                "fw.rules:1: unknown protocol 'tpc', expected any, a name such as tcp, or a number from 0 to 255"},
        BadCase{"ProtocolNumber", kFilterVerdicts, "allow 256 any any any any",
                "fw.rules:1: unknown protocol '256', expected any, a name such as tcp, or a number from 0 to 255"},
        BadCase{"Address", kFilterVerdicts, "allow tcp 10.0.0.0/33 any any any",
                "fw.rules:1: bad address '10.0.0.0/33', expected any, or a prefix such as 10.0.0.0/8 or 2001:db8::/32"},
        BadCase{"Ports", kFilterVerdicts, "allow tcp any 90-80 any any",
                "fw.rules:1: bad ports '90-80', expected any, N or A-B, from 0 to 65535"},
        BadCase{"PortTooHigh", kFilterVerdicts, "allow tcp any any any 65536",
                "fw.rules:1: bad ports '65536', expected any, N or A-B, from 0 to 65535"},
        BadCase{"TwoVersions", kFilterVerdicts, "allow any 10.0.0.1 any ::1 any",
                "fw.rules:1: one address is IPv4, the other IPv6, expected one version"},
        BadCase{"PortsWithoutPorts", kFilterVerdicts, "allow icmp any any any 80",
                "fw.rules:1: ports with protocol icmp, which has none, expected any"},
        BadCase{"Control", kFilterVerdicts, "allow \x01 any any any any",
                "fw.rules:1: unknown protocol '\\x01', expected any, a name such as tcp, or a number from 0 to 255"},
        BadCase{"AllOfThem", kFilterVerdicts, "allow tcp any any any 80\nx\n\n# y\ndeny tcp any any any nine\n",
                "fw.rules:2: 1 words, expected allow|deny PROTO SRC SPORTS DST DPORTS\n"
                "fw.rules:5: bad ports 'nine', expected any, N or A-B, from 0 to 65535"},
        BadCase{"NoList", kClassifierVerdicts, "table2 tcp any any any any\n",
                "fw.rules:1: table2 is not in the list of rule files, which has 1"}),
    by_name);

struct BadList {
  const char* name;
  std::vector<std::string> texts;
  std::string_view message;
};
class FilterListErrors : public testing::TestWithParam<BadList> {};

TEST_P(FilterListErrors, NameFileLineAndExpectation) {
  std::vector<Artifact> files;
  for (const auto& text : GetParam().texts) files.push_back({std::to_string(files.size() + 1) + ".rules", text});
  std::vector<const Artifact*> list;
  for (const auto& file : files) list.push_back(&file);
  const auto parsed = parse_filter_tables(list, kClassifierVerdicts);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::malformed);
  EXPECT_EQ(parsed.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, FilterListErrors,
    testing::Values(BadList{"NotInTheList",
                            {"# first\ntable3 tcp any any any any\n", "c1 udp any any any any\n"},
                            "1.rules:2: table3 is not in the list of rule files, which has 2"},
                    BadList{"Itself",
                            {"table2 tcp any any any any\n", "table2 udp any any any any\n", "# none\n"},
                            "2.rules:1: table2 does not come behind table2"},
                    BadList{"Backwards",
                            {"table3 tcp any any any any\n", "# none\n", "table2 udp any any any any\n"},
                            "3.rules:1: table2 does not come behind table3"},
                    BadList{"TheFirst",
                            {"table2 tcp any any any any\n", "table1 udp any any any any\n"},
                            "2.rules:1: unknown gate 'table1', expected drop, other, c1 to c14, or table2 to table8"},
                    BadList{"OfAllFiles",
                            {"c1 tcp any any any\n", "table2 tcp any any any any\nc2 ip any any any any\n"},
                            "1.rules:1: 5 words, expected GATE PROTO SRC SPORTS DST DPORTS\n"
                            "2.rules:1: table2 does not come behind table2\n"
                            "2.rules:2: unknown protocol 'ip', expected any, a name such as tcp, or a number from 0 "
                            "to 255"}),
    by_name);

RC_GTEST_PROP(FilterRuleProperty, AnyTextIsSafe, (std::string text, bool classes)) {
  const auto parsed = parse_filter_rules({"f", text}, classes ? kClassifierVerdicts : kFilterVerdicts);
  RC_ASSERT(parsed || parsed.error().message.starts_with("f:"));
}

}  // namespace
}  // namespace unf
