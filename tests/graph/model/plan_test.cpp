#include "tests/support/plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/by_name.h"

namespace unf {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::by_name;
using testing_support::small_plan;

TEST(PlanJson, GoesBothWays) {
  auto plan = small_plan();
  plan.edges[0].paths = {"web"};
  plan.edges[0].link = Plan::Link::nsh;
  plan.edges[0].nsh = Plan::Nsh{.spi = 7, .si = 254};
  plan.counters[0].paths = {"web"};
  plan.default_action = Plan::Default::bridge;
  plan.original.classifiers[0].to = NodeId{"edge/a/check"};
  const auto text = dump(plan);
  EXPECT_EQ(text.back(), '\n');
  const auto read = parse_plan(text);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(dump(*read), text);
  EXPECT_EQ(read->original.classifiers[0].to, NodeId{"edge/a/check"});
  EXPECT_EQ(read->edges[0].nsh->spi, 7U);
}

TEST(PlanJson, AGateMayBeBalancedOverSeveralNodes) {
  auto plan = small_plan();
  auto other = plan.edges[1];
  other.id = EdgeId{9};
  other.to = NodeId{"edge/b/out"};
  plan.edges.push_back(other);
  EXPECT_FALSE(parse_plan(dump(plan)).has_value()) << "two targets";
  plan.edges[1].port = Plan::Port::balance;
  EXPECT_FALSE(parse_plan(dump(plan)).has_value()) << "one of two is balanced";
  plan.edges.back().port = Plan::Port::balance;
  EXPECT_TRUE(parse_plan(dump(plan)).has_value());
  plan.edges.back().to = plan.edges[1].to;
  EXPECT_FALSE(parse_plan(dump(plan)).has_value()) << "the same target twice";
}

TEST(PlanJson, LeavesOutOriginalClassifiersThatAreThePlans) {
  const auto plan = small_plan();
  EXPECT_FALSE(to_json(plan)["original"].contains("classifiers"));
  const auto read = parse_plan(dump(plan));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->original.classifiers.size(), 1);
  EXPECT_EQ(read->original.classifiers[0].match, plan.classifiers[0].match);
}

struct BadCase {
  const char* name;
  void (*spoil)(json&);
  const char* message;
};
class BadPlan : public testing::TestWithParam<BadCase> {};

TEST_P(BadPlan, NamesTheMember) {
  auto plan = to_json(small_plan());
  GetParam().spoil(plan);
  const auto read = parse_plan(plan.dump());
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    Plan, BadPlan,
    testing::Values(
        BadCase{"NoObject", [](json& p) { p = json::array(); }, "the plan is not a JSON object"},
        BadCase{"Format", [](json& p) { p["format"] = 2; }, "format: is 2, expected 1"},
        BadCase{"NoNodes", [](json& p) { p.erase("nodes"); }, "nodes: missing"},
        BadCase{"TypeOfType", [](json& p) { p["nodes"][3]["type"] = 7; }, "nodes[3].type: is 7, expected a string"},
        BadCase{"NodeTwice", [](json& p) { p["nodes"][1]["id"] = "edge/a/in"; }, "nodes[1].id: 'edge/a/in' twice"},
        BadCase{"EdgeTwice", [](json& p) { p["edges"][1]["id"] = 1; }, "edges[1].id: 1 twice"},
        BadCase{"EdgeFromNowhere", [](json& p) { p["edges"][0]["from"] = "x"; }, "edges[0].from: no node 'x'"},
        BadCase{"EdgeToNowhere", [](json& p) { p["edges"][0]["to"] = "x"; }, "edges[0].to: no node 'x'"},
        BadCase{"TwoTargets", [](json& p) { p["edges"][2]["gate"] = "out"; },
                "edges[2]: gate 'out' of 'edge/a/check' has two targets"},
        BadCase{"BalancedDrop", [](json& p) { p["edges"][2]["port"] = "balance"; },
                "edges[2].to: null, expected a node to balance to"},
        BadCase{"Link", [](json& p) { p["edges"][0]["link"] = "wire"; },
                "edges[0].link: is \"wire\", expected one of call, ring, nsh"},
        BadCase{"Classifier", [](json& p) { p["classifiers"][0]["to"] = "x"; }, "classifiers[0].to: no node 'x'"},
        BadCase{"Match", [](json& p) { p["classifiers"][0]["match"]["src"] = "x"; },
                "classifiers[0].match: src: 'x' is no IP prefix"},
        BadCase{"Counter", [](json& p) { p["counters"][0]["in"] = {99}; }, "counters[0]: no edge 99"},
        BadCase{"Default", [](json& p) { p["default"] = "pass"; },
                "default: is \"pass\", expected one of drop, bridge"},
        BadCase{"Artifact", [](json& p) { p["artifacts"].begin().value()["text"] = "deny\n"; },
                "the text has the digest sha256:"},
        BadCase{"Original", [](json& p) { p["original"]["edges"][0]["to"] = "x"; },
                "original.edges[0].to: no node 'x'"},
        BadCase{"NoOwner", [](json& p) { p["nodes"][0]["owners"] = json::array(); },
                "nodes[0].owners: empty, expected the node's owner"},
        BadCase{"Core", [](json& p) { p["nodes"][0]["core"] = -1; }, "nodes[0].core: is -1, expected a whole number"}),
    by_name);

TEST(BadPlan, NamesEveryProblemOnALineOfItsOwn) {
  auto plan = to_json(small_plan());
  plan["nodes"][0].erase("type");
  plan["edges"][0]["gate"] = json();
  EXPECT_EQ(parse_plan(plan.dump()).error().message, "nodes[0].type: missing\nedges[0].gate: null, expected a string");
}

RC_GTEST_PROP(PlanProperty, AnyTextIsSafe, (const std::string& text)) { RC_ASSERT(!parse_plan(text).has_value()); }

/// Replaces one value somewhere in the plan by another: read or refused, never a crash.
RC_GTEST_PROP(PlanProperty, AnyDamageIsSafe, ()) {
  auto plan = to_json(small_plan());
  const auto flat = plan.flatten();
  auto at = flat.begin();
  std::advance(at, *rc::gen::inRange<std::size_t>(0, flat.size()));
  plan[json::json_pointer{at.key()}] =
      *rc::gen::element(json(), json(-1), json(1e99), json("x"), json::array(), json::object(), json(true));
  std::ignore = parse_plan(plan.dump());
}

TEST(Plan, FindsNodesById) {
  const auto plan = small_plan();
  ASSERT_NE(plan.find(NodeId{"edge/b/filter"}), nullptr);
  EXPECT_EQ(plan.find(NodeId{"edge/b/filter"})->type, "L3L4Filter");
  EXPECT_EQ(plan.find(NodeId{"edge/b/check"}), nullptr);
}

TEST(Plan, AsOriginalCountsEachNodeByItsOwnEdges) {
  const auto original = small_plan().as_original();
  const auto counter_of = [&](const char* owner) {
    return *std::find_if(original.counters.begin(), original.counters.end(),
                         [&](const auto& c) { return c.owner == OwnerPath{owner}; });
  };
  ASSERT_EQ(original.counters.size(), original.nodes.size());
  EXPECT_EQ(counter_of("edge/a/in").in, std::vector{EdgeId{1}}) << "a NicIngress has no in edge";
  EXPECT_EQ(counter_of("edge/a/check").drop, std::vector{EdgeId{3}});
  EXPECT_EQ(counter_of("edge/b/out").out, std::vector{EdgeId{4}}) << "a NicEgress has no out edge";
  EXPECT_TRUE(parse_plan(dump(original)).has_value());
}

TEST(PlanDot, ShowsRunnersNodesAndDrops) {
  auto plan = small_plan();
  plan.edges[0].paths = {"a", "b"};
  plan.nodes[0].id = NodeId{"say \"in\""};
  const auto dot = to_dot(plan);
  EXPECT_THAT(dot, HasSubstr("label=\"local r1 (core 1)\""));
  EXPECT_THAT(dot, HasSubstr("\"edge/a/check\" [label=\"CheckIPHeader\nedge/a/check\nedge/b/check\", shape=box]"));
  EXPECT_THAT(dot, HasSubstr("\"say \\\"in\\\"\""));
  EXPECT_THAT(dot, HasSubstr("\"edge/a/check\" -> drop_3 [label=\"drop\"]"));
  EXPECT_THAT(dot, HasSubstr("label=\"out [a, b]\", style=bold"));
}

}  // namespace
}  // namespace unf
