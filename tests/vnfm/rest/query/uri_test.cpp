#include "vnfm/rest/query/uri.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"

namespace unf::vnfm {
namespace {
using testing::ElementsAre;
using testing_support::by_name;

TEST(ParseTarget, TakesPathAndQueryApart) {
  const auto target = parse_target("/vnflcm/v1/a%20b?filter=%28eq%2Ca%2Cx+y%29&all_fields&x=&&y=a=b");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_THAT(target->path, ElementsAre("vnflcm", "v1", "a b"));
  EXPECT_EQ(target->query.value("filter"), "(eq,a,x y)");
  EXPECT_TRUE(target->query.has("all_fields"));
  EXPECT_EQ(target->query.value("all_fields"), std::nullopt);
  EXPECT_EQ(target->query.value("x"), "");
  EXPECT_EQ(target->query.value("y"), "a=b");
  EXPECT_FALSE(target->query.has("z"));
}

TEST(ParseTarget, TheRootHasNoSegments) { EXPECT_TRUE(parse_target("/")->path.empty()); }

struct BadTarget {
  const char* name;
  std::string_view raw;
  Errc code;
};
class BadTargets : public testing::TestWithParam<BadTarget> {};
TEST_P(BadTargets, AreRefused) {
  const auto target = parse_target(GetParam().raw);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    ParseTarget, BadTargets,
    testing::Values(
        BadTarget{"Empty", "", Errc::malformed}, BadTarget{"Absolute", "http://a/b", Errc::malformed},
        BadTarget{"Star", "*", Errc::malformed}, BadTarget{"HalfAnEscape", "/a%2", Errc::malformed},
        BadTarget{"NoHex", "/a%zz", Errc::malformed}, BadTarget{"NoHexInQuery", "/a?b=%-1", Errc::malformed},
        BadTarget{"DotDot", "/a/../b", Errc::not_found}, BadTarget{"EncodedDotDot", "/a/%2e%2E/b", Errc::not_found},
        BadTarget{"DotDotSlashInOne", "/a/..%2fb", Errc::not_found}, BadTarget{"Dot", "/a/.", Errc::not_found},
        BadTarget{"EmptySegment", "/a//b", Errc::not_found}, BadTarget{"TrailingSlash", "/a/", Errc::not_found},
        BadTarget{"Nul", "/a%00b", Errc::not_found}, BadTarget{"LineFeed", "/a%0ab", Errc::not_found}),
    by_name);

RC_GTEST_PROP(ParseTargetProperty, WhatIsEncodedComesBack, (const std::string& segment, const std::string& value)) {
  const auto target = parse_target("/a?" + percent_encode(segment) + "=" + percent_encode(value));
  RC_ASSERT(target.has_value());
  RC_PRE(!segment.empty());
  RC_ASSERT(target->query.value(segment) == value);
}

RC_GTEST_PROP(ParseTargetProperty, AnyBytesAreSafe, (const std::string& raw)) { std::ignore = parse_target("/" + raw); }

}  // namespace
}  // namespace unf::vnfm
