#include "vnfm/rest/query/attribute_selector.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/vnfm/rest/query/resource_schema.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;
using testing_support::by_name;

const std::vector<std::string> kDefault{"info", "metadata", "links"};  // links are required

struct Case {
  const char* name;
  const char* query;
  json dropped;  ///< JSON pointers of what is not shown; all else is
};
class Selectors : public testing::TestWithParam<Case> {};
TEST_P(Selectors, ShowWhatWasAskedFor) {
  const auto target = parse_target(std::string{"/x?"} + GetParam().query);
  const auto selector = AttributeSelector::parse(target->query, resource_schema(), kDefault);
  ASSERT_TRUE(selector) << selector.error().message;
  auto expected = json::array();
  for (const auto& path : GetParam().dropped) expected.push_back({{"op", "remove"}, {"path", path}});
  EXPECT_EQ(selector->apply(resource()), resource().patch(expected));
}
INSTANTIATE_TEST_SUITE_P(
    Sol013, Selectors,
    testing::Values(
        Case{"Nothing", "", {"/info", "/metadata"}}, Case{"ExcludeDefault", "exclude_default", {"/info", "/metadata"}},
        Case{"AllFields", "all_fields", json::array()}, Case{"Fields", "fields=metadata", {"/info"}},
        Case{"FieldsInside", "fields=info/extra", {"/metadata", "/info/cps"}},
        Case{"FieldsInAList", "fields=info/cps/name", {"/metadata", "/info/cps/0/addresses", "/info/cps/1/addresses"}},
        Case{"FieldsAndDefault", "fields=metadata&exclude_default", {"/info"}},
        Case{"FieldOfDefault", "fields=metadata/zone,id&exclude_default", {"/info"}},
        Case{"ExcludeFields", "exclude_fields=metadata,size", {"/metadata", "/size"}},
        Case{"ExcludeInside", "exclude_fields=info/cps/addresses", {"/info/cps/0/addresses", "/info/cps/1/addresses"}},
        Case{"ExcludeMapEntry", "exclude_fields=metadata/zone", {"/metadata/zone"}},
        Case{"ExcludeRequired", "exclude_fields=id,links,info/state", json::array()},
        Case{"Hyphen", "exclude-fields=metadata", {"/metadata"}}),
    by_name);

class BadSelectors : public testing::TestWithParam<const char*> {};
TEST_P(BadSelectors, AreRefused) {
  const auto target = parse_target(std::string{"/x?"} + GetParam());
  const auto selector = AttributeSelector::parse(target->query, resource_schema(), kDefault);
  ASSERT_FALSE(selector);
  EXPECT_EQ(selector.error().code, Errc::malformed);
}
INSTANTIATE_TEST_SUITE_P(Sol013, BadSelectors,
                         testing::Values("all_fields&fields=id", "all_fields&exclude_fields=id",
                                         "all_fields&exclude_default", "fields=id&exclude_fields=size",
                                         "exclude_fields=size&exclude_default", "fields=colour", "fields=info/colour",
                                         "fields=", "fields", "exclude_fields=id,,size"));

}  // namespace
}  // namespace unf::vnfm
