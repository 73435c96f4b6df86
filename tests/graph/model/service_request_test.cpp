#include "graph/model/service_request.h"

#include <gtest/gtest.h>

#include "tests/support/by_name.h"

namespace unf {
namespace {

/// Two aspects that both scale `a`; `b` scales by none.
ServiceRequest::Vnf scaled() {
  return {.name = "v",
          .level = "large",
          .aspects = {{.name = "wide", .max_level = 3, .node_deltas = {{"a", {1, 2, 4}}}},
                      {.name = "deep", .max_level = 1, .node_deltas = {{"a", {10}}}}},
          .initial = {{"a", 2}, {"b", 3}},
          .levels = {{"small", {}}, {"large", {{"wide", 2}}}},
          .level_instances = {{"large", {{"a", 99}, {"b", 5}}}}};
}

struct Case {
  const char* name;
  const char* level;
  std::map<std::string, std::uint32_t> scale;
  std::uint32_t of_a, of_b, of_c;
};
class Instances : public testing::TestWithParam<Case> {};

TEST_P(Instances, AreThoseOfTheLevels) {
  auto vnf = scaled();
  vnf.level = GetParam().level;
  vnf.scale = GetParam().scale;
  EXPECT_EQ(instances_of(vnf, "a"), GetParam().of_a);
  EXPECT_EQ(instances_of(vnf, "b"), GetParam().of_b);
  EXPECT_EQ(instances_of(vnf, "c"), GetParam().of_c);
}
INSTANTIATE_TEST_SUITE_P(ServiceRequest, Instances,
                         testing::Values(Case{"AtTheStart", "", {}, 2, 3, 1}, Case{"Small", "small", {}, 2, 3, 1},
                                         Case{"LargeAddsUpItsSteps", "large", {}, 2 + 1 + 2, 5, 1},
                                         Case{"AChosenScaleLevelGoesBeforeTheLevels", "large", {{"wide", 0}}, 2, 5, 1},
                                         Case{"AspectsAddUp", "large", {{"deep", 1}}, 2 + 1 + 2 + 10, 5, 1},
                                         Case{"ToTheTop", "small", {{"wide", 3}, {"deep", 1}}, 2 + 7 + 10, 3, 1}),
                         testing_support::by_name);

TEST(ScaleLevel, IsTheChosenOneElseTheLevels) {
  auto vnf = scaled();
  EXPECT_EQ(scale_level(vnf, "wide"), 2);
  EXPECT_EQ(scale_level(vnf, "deep"), 0);
  vnf.scale["wide"] = 3;
  EXPECT_EQ(scale_level(vnf, "wide"), 3);
}

}  // namespace
}  // namespace unf
