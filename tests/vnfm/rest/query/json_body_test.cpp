#include "vnfm/rest/query/json_body.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;

std::string nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJson, TakesWhatIsJson) {
  EXPECT_EQ(parse_json(R"({"a": [1, -0.5, "ü", null], "b": {"a": true}})"),
            (json{{"a", {1, -0.5, "ü", nullptr}}, {"b", {{"a", true}}}}));
  EXPECT_EQ(parse_json("18446744073709551615"), json(18446744073709551615U));
  EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)));
}

struct BadJson {
  const char* name;
  std::string text;
  const char* why;
};
class BadJsonTexts : public testing::TestWithParam<BadJson> {};
TEST_P(BadJsonTexts, AreRefused) {
  const auto parsed = parse_json(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::malformed);
  EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().why));
}
INSTANTIATE_TEST_SUITE_P(
    ParseJson, BadJsonTexts,
    testing::Values(BadJson{"Empty", "", "unexpected end"}, BadJson{"NoJson", "a: b", "line 1, column 1"},
                    BadJson{"HalfAnObject", R"({"a": )", "unexpected end"},
                    BadJson{"TrailingText", "{} {}", "expected end of input"},
                    BadJson{"TooDeep", nested(kMaxJsonDepth + 1), "deeper than 64"},
                    BadJson{"FarTooDeep", std::string(100'000, '['), "deeper than 64"},
                    BadJson{"TwoMembersOfOneName", R"({"a": 1, "b": {"a": 2}, "a": 3})", "a: given twice"},
                    BadJson{"NumberOutOfRange", "[1e999]", "number overflow"},
                    BadJson{"Utf8", "\"\xc3\x28\"", "ill-formed UTF-8"},
                    BadJson{"Overlong", "\"\xc0\xaf\"", "ill-formed UTF-8"},
                    BadJson{"ControlCharacter", "\"a\nb\"", "control character"},
                    BadJson{"HalfASurrogate", R"("\ud800")", "surrogate"}, BadJson{"NaN", "NaN", "invalid literal"},
                    BadJson{"LeadingZero", "01", "expected end of input"}),
    by_name);

RC_GTEST_PROP(ParseJsonProperty, AnyBytesAreSafe, (const std::string& text)) { std::ignore = parse_json(text); }

const json kSchema = json::parse(R"({
  "type": "object", "required": ["vnfdId"],
  "properties": {
    "vnfdId": {"type": "string", "minLength": 1},
    "numberOfSteps": {"type": "integer", "minimum": 1},
    "type": {"enum": ["SCALE_OUT", "SCALE_IN"]},
    "extVirtualLinks": {"type": "array", "items": {"type": "object", "required": ["id"],
      "properties": {"id": {"type": "string"}}}}
  }})");

struct BadBody {
  const char* name;
  const char* body;
  std::vector<std::string> says;
};
class BadBodies : public testing::TestWithParam<BadBody> {};
TEST_P(BadBodies, AreRefusedByTheAttribute) {
  const auto checked = JsonSchema{kSchema}.check(json::parse(GetParam().body));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::malformed);
  for (const auto& part : GetParam().says) EXPECT_THAT(checked.error().message, HasSubstr(part));
}
INSTANTIATE_TEST_SUITE_P(
    JsonSchema, BadBodies,
    testing::Values(
        BadBody{"Missing", "{}", {"the body: ", "vnfdId"}}, BadBody{"WrongType", R"({"vnfdId": 1})", {"vnfdId: "}},
        BadBody{"NoObject", "[]", {"the body: "}},
        BadBody{"TooSmall", R"({"vnfdId": "a", "numberOfSteps": 0})", {"numberOfSteps: "}},
        BadBody{"NoInteger", R"({"vnfdId": "a", "numberOfSteps": 1.5})", {"numberOfSteps: "}},
        BadBody{"NotInEnum", R"({"vnfdId": "a", "type": "UP"})", {"type: "}},
        BadBody{"Inside", R"({"vnfdId": "a", "extVirtualLinks": [{"id": "x"}, {}]})", {"extVirtualLinks/1: ", "id"}},
        BadBody{"AllAtOnce", R"({"vnfdId": 1, "type": "UP"})", {"vnfdId: ", "type: "}}),
    by_name);

TEST(JsonSchema, UnknownAttributesAreIgnored) {
  EXPECT_TRUE(JsonSchema{kSchema}.check({{"vnfdId", "a"}, {"other", 1}}));
}

}  // namespace
}  // namespace unf::vnfm
