#include "graph/model/match.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"

namespace unf {
namespace {

using testing_support::by_name;

struct PrefixCase {
  const char* name;
  const char* text;
  const char* normal;
};  // normal nullptr: refused
class ParsePrefix : public testing::TestWithParam<PrefixCase> {};

TEST_P(ParsePrefix, GivesTheNormalFormOrRefuses) {
  const auto prefix = IpPrefix::parse(GetParam().text);
  ASSERT_EQ(prefix.has_value(), GetParam().normal != nullptr);
  if (prefix) {
    EXPECT_EQ(prefix->to_string(), GetParam().normal);
  } else {
    EXPECT_EQ(prefix.error().code, Errc::malformed);
  }
}
INSTANTIATE_TEST_SUITE_P(
    IpPrefix, ParsePrefix,
    testing::Values(PrefixCase{"Plain", "10.0.0.0/8", "10.0.0.0/8"}, PrefixCase{"HostBits", "10.1.2.3/8", "10.0.0.0/8"},
                    PrefixCase{"OddLength", "10.255.255.255/13", "10.248.0.0/13"},
                    PrefixCase{"Address", "192.0.2.1", "192.0.2.1/32"},
                    PrefixCase{"Everything", "0.0.0.0/0", "0.0.0.0/0"},
                    PrefixCase{"V6", "2001:db8:ffff::1/32", "2001:db8::/32"}, PrefixCase{"V6Address", "::1", "::1/128"},
                    PrefixCase{"TooLong", "10.0.0.0/33", nullptr}, PrefixCase{"V6TooLong", "::/129", nullptr},
                    PrefixCase{"NoLength", "10.0.0.0/", nullptr}, PrefixCase{"Negative", "10.0.0.0/-1", nullptr},
                    PrefixCase{"Trailing", "10.0.0.0/8x", nullptr}, PrefixCase{"ThreeOctets", "10.0.0/8", nullptr},
                    PrefixCase{"Name", "any", nullptr}, PrefixCase{"Empty", "", nullptr}),
    by_name);

RC_GTEST_PROP(PrefixProperty, TextGoesBothWays, (std::array<std::uint8_t, 16> address, bool v6)) {
  IpPrefix prefix{.v6 = v6, .address = address, .length = *rc::gen::inRange<std::uint8_t>(0, v6 ? 129 : 33)};
  const auto once = IpPrefix::parse(prefix.to_string());
  RC_ASSERT(once.has_value());
  RC_ASSERT(once->length == prefix.length);
  RC_ASSERT(IpPrefix::parse(once->to_string()) == *once);
}

RC_GTEST_PROP(PrefixProperty, AnyTextIsSafe, (const std::string& text)) { std::ignore = IpPrefix::parse(text); }

TEST(MatchJson, GoesBothWays) {
  const Match match{.ether_type = 0x0800,
                    .proto = 6,
                    .src = *IpPrefix::parse("10.0.0.0/8"),
                    .dst = *IpPrefix::parse("::/0"),
                    .sport = {1, 2},
                    .dport = {80, 80},
                    .vlan = 7,
                    .dscp = 46};
  const auto json = to_json(match);
  EXPECT_EQ(json["src"], "10.0.0.0/8");
  EXPECT_EQ(json["dport"], nlohmann::json::parse("[80, 80]"));
  EXPECT_EQ(match_from_json(json), match);
  EXPECT_EQ(match_from_json(to_json(Match{})), Match{});
  EXPECT_EQ(match_from_json(nlohmann::json::object()), Match{});
}

struct BadCase {
  const char* name;
  const char* json;
  const char* message;
};
class BadMatch : public testing::TestWithParam<BadCase> {};

TEST_P(BadMatch, NamesTheMember) {
  const auto match = match_from_json(nlohmann::json::parse(GetParam().json));
  ASSERT_FALSE(match.has_value());
  EXPECT_EQ(match.error().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Match, BadMatch,
    testing::Values(BadCase{"Proto", R"({"proto": 256})", "proto: is 256, expected a whole number from 0 to 255"},
                    BadCase{"Negative", R"({"vlan": -1})", "vlan: is -1, expected a whole number from 0 to 4095"},
                    BadCase{"Dscp", R"({"dscp": 64})", "dscp: is 64, expected a whole number from 0 to 63"},
                    BadCase{"Source", R"({"src": "lan"})",
                            "src: 'lan' is no IP prefix, expected ADDRESS or ADDRESS/LENGTH"},
                    BadCase{"Range", R"({"dport": [81, 80]})", "dport: expected a range of ports, [FIRST, LAST]"},
                    BadCase{"NoObject", "[]", "is [], expected an object"}),
    by_name);

}  // namespace
}  // namespace unf
