#include "dataplane/unfs/byte_filter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/by_name.h"

namespace unf::dataplane {
namespace {

using testing_support::by_name;

ByteSet set_of(std::string_view text) {
  ByteSet set;
  for (const unsigned char c : text) set.set(c);
  return set;
}

struct Case {
  const char* name;
  const char* pattern;
  bool caseless;
  std::optional<std::string> bytes;  // nullopt: none is known
};
class RequiredBytes : public testing::TestWithParam<Case> {};

TEST_P(RequiredBytes, AreTheRarestThatEveryMatchHas) {
  const auto set = required_bytes(GetParam().pattern, GetParam().caseless);
  ASSERT_EQ(set.has_value(), GetParam().bytes.has_value());
  if (set) {
    EXPECT_EQ(*set, set_of(*GetParam().bytes));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Known, RequiredBytes,
    testing::Values(Case{"Literal", "'", false, "'"}, Case{"RarerOfTwo", "a'", false, "'"},
                    Case{"Caseless", "a", true, "aA"}, Case{"CaselessSign", "@", true, "@"},
                    Case{"Space", "union\\s+select", true, " \t\n\v\f\r"}, Case{"EscapedSign", "a\\(b", false, "("},
                    Case{"Alternatives", "'x|;y", false, "';"}, Case{"Group", "a(?:'|;)b", false, "';"},
                    Case{"Capture", "(')", false, "'"}, Case{"Class", "[';]", false, "';"},
                    Case{"ClassRange", "[!-#]", false, "!\"#"}, Case{"ClassOfBracket", "[]']", false, "]'"},
                    Case{"ClassEscape", "[\\s;]", false, " \t\n\v\f\r;"}, Case{"OptionalLeftOut", "';?", false, "'"},
                    Case{"PlusCounts", "'+", false, "'"}, Case{"RepeatCounts", "'{2,3}", false, "'"},
                    Case{"ZeroRepeatLeftOut", "x'{0,3}", false, "x"}, Case{"BraceAsItIs", "a{x", false, "{"},
                    Case{"LazyPlusCounts", "'+?", false, "'"}, Case{"LazyOptionalLeftOut", "x'??", false, "x"},
                    Case{"NoLowerBoundLeftOut", "x'{,3}", false, "x"}, Case{"Anchors", "^'$", false, "'"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Unknown, RequiredBytes,
    testing::Values(Case{"Nothing", "", false, std::nullopt}, Case{"AllOptional", "'*;?", false, std::nullopt},
                    Case{"OneAlternativeFree", "'|.*", false, std::nullopt},
                    Case{"EmptyAlternative", "'|", false, std::nullopt}, Case{"Dot", ".", false, std::nullopt},
                    Case{"InlineOption", "(?i)a", false, std::nullopt}, Case{"LookAhead", "(?=')", false, std::nullopt},
                    Case{"HexEscape", "\\x27", false, std::nullopt},
                    Case{"PosixClass", "[[:space:]]", false, std::nullopt}, Case{"Unclosed", "('", false, std::nullopt},
                    Case{"UnclosedClass", "[a", false, std::nullopt}, Case{"Stray", "a)b", false, std::nullopt},
                    Case{"EndsInEscape", "a\\", false, std::nullopt}),
    by_name);

TEST(RequiredBytesDepth, IsBounded) {
  const auto deep = std::string(100'000, '(') + "'" + std::string(100'000, ')');
  EXPECT_EQ(required_bytes(deep, false), std::nullopt);
}

RC_GTEST_PROP(RequiredBytesProperty, AnyPatternIsSafe, ()) {
  const auto pattern = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"ab'\\[](){}?*+|^$-.,:0123s"}));
  const auto set = required_bytes(pattern, true);
  RC_ASSERT(!set || set->any() || pattern.find('[') != std::string::npos);
}

RC_GTEST_PROP(ByteFilterProperty, EqualsTheSet, ()) {
  const auto members = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  const auto text = *rc::gen::scale(3.0, rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
  const ByteFilter filter{set_of(members)};
  const bool expected =
      std::any_of(text.begin(), text.end(), [&](char c) { return members.find(c) != std::string::npos; });
  RC_ASSERT(filter.any_in(text) == expected);
}

TEST(ByteFilter, FindsEachByteAtEachPlace) {
  for (unsigned c = 0; c < 256; ++c) {
    ByteSet set;
    set.set(c);
    const ByteFilter filter{set};
    for (std::size_t at = 0; at < 40; ++at) {
      auto text = std::string(40, static_cast<char>(c ^ 0x80));
      ASSERT_FALSE(filter.any_in(text)) << c;
      text[at] = static_cast<char>(c);
      ASSERT_TRUE(filter.any_in(text)) << c << " at " << at;
    }
  }
}

}  // namespace
}  // namespace unf::dataplane
