#include "graph/passes/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;
using namespace testing_support;

/// `from.gate>to` of each edge that is not a drop, `[paths]` behind those that are for some.
std::vector<std::string> flows(const std::vector<Plan::Edge>& edges) {
  std::vector<std::string> texts;
  for (const auto& edge : edges) {
    if (!edge.to) continue;
    auto text = edge.from.get() + "." + edge.gate + ">" + edge.to->get();
    if (!edge.paths.empty()) text += fmt::format("[{}]", fmt::join(edge.paths, ","));
    texts.push_back(std::move(text));
  }
  return texts;
}

Plan compiled(const ServiceRequest& request, const CompileOptions& options = {}) {
  auto plan = compile(request, paper_catalog(), Inventory::built_in(), options);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  return plan.value_or(Plan{});
}

TEST(CompileSample, SixteenNodesBecomeNine) {
  const auto plan = compiled(enterprise_edge());
  EXPECT_EQ(plan.totals.nodes_before, 16);
  EXPECT_EQ(plan.totals.nodes_after, 9);
  EXPECT_THAT(flows(plan.edges),
              UnorderedElementsAre("edge/firewall/in.out>edge/app-fw/check", "edge/app-fw/check.out>edge/firewall/filter",
                                   "edge/firewall/filter.out>edge/monitor/histogram",
                                   "edge/monitor/histogram.out>edge/app-fw/http", "edge/app-fw/http.http>edge/monitor/count",
                                   "edge/app-fw/http.other>edge/app-fw/out", "edge/monitor/count.out>edge/app-fw/validate",
                                   "edge/app-fw/validate.ok>edge/app-fw/out", "edge/app-fw/validate.bad>edge/app-fw/reset",
                                   "edge/app-fw/reset.out>edge/app-fw/out"));
}

}  // namespace
}  // namespace unf::graph
