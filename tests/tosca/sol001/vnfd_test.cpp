#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/tosca/support.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

ServiceRequest::Vnf vnf_of(const Result<ServiceRequest>& service) {
  EXPECT_TRUE(service) << service.error().message;
  return service && service->vnfs.size() == 1 ? service->vnfs[0] : ServiceRequest::Vnf{};
}

std::vector<std::string> edges_of(const VnfTemplate& graph) {
  std::vector<std::string> edges;
  for (const auto& edge : graph.edges)
    edges.push_back(fmt::format("{}.{} {} :{}", edge.from, edge.gate, edge.to, edge.at.line));
  return edges;
}

TEST(VnfdReader, TakesGatesInBothNotationsAndLeavesOthersOut) {
  const auto vnf = vnf_of(read_files({{"v.yaml", vnfd_of_nodes(R"(    a:
      type: unf.nodes.HttpClassifier
      requirements:
        - http: { node: b, capability: packets }
    b: { type: unf.nodes.ValidateUrl, properties: { rules: r }, requirements: [ { bad: out }, { dependency: a } ] }
)")},
                                      {"r", "/x/"}}));
  EXPECT_THAT(edges_of(vnf.graph), ElementsAre("in.out a :6", "a.http b :11", "b.bad out :12"));
  EXPECT_EQ(vnf.graph.inputs, (std::map<std::string, std::string>{{"left", "in"}}));
  EXPECT_EQ(vnf.graph.outputs, (std::map<std::string, std::string>{{"right", "out"}}));
  EXPECT_EQ(vnf.vnfd_id, "example.Vnf");  // nothing else names it
}

struct Config {
  const char* name;
  const char* type;
  const char* properties;
  const char* config;
};
class Properties : public testing::TestWithParam<Config> {};

TEST_P(Properties, BecomeConfiguration) {
  const auto& [name, type, properties, config] = GetParam();
  const auto service = read_files(
      {{"d/v.yaml",
        "tosca_definitions_version: tosca_simple_yaml_1_2\n"
        "node_types:\n"
        "  acme.TopTwenty: { derived_from: unf.nodes.CountUrl, properties: { top: { type: integer, default: 20 } } }\n"
        "  acme.TopThirty: { derived_from: acme.TopTwenty, properties: { top: { type: integer, default: 30 }, owner: { "
        "type: string } } }\n"
        "topology_template:\n"
        "  inputs: { many: { type: integer, default: 7 }, name: { type: string, default: ab }, deep: { type: map, "
        "default: { a: { b: 9 } } } }\n"
        "  substitution_mappings: { node_type: v, requirements: { l: in, r: [ out ] } }\n"
        "  node_templates:\n"
        "    in: { type: unf.nodes.NicIngress, requirements: [ { out: a } ] }\n"
        "    a: { type: " +
            std::string{type} + ", properties: " + properties +
            ", requirements: [ { out: out } ] }\n"
            "    other: { type: unf.nodes.CountUrl, properties: { top: 77 }, requirements: [ { out: out } ] }\n"
            "    out: { type: unf.nodes.NicEgress }\n"}});
  EXPECT_EQ(vnf_of(service).graph.nodes.at(1).config.dump(), nlohmann::json::parse(config).dump());
}
INSTANTIATE_TEST_SUITE_P(
    Vnfd, Properties,
    testing::Values(
        Config{"Defaults", "unf.nodes.CountUrl", "{}", R"({"slots":4096,"top":10})"},
        Config{"Given", "unf.nodes.CountUrl", "{ top: 3, slots: ~ }", R"({"slots":4096,"top":3})"},
        Config{"DerivedType", "acme.TopTwenty", "{ slots: 16 }", R"({"slots":16,"top":20})"},
        Config{"TwiceDerived", "acme.TopThirty", "{ owner: me }", R"({"slots":4096,"top":30})"},
        Config{"VduProperties", "unf.nodes.CountUrl",
               "{ name: n, description: d, vdu_profile: { min_number_of_instances: 1 }, boot_order: false }",
               R"({"slots":4096,"top":10})"},
        Config{"Input", "unf.nodes.CountUrl", "{ top: { get_input: many } }", R"({"slots":4096,"top":7})"},
        Config{"InputPath", "unf.nodes.CountUrl", "{ top: { get_input: [ deep, a, b ] } }",
               R"({"slots":4096,"top":9})"},
        Config{"PropertyOfAnother", "unf.nodes.CountUrl", "{ top: { get_property: [ other, top ] } }",
               R"({"slots":4096,"top":77})"},
        Config{"Concat", "unf.nodes.Everything", "{ label: { concat: [ x, { get_input: name } ] } }",
               R"({"label":"xab"})"},
        Config{"Signs", "unf.nodes.Everything", "{ ratio: +1, limits: { rate: +5 } }",
               R"({"limits":{"rate":5},"ratio":1.0})"},
        Config{"Everything", "unf.nodes.Everything",
               "{ ratio: 0.5, verbose: true, label: abc, mode: safe, ports: [ 0, 65535 ], limits: { rate: -3 } }",
               R"({"label":"abc","limits":{"rate":-3},"mode":"safe","ports":[0,65535],"ratio":0.5,"verbose":true})"}),
    testing_support::by_name);

TEST(VnfdReader, KeepsALabelOfDigitsAsItWasWritten) {
  const auto service = read_files(
      {{"v.yaml",
        vnfd_of_nodes(
            "    a: { type: unf.nodes.L3L4Filter, properties: { rules: 1.10 }, requirements: [ { out: out } ] }\n")},
       {"1.10", "allow any any any any any\n"}});
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->artifacts.size(), 1);
  EXPECT_EQ(service->artifacts.begin()->second.name, "1.10");
}

TEST(VnfdReader, TakesAListOfRuleFiles) {
  const auto of = [](const std::string& rules) {
    return read_files({{"v.yaml", vnfd_of_nodes("    a: { type: unf.nodes.ValidateUrl, properties: { rules: " + rules +
                                                " }, requirements: [ { ok: out }, { bad2: out } ] }\n")},
                       {"x", "/x/"},
                       {"y", "/y/"}});
  };
  const auto service = of("[ x, y ]");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(vnf_of(service).graph.nodes.at(2).config,
            (nlohmann::json{{"rules", {digest_of("/x/"), digest_of("/y/")}}}));
  EXPECT_EQ(service->artifacts.size(), 2);
  EXPECT_EQ(problems_of(of("[ x ]")),
            "v.yaml:8: property `a.rules` is a list, expected the name of a file, or a list from 2 to 8 of them");
  EXPECT_THAT(problems_of(of("[ x, z ]")), HasSubstr("rule file `z` is absent"));
}

TEST(VnfdReader, FindsARuleFileBesideTheVnfdOrFromTheRootOfThePackage) {
  for (const auto* name : {"../Files/x.rules", "Files/x.rules"}) {
    const FileSet files{.paths = {"p"},
                        .files = {{"p/Definitions/v.yaml",
                                   vnfd_of_nodes(fmt::format("    a: {{ type: unf.nodes.L3L4Filter, properties: {{ "
                                                             "rules: {} }}, requirements: [ {{ out: out }} ] }}\n",
                                                             name))},
                                  {"p/Files/x.rules", "text"}}};
    const auto service = read_service(files, testing_support::test_catalog());
    ASSERT_TRUE(service) << service.error().message;
    EXPECT_EQ(service->artifacts.at(digest_of("text")).name, name);
  }
}

TEST(VnfdReader, TakesAVduCpForTheUnfItIsBoundTo) {
  const auto vnf = vnf_of(read_files({{"v.yaml", R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  substitution_mappings:
    { node_type: v, requirements: { left: [ cp, virtual_link ], right: [ out, virtual_link ] } }
  node_templates:
    cp: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ ethernet ] }, requirements: [ { virtual_binding: in } ] }
    in: { type: unf.nodes.NicIngress, requirements: [ { out: out } ] }
    out: { type: unf.nodes.NicEgress }
)"}}));
  EXPECT_EQ(vnf.graph.inputs, (std::map<std::string, std::string>{{"left", "in"}}));
}

TEST(VnfdReader, MergesAndAliasesAreWhatTheyStandFor) {
  const auto vnf = vnf_of(read_files({{"v.yaml", vnfd_of_nodes(R"(    a: &forward
      type: unf.nodes.CountUrl
      properties: &p { top: 3 }
      requirements: [ { out: b } ]
    b: { <<: *forward, properties: { <<: *p, slots: 8 }, requirements: [ { out: out } ] }
)")}}));
  EXPECT_THAT(edges_of(vnf.graph), ElementsAre("in.out a :6", "a.out b :11", "b.out out :12"));
  EXPECT_EQ(vnf.graph.nodes.at(3).config.dump(), R"({"slots":8,"top":3})");
}

TEST(VnfdReader, ReadsScalingAndAffinityOfSol001) {
  const auto vnf =
      vnf_of(read_files({{"v.yaml", vnfd_of_nodes(R"(    a: { type: unf.nodes.Forward, requirements: [ { out: b } ] }
    b: { type: unf.nodes.Forward, requirements: [ { out: out } ] }
  groups:
    both: { type: tosca.groups.nfv.PlacementGroup, members: [ a, b ] }
  policies:
    - aspects:
        type: tosca.policies.nfv.ScalingAspects
        properties: { aspects: { wide: { name: wide, description: w, max_scale_level: 3, step_deltas: [ one, two ] } } }
    - initial: { type: tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { number_of_instances: 1 } }, targets: [ a ] }
    - deltas:
        type: tosca.policies.nfv.VduScalingAspectDeltas
        properties: { aspect: wide, deltas: { one: { number_of_instances: 1 }, two: { number_of_instances: 2 } } }
        targets: [ a ]
    - levels: { type: tosca.policies.nfv.InstantiationLevels, properties: { levels: { small: { description: s } }, default_level: small } }
    - apart: { type: tosca.policies.nfv.AntiAffinityRule, properties: { scope: nfvi_node }, targets: [ both ] }
)")}}));
  EXPECT_EQ(vnf.level, "small");
  ASSERT_EQ(vnf.aspects.size(), 1);
  EXPECT_EQ(vnf.aspects[0].name, "wide");
  EXPECT_EQ(vnf.aspects[0].max_level, 3);
  EXPECT_THAT(vnf.aspects[0].node_deltas, ElementsAre(Pair("a", ElementsAre(1, 2, 2))));
  ASSERT_EQ(vnf.affinity.size(), 1);
  EXPECT_TRUE(vnf.affinity[0].anti);
  EXPECT_EQ(vnf.affinity[0].scope, "nfvi_node");
  EXPECT_THAT(vnf.affinity[0].nodes, ElementsAre("a", "b"));
}

/// A VNFD with one uNF and an aspect `wide` that adds one instance a step; `policies` come from line 13 on.
std::string scaled_vnfd(const std::string& policies) {
  return vnfd_of_nodes(
      "    a: { type: unf.nodes.Forward, requirements: [ { out: b } ] }\n"
      "    b: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n"
      "  policies:\n"
      "    - aspects: { type: tosca.policies.nfv.ScalingAspects, properties: { aspects: { wide: { max_scale_level: 3, "
      "step_deltas: [ one ] } } } }\n"
      "    - deltas: { type: tosca.policies.nfv.VduScalingAspectDeltas, properties: { aspect: wide, deltas: { one: { "
      "number_of_instances: 1 } } }, targets: [ a ] }\n" +
      policies);
}

TEST(VnfdReader, TakesInstantiationLevels) {
  const auto vnf = vnf_of(read_files({{"v.yaml", scaled_vnfd(R"(
    - of_b: { type: tosca.policies.nfv.VduInstantiationLevels, properties: { levels: { large: { number_of_instances: 4 } } }, targets: [ b ] }
    - levels:
        type: tosca.policies.nfv.InstantiationLevels
        properties:
          levels: { small: { description: s }, large: { description: l, scale_info: { wide: { scale_level: 2 } } } }
          default_level: large
    - initial: { type: tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { number_of_instances: 2 } }, targets: [ a ] }
)")}}));
  EXPECT_EQ(vnf.level, "large");
  EXPECT_THAT(vnf.levels, ElementsAre(Pair("large", ElementsAre(Pair("wide", 2))), Pair("small", testing::IsEmpty())));
  EXPECT_THAT(vnf.initial, ElementsAre(Pair("a", 2)));
  EXPECT_THAT(vnf.level_instances, ElementsAre(Pair("large", ElementsAre(Pair("b", 4)))));
  EXPECT_EQ(instances_of(vnf, "a"), 4);
  EXPECT_EQ(instances_of(vnf, "b"), 4);
}

TEST(VnfdReader, TheOnlyInstantiationLevelIsTheDefault) {
  const auto vnf = vnf_of(read_files({{"v.yaml", scaled_vnfd(R"(
    - levels: { type: tosca.policies.nfv.InstantiationLevels, properties: { levels: { one: { description: o } } } }
)")}}));
  EXPECT_EQ(vnf.level, "one");
}

struct BadLevels {
  const char* name;
  const char* type;
  const char* properties;
  const char* problem;
};
class BadScaling : public testing::TestWithParam<BadLevels> {};

TEST_P(BadScaling, IsOneLine) {
  const auto& [name, type, properties, problem] = GetParam();
  const auto service =
      read_files({{"v.yaml", scaled_vnfd(fmt::format("    - levels: {{ type: tosca.policies.nfv.InstantiationLevels, "
                                                     "properties: {{ levels: {{ small: {{ }}, large: {{ }} }} }} }}\n"
                                                     "    - p: {{ type: tosca.policies.nfv.{}, properties: {{ {} }}, "
                                                     "targets: [ b ] }}\n",
                                                     type, properties))}});
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().message, std::string{"v.yaml:14: "} + problem);
}
INSTANTIATE_TEST_SUITE_P(
    Vnfd, BadScaling,
    testing::Values(
        BadLevels{"NoLevels", "InstantiationLevels", "default_level: small",
                  "policy `p` has no `levels`, expected a map of instantiation levels"},
        BadLevels{"UnknownDefault", "InstantiationLevels", "levels: { tiny: {} }, default_level: smal",
                  "`default_level` is `smal`, expected one that InstantiationLevels declares: one of large, small, "
                  "tiny; did you mean `small`?"},
        BadLevels{"UnknownAspect", "InstantiationLevels",
                  "levels: { small: { scale_info: { wid: { scale_level: 1 } } } }",
                  "level `small` is of unknown scaling aspect `wid`, expected wide; did you mean `wide`?"},
        BadLevels{"BeyondTheLast", "InstantiationLevels",
                  "levels: { small: { scale_info: { wide: { scale_level: 4 } } } }",
                  "level `small` has no good `scale_level` of aspect `wide`, expected 0 to 3"},
        BadLevels{"NoScaleLevel", "InstantiationLevels", "levels: { small: { scale_info: { wide: 1 } } }",
                  "level `small` has no good `scale_level` of aspect `wide`, expected 0 to 3"},
        BadLevels{"ScaleInfoIsAList", "InstantiationLevels", "levels: { small: { scale_info: [ wide ] } }",
                  "`scale_info` is a list, expected a map"},
        BadLevels{"NoVduLevels", "VduInstantiationLevels", "",
                  "policy `p` has no `levels`, expected instances by instantiation level"},
        BadLevels{"UnknownVduLevel", "VduInstantiationLevels", "levels: { huge: { number_of_instances: 2 } }",
                  "a level of policy `p` is `huge`, expected one that InstantiationLevels declares: one of large, "
                  "small"},
        BadLevels{"NoInstanceAtALevel", "VduInstantiationLevels", "levels: { small: { number_of_instances: 0 } }",
                  "level `small` of policy `p` has no good `number_of_instances`, expected 1 to 1024"}),
    testing_support::by_name);

TEST(VnfdReader, TakesTheFlavourFileThatATopVnfdImports) {
  const std::string types = R"(tosca_definitions_version: tosca_simple_yaml_1_2
node_types:
  acme.Vnf:
    derived_from: tosca.nodes.nfv.VNF
    properties: { descriptor_id: { type: string, constraints: [ valid_values: [ id-1 ] ], default: id-1 }, flavour_id: { type: string, default: simple } }
)";
  const std::string top = R"(tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ types.yaml, df.yaml, etsi_nfv_sol001_vnfd_types.yaml ]
topology_template:
  inputs: { selected_flavour: { type: string } }
  node_templates:
    VNF: { type: acme.Vnf, properties: { flavour_id: { get_input: selected_flavour }, provider: Acme } }
)";
  const std::string df = R"(tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ top.yaml, { file: types.yaml } ]
topology_template:
  substitution_mappings:
    node_type: acme.Vnf
    properties: { flavour_id: simple }
    requirements: { l: [ in, virtual_link ], r: [ out, virtual_link ] }
  node_templates:
    VNF: { type: acme.Vnf }
    in: { type: unf.nodes.NicIngress, requirements: [ { out: out } ] }
    out: { type: unf.nodes.NicEgress }
)";
  const FileSet files{
      .paths = {"p"},
      .files = {{"p/TOSCA-Metadata/TOSCA.meta", "TOSCA-Meta-File-Version: 1.0\nEntry-Definitions: D/top.yaml"},
                {"p/D/top.yaml", top},
                {"p/D/types.yaml", types},
                {"p/D/df.yaml", df}}};
  const auto vnf = vnf_of(read_service(files, testing_support::test_catalog()));
  EXPECT_EQ(vnf.name, "VNF");
  EXPECT_EQ(vnf.vnfd_id, "id-1");
  EXPECT_EQ(vnf.flavour, "simple");
}

struct Bad {
  const char* name;
  std::string nodes;
  std::string problems;
};
class BadNodes : public testing::TestWithParam<Bad> {};

TEST_P(BadNodes, AreReportedByLine) {
  EXPECT_EQ(problems_of(read_files({{"v.yaml", vnfd_of_nodes(GetParam().nodes)}})), GetParam().problems);
}
INSTANTIATE_TEST_SUITE_P(
    Vnfd, BadNodes,
    testing::Values(
        Bad{"UnknownType", "    a: { type: unf.nodes.CheckIpHeader, requirements: [ { out: out } ] }\n",
            "v.yaml:8: unknown node type `unf.nodes.CheckIpHeader`, expected one of the catalogue; did you mean "
            "`unf.nodes.CheckIPHeader`?"},
        Bad{"UnknownForeignType", "    a: { type: acme.Thing, requirements: [ { out: out } ] }\n",
            "v.yaml:8: unknown node type `acme.Thing`, expected one of SOL001, the catalogue, or declared in "
            "`node_types`"},
        Bad{"NoType", "    a: { requirements: [ { out: out } ] }\n",
            "v.yaml:8: node template `a` has no type, expected `type: NODE_TYPE`"},
        Bad{"AbstractType", "    a: { type: unf.nodes.MicroNF, requirements: [ { out: out } ] }\n",
            "v.yaml:8: uNF `a` is of the abstract type unf.nodes.MicroNF, expected a uNF of the catalogue"},
        Bad{"PlainVdu",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n    VDU1:\n      type: "
            "tosca.nodes.nfv.Vdu.Compute\n",
            "v.yaml:9: VDU `VDU1` of type tosca.nodes.nfv.Vdu.Compute is no uNF, expected a type derived from "
            "unf.nodes.MicroNF, or an entry of the image map for VDU1"},
        Bad{"UnknownGate",
            "    a: { type: unf.nodes.HttpClassifier, requirements: [ { http: out }, { othr: out } ] }\n",
            "v.yaml:8: HttpClassifier has no gate `othr`, expected one of http, other; did you mean `other`?"},
        Bad{"DropGate", "    a: { type: unf.nodes.Forward, requirements: [ { drop: out }, { out: out } ] }\n",
            "v.yaml:8: Forward has no gate `drop` that leads anywhere, expected out"},
        Bad{"NoGate", "    a: { type: unf.nodes.Forward }\n",
            "v.yaml:8: no gate of `a` leads anywhere, expected a requirement for out"},
        Bad{"GateTwice",
            "    a:\n      type: unf.nodes.Forward\n      requirements:\n        - out: out\n        - out: out\n",
            "v.yaml:12: gate `out` of `a` leads to `out` already (line 11), expected one target a gate"},
        Bad{"Dangling", "    a: { type: unf.nodes.Forward, requirements: [ { out: uot } ] }\n",
            "v.yaml:8: requirement `out` of `a` leads to `uot`, expected the name of a node template; did you mean "
            "`out`?"},
        Bad{"NoTarget", "    a: { type: unf.nodes.Forward, requirements: [ { out: } ] }\n",
            "v.yaml:8: requirement `out` of `a` has no target, expected the name of a node template"},
        Bad{"TargetOfAnotherKind", "    a: { type: unf.nodes.Forward, requirements: [ { out: in } ] }\n",
            "v.yaml:8: gate `out` of `a` leads to `in` of type unf.nodes.NicIngress, expected a uNF other than "
            "NicIngress"},
        Bad{"RequirementsAsMap", "    a: { type: unf.nodes.Forward, requirements: { out: out } }\n",
            "v.yaml:8: `requirements` of `a` is a map, expected a list of `NAME: TARGET`"},
        Bad{"TwoRequirementsInAnItem",
            "    a: { type: unf.nodes.HttpClassifier, requirements: [ { http: out, other: out } ] }\n",
            "v.yaml:8: a requirement of `a` is a map of 2, expected `- NAME: TARGET`, one an item"},
        Bad{"Cycle",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: b } ] }\n    b: { type: unf.nodes.Forward, "
            "requirements: [ { out: c } ] }\n    c: { type: unf.nodes.HttpClassifier, requirements: [ { http: out }, { "
            "other: b } ] }\n",
            "v.yaml:10: requirements lead round in a circle: b -> c -> b, expected none"},
        Bad{"LoopToItself",
            "    a: { type: unf.nodes.HttpClassifier, requirements: [ { http: a }, { other: out } ] }\n",
            "v.yaml:8: requirements lead round in a circle: a -> a, expected none"},
        Bad{"DuplicateNode",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n    a: { type: unf.nodes.Forward, "
            "requirements: [ { out: out } ] }\n",
            "v.yaml:9: duplicate key `a`, first in line 8; expected each key once"},
        Bad{"DuplicateKey",
            "    a:\n      type: unf.nodes.Forward\n      requirements: [ { out: out } ]\n      type: "
            "unf.nodes.Forward\n",
            "v.yaml:11: duplicate key `type`, first in line 9; expected each key once"},
        Bad{"MisspeltKey", "    a: { type: unf.nodes.Forward, requirments: [ { out: out } ] }\n",
            "v.yaml:8: unknown key `requirments` in node template `a`, expected one of type, description, metadata, "
            "directives, properties, attributes, requirements, capabilities, interfaces, artifacts, node_filter, copy; "
            "did you mean `requirements`?"},
        Bad{"UnknownProperty",
            "    a: { type: unf.nodes.CountUrl, properties: { tops: 3 }, requirements: [ { out: out } ] }\n",
            "v.yaml:8: unknown property `a.tops`, expected one of slots, top; did you mean `top`?"},
        Bad{"WrongType",
            "    a: { type: unf.nodes.CountUrl, properties: { top: ten }, requirements: [ { out: out } ] }\n",
            "v.yaml:8: property `a.top` is `ten`, expected an integer from 1 to 1000"},
        Bad{"QuotedNumber",
            "    a: { type: unf.nodes.CountUrl, properties: { top: '10' }, requirements: [ { out: out } ] }\n",
            "v.yaml:8: property `a.top` is `'10'`, expected an integer from 1 to 1000"},
        Bad{"OutOfRange",
            "    a: { type: unf.nodes.CountUrl, properties: { top: 0 }, requirements: [ { out: out } ] }\n",
            "v.yaml:8: property `a.top` is `0`, expected an integer from 1 to 1000"},
        Bad{"MissingProperty", "    a: { type: unf.nodes.L3L4Filter, requirements: [ { out: out } ] }\n",
            "v.yaml:8: no property `a.rules`, expected the name of a file"},
        Bad{"RuleFileAbsent",
            "    a: { type: unf.nodes.L3L4Filter, properties: { rules: none.rules }, requirements: [ { out: out } ] "
            "}\n",
            "v.yaml:8: rule file `none.rules` is absent, expected a file of the package"},
        Bad{"RuleFileOutside",
            "    a: { type: unf.nodes.L3L4Filter, properties: { rules: ../../etc/passwd }, requirements: [ { out: out "
            "} ] }\n",
            "v.yaml:8: rule file `../../etc/passwd` is outside the package, expected a file inside it"},
        Bad{"RuleFileAbsolute",
            "    a: { type: unf.nodes.L3L4Filter, properties: { rules: /etc/passwd }, requirements: [ { out: out } ] "
            "}\n",
            "v.yaml:8: rule file `/etc/passwd` is an absolute path, expected one inside the package"},
        Bad{"RuleFileIsAList",
            "    a: { type: unf.nodes.L3L4Filter, properties: { rules: [ a, b ] }, requirements: [ { out: out } ] }\n",
            "v.yaml:8: property `a.rules` is a list, expected the name of a file"},
        Bad{"EveryPropertyWrong", R"(    a:
      type: unf.nodes.Everything
      properties:
        ratio: 1.5
        verbose: maybe
        label: TooLong
        mode: slow
        ports: [ 1, 65536, x ]
        limits: { burst: 1 }
        colour: red
      requirements: [ { out: out } ]
)",
            "v.yaml:11: property `a.ratio` is `1.5`, expected a number from 0 to 1\n"
            "v.yaml:12: property `a.verbose` is `maybe`, expected true or false\n"
            "v.yaml:13: property `a.label` is `TooLong`, expected a text from 1 to 8 characters that matches ^[a-z]+$\n"
            "v.yaml:14: property `a.mode` is `slow`, expected one of fast, safe\n"
            "v.yaml:15: property `a.ports[1]` is `65536`, expected an integer from 0 to 65535\n"
            "v.yaml:15: property `a.ports[2]` is `x`, expected an integer from 0 to 65535\n"
            "v.yaml:16: no property `a.limits.rate`, expected an integer\n"
            "v.yaml:16: unknown property `a.limits.burst`, expected rate\n"
            "v.yaml:17: unknown property `a.colour`, expected one of label, limits, mode, ports, ratio, verbose"},
        Bad{"UnknownInput",
            "    a: { type: unf.nodes.CountUrl, properties: { top: { get_input: top } }, requirements: [ { out: out } "
            "] }\n",
            "v.yaml:8: `get_input`: there is no input `top`, expected one of topology_template's `inputs`"},
        Bad{"UnsupportedFunction",
            "    a: { type: unf.nodes.CountUrl, properties: { top: { get_attribute: [ in, x ] } }, requirements: [ { "
            "out: out } ] }\n",
            "v.yaml:8: `get_attribute`: its value is not known before the VNF is instantiated, expected a value that "
            "is"},
        Bad{"PropertyOfItself",
            "    a: { type: unf.nodes.CountUrl, properties: { top: { get_property: [ SELF, top ] } }, requirements: [ "
            "{ out: out } ] }\n",
            "v.yaml:8: `get_property`: functions call each other too often"},
        Bad{"UnmappedPort",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: other } ] }\n    other: { type: "
            "unf.nodes.NicEgress }\n",
            "v.yaml:9: no virtual link is mapped to `other`, expected NAME: [ other, virtual_link ] in "
            "substitution_mappings' requirements"},
        Bad{"EgressLeadsOn",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: b } ] }\n    b: { type: unf.nodes.NicEgress, "
            "requirements: [ { out: out } ] }\n",
            "v.yaml:9: `b` sends packets out of the VNF, expected no requirement `out` but virtual_link\n"
            "v.yaml:9: no virtual link is mapped to `b`, expected NAME: [ b, virtual_link ] in substitution_mappings' "
            "requirements"},
        Bad{"BadName",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: x/y } ] }\n    x/y: { type: unf.nodes.Forward, "
            "requirements: [ { out: out } ] }\n",
            "v.yaml:9: node template `x/y` has a bad name, expected 1 to 128 characters without `/` and `#`"},
        Bad{"NodeIsAText", "    a: unf.nodes.Forward\n",
            "v.yaml:8: node template `a` is `unf.nodes.Forward`, expected a map with a `type`"},
        Bad{"NoInstanceAtStart",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { number_of_instances: 0 } }, targets: [ "
            "a ] }\n",
            "v.yaml:10: `initial_delta` of policy `i` has no good `number_of_instances`, expected 1 to 1024"},
        Bad{"NoInitialDelta",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.VduInitialDelta, targets: [ a ] }\n",
            "v.yaml:10: policy `i` has no `initial_delta`, expected `number_of_instances` in it"},
        Bad{"UnknownPolicyTarget",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.AffinityRule, properties: { scope: zone }, targets: [ b ] }\n",
            "v.yaml:10: target `b` of policy `i` is no node template or group"},
        Bad{"UnknownPolicyType",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.AfinityRule, targets: [ a ] }\n",
            "v.yaml:10: unknown policy type `tosca.policies.nfv.AfinityRule`; did you mean "
            "`tosca.policies.nfv.AffinityRule`?"},
        Bad{"UnknownScope",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.AffinityRule, properties: { scope: rack }, targets: [ a ] }\n",
            "v.yaml:10: policy `i` has an unknown scope, expected one of nfvi_node, zone, zone_group, nfvi_pop, "
            "network_link_and_node"},
        Bad{"EndlessScaling",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.ScalingAspects, properties: { aspects: { w: { max_scale_level: 4000000000 } } } }\n",
            "v.yaml:10: scaling aspect `w` has no good `max_scale_level`, expected 1 to 1024"},
        Bad{"UnknownDelta",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - i: { type: "
            "tosca.policies.nfv.ScalingAspects, properties: { aspects: { w: { max_scale_level: 1, step_deltas: [ d ] } "
            "} } }\n    - j: { type: tosca.policies.nfv.VduScalingAspectDeltas, properties: { aspect: w, deltas: { e: "
            "{ number_of_instances: 1 } } }, targets: [ a ] }\n",
            "v.yaml:10: scaling aspect `w` steps by delta `d`, expected one that VduScalingAspectDeltas gives for `a`"},
        Bad{"DeltaOfUnknownAspect",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  policies:\n    - j: { type: "
            "tosca.policies.nfv.VduScalingAspectDeltas, properties: { aspect: w, deltas: { e: { number_of_instances: 1 "
            "} } }, targets: [ a ] }\n",
            "v.yaml:4: scaling deltas for aspect `w`, expected one that ScalingAspects declares"},
        Bad{"UnknownGroupMember",
            "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n  groups:\n    g: { type: "
            "tosca.groups.nfv.PlacementGroup, members: [ aa ] }\n",
            "v.yaml:10: member `aa` of group `g` is no node template; did you mean `a`?"},
        Bad{"SeveralAtOnce",
            "    a: { type: unf.nodes.HttpClassifer, requirements: [ { http: b } ] }\n    b: { type: "
            "unf.nodes.CountUrl, properties: { top: -1 }, requirements: [ { outt: out } ] }\n",
            "v.yaml:8: unknown node type `unf.nodes.HttpClassifer`, expected one of the catalogue; did you mean "
            "`unf.nodes.HttpClassifier`?\n"
            "v.yaml:9: CountUrl has no gate `outt`, expected out; did you mean `out`?\n"
            "v.yaml:9: property `b.top` is `-1`, expected an integer from 1 to 1000"}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
