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
using testing_support::staged_plan;

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

TEST(PlanJson, AGateMayBranchToAStage) {
  const auto text = dump(staged_plan());
  const auto read = parse_plan(text);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(dump(*read), text);
  EXPECT_FALSE(read->reorders());
  const auto stage = planned_stage(*read, 0).value();
  ASSERT_EQ(stage.members.size(), 2U);
  EXPECT_EQ(stage.split, 0U);
  EXPECT_EQ(stage.join, 3U);
  EXPECT_EQ(stage.members[1].node, 2U);
  EXPECT_EQ(stage.members[1].branch, std::vector<std::size_t>{1});
  EXPECT_EQ(stage.members[1].out, std::vector<std::size_t>{3});
  EXPECT_EQ(stage.members[1].drop, std::vector<std::size_t>{4});
}

TEST(PlanJson, PathsOfAStageMayHaveEdgesOfTheirOwn) {
  auto plan = staged_plan();
  plan.classifiers.push_back({.id = 2, .path = "rest", .in = NicName{"in"}, .match = {}, .to = NodeId{"edge/a/in"}});
  const auto edges = plan.edges;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    plan.edges[i].paths = {"web"};
    plan.edges.push_back(edges[i]);
    plan.edges.back().id = EdgeId{static_cast<std::uint32_t>(10 + i)};
    plan.edges.back().paths = {"rest"};
  }
  const auto read = parse_plan(dump(plan));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(planned_stage(*read, 0)->members[0].branch, (std::vector<std::size_t>{0, 6}));
}

class BadStage : public testing::TestWithParam<BadCase> {};

TEST_P(BadStage, IsOneLine) {
  auto plan = to_json(staged_plan());
  plan["counters"] = json::array();
  GetParam().spoil(plan);
  const auto read = parse_plan(plan.dump());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Plan, BadStage,
    testing::Values(
        BadCase{"OneMember",
                [](json& p) {
                  p["stages"][0].erase(1);
                  p["edges"].erase(1);
                },
                "stages[0]: 1 members, expected 2 to 8"},
        BadCase{"NineMembers", [](json& p) { p["stages"][0].insert(p["stages"][0].end(), 7, json("x")); },
                "stages[0]: 9 members, expected 2 to 8"},
        BadCase{"UnknownMember", [](json& p) { p["stages"][0].push_back("x"); }, "stages[0]: no node 'x'"},
        BadCase{"MemberTwice", [](json& p) { p["stages"][0].push_back("edge/a/check"); },
                "stages[0]: 'edge/a/check' is a member twice"},
        BadCase{"SharedRunner", [](json& p) { p["nodes"][2]["runner"] = "r1"; },
                "stages[0]: 'edge/a/check' shares runner r1 with 'edge/b/filter', expected one of its own"},
        BadCase{"InIo", [](json& p) { p["nodes"][1]["runner"] = "io"; },
                "stages[0]: 'edge/a/check' is in runner io, expected one of its own"},
        BadCase{"NoBranch",
                [](json& p) {
                  for (const int i : {0, 1}) p["edges"][i]["port"] = "balance";
                },
                "stages[0]: edge 1 to 'edge/a/check': port balance, expected branch"},
        BadCase{"BranchToNobody", [](json& p) { p["stages"] = json::array(); },
                "edges[0].to: branches, expected a member of a stage\n"
                "edges[1].to: branches, expected a member of a stage"},
        BadCase{"OtherSplit", [](json& p) { p["edges"][1]["from"] = "edge/b/out"; },
                "stages[0]: is led to by 'out' of 'edge/a/in' and 'out' of 'edge/b/out', expected one gate"},
        BadCase{"OtherPaths",
                [](json& p) {
                  p["edges"][0]["paths"] = {"web"};
                  p["edges"][1]["paths"] = {"other"};
                },
                "stages[0]: 'edge/a/check' and 'edge/b/filter' get packets of other paths"},
        BadCase{"NothingLeadsTo", [](json& p) { p["edges"].erase(1); }, "stages[0]: no edge leads to 'edge/b/filter'"},
        BadCase{"NothingLeadsOn", [](json& p) { p["edges"].erase(3); },
                "stages[0]: no edge leads on from 'edge/b/filter'"},
        BadCase{"NotOrdered", [](json& p) { p["edges"][3]["port"] = "single"; },
                "stages[0]: edge 4 from 'edge/b/filter': port single, expected ordered"},
        BadCase{"OtherJoin", [](json& p) { p["edges"][3]["to"] = "edge/a/in"; },
                "stages[0]: its members lead to 'edge/b/out' and 'edge/a/in', expected one node"},
        BadCase{"DropThatLeadsOn", [](json& p) { p["edges"][5]["to"] = "edge/b/out"; },
                "stages[0]: what 'edge/a/check' drops goes to 'edge/b/out'"},
        BadCase{"GateThatDrops", [](json& p) { p["edges"][5]["gate"] = "other"; },
                "stages[0]: edge 6: gate 'other' of 'edge/a/check' drops"},
        BadCase{"TwoGates",
                [](json& p) {
                  p["edges"][5].update({{"gate", "other"}, {"to", "edge/b/out"}, {"port", "ordered"}});
                },
                "stages[0]: 'edge/a/check' has gates 'out' and 'other', expected one besides drop"},
        BadCase{"EnteredFromOutside", [](json& p) { p["classifiers"][0]["to"] = "edge/a/check"; },
                "stages[0]: path web enters at its member 'edge/a/check'"}),
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
  EXPECT_THAT(dot, HasSubstr("\"edge/a/check\" [label=\"CheckIPHeader\na/check\nb/check\", shape=box, style=striped, "
                             "fillcolor=\"#8dd3c7:#ffffb3\"];"));
  EXPECT_THAT(dot, HasSubstr("\"say \\\"in\\\"\""));
  EXPECT_THAT(dot, HasSubstr("\"edge/a/check\" -> \"drop_3\" [label=\"drop\"]"));
  EXPECT_THAT(dot, HasSubstr("label=\"out [a, b]\", style=bold"));
}

TEST(PlanDot, NamesOwnersInFullWhereServicesShareAGraph) {
  auto plan = small_plan();
  plan.services = {"edge", "web"};
  EXPECT_THAT(to_dot(plan), HasSubstr("[label=\"CheckIPHeader\nedge/a/check\nedge/b/check\""));
}

/// A service of VNFs `v0`, `v1`, ..., each one uNF that leads to the next one's.
Plan chain_of(std::uint32_t vnfs) {
  auto plan = small_plan();
  const auto model = plan.nodes[1];
  plan.original = {};
  for (std::uint32_t i = 0; i < vnfs; ++i) {
    auto node = model;
    node.id = NodeId{"edge/v" + std::to_string(i) + "/check"};
    node.owners = {OwnerPath{node.id.get()}};
    if (i > 0)
      plan.original.edges.push_back(
          {.id = EdgeId{i}, .from = plan.original.nodes.back().id, .gate = "out", .to = node.id});
    plan.original.nodes.push_back(std::move(node));
  }
  return plan;
}

TEST(PlanDot, PutsThreeVnfsBesideEachOtherAndFurtherOnesBelow) {
  const auto dot = to_dot(chain_of(4));
  EXPECT_THAT(dot, HasSubstr("\"asked for: column_0\" -> \"asked for: over_1\" -> \"asked for: column_1\" -> "
                             "\"asked for: over_2\" -> \"asked for: column_2\";"));
  EXPECT_THAT(dot, HasSubstr("\"asked for: over_2\" -> \"asked for: edge/v1/check\" [dir=none];\n"
                             "\"asked for: over_2\" -> \"asked for: edge/v2/check\" [label=\"out\"];"));
  EXPECT_THAT(dot, HasSubstr("\"asked for: edge/v2/check\" -> \"asked for: edge/v3/check\" [label=\"out\"];"));
  EXPECT_THAT(dot, HasSubstr("\"asked for: edge/v0/check\" -> \"asked for: column_3\" [style=invis];"));
}

TEST(PlanDot, DrawsThePlanBelowWhatWasAskedFor) {
  EXPECT_THAT(to_dot(chain_of(1)), HasSubstr("\"asked for: edge/v0/check\" -> \"edge/a/in\" [style=invis];"));
}

TEST(PlanDot, DrawsAPlanThatKeepsNoOriginal) {
  const auto dot = to_dot(chain_of(0));
  EXPECT_THAT(dot, HasSubstr("label=\"local r1 (core 1)\""));
  EXPECT_THAT(dot, testing::Not(HasSubstr("column_")));
}

}  // namespace
}  // namespace unf
