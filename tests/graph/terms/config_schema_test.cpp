#include "graph/terms/config_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/by_name.h"

namespace unf::graph {
namespace {

using testing_support::by_name;

constexpr const char* kSchema = R"({
  "type": "object", "additionalProperties": false, "required": ["rate"],
  "properties": {"rate": {"type": "integer", "minimum": 1, "unf-reads": ["ip.ttl"]},
                 "keys": {"type": "array", "items": {"type": "string"}},
                 "files": {"type": ["string", "array"], "format": "unf-artifact", "items": {"type": "string"}, "minItems": 2}}})";

struct Case {
  const char* name;
  const char* config;
  const char* violation;
};  // nullptr: fits
class SchemaViolations : public testing::TestWithParam<Case> {};

TEST_P(SchemaViolations, NameTheMember) {
  const auto violations =
      ConfigSchema{nlohmann::json::parse(kSchema)}.violations(nlohmann::json::parse(GetParam().config));
  if (GetParam().violation == nullptr) {
    EXPECT_THAT(violations, testing::IsEmpty());
  } else {
    EXPECT_THAT(violations, testing::Contains(testing::HasSubstr(GetParam().violation)));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Draft7, SchemaViolations,
    testing::Values(Case{"Fits", R"({"rate": 5, "keys": ["a"]})", nullptr},
                    Case{"OneFile", R"({"rate": 5, "files": "a"})", nullptr},
                    Case{"Files", R"({"rate": 5, "files": ["a", "b"]})", nullptr},
                    Case{"FewFiles", R"({"rate": 5, "files": ["a"]})", "files: "}, Case{"Missing", "{}", "'rate'"},
                    Case{"WrongType", R"({"rate": "5"})", "rate: "}, Case{"TooSmall", R"({"rate": 0})", "rate: "},
                    Case{"Unknown", R"({"rate": 1, "burst": 2})", "'burst'"},
                    Case{"Element", R"({"rate": 1, "keys": ["a", 2]})", "keys[1]: "}, Case{"NoObject", "[]", "type"}),
    by_name);

TEST(SchemaViolations, SayWhenTheSchemaItselfIsUnusable) {
  const auto violations =
      ConfigSchema{nlohmann::json::parse(R"({"$ref": "http://example.com/elsewhere"})")}.violations({});
  ASSERT_EQ(violations.size(), 1);
  EXPECT_THAT(violations[0], testing::StartsWith("the type's schema cannot be used: "));
}

}  // namespace
}  // namespace unf::graph
