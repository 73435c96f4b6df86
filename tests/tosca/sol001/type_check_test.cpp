#include "tosca/sol001/type_check.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/tosca/support.h"
#include "tosca/sol001/normative/normative.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// What is said of a service that passes packets, and has `sections` before and `nodes` in its topology.
Validation check(const std::string& nodes, const std::string& sections = {}, const std::string& topology = {}) {
  const auto text = "tosca_definitions_version: tosca_simple_yaml_1_3\n" + sections +
                    "topology_template:\n"
                    "  substitution_mappings: { node_type: v, requirements: { l: in, r: out } }\n" +
                    topology +
                    "  node_templates:\n"
                    "    in: { type: unf.nodes.NicIngress, requirements: [ { out: out } ] }\n"
                    "    out: { type: unf.nodes.NicEgress }\n" +
                    nodes;
  return validate({.paths = {"v.yaml"}, .files = {{"v.yaml", text}}}, testing_support::test_catalog());
}

struct Case {
  const char* name;
  std::string nodes;
  const char* problem;  ///< nullptr: all is well
  std::string sections{};
  std::string topology{};
};
class Types : public testing::TestWithParam<Case> {};
TEST_P(Types, AreWhatValuesAreCheckedBy) {
  const auto found = check(GetParam().nodes, GetParam().sections, GetParam().topology);
  if (GetParam().problem == nullptr) {
    EXPECT_EQ(found.text, "");
  } else {
    EXPECT_THAT(found.text, HasSubstr(GetParam().problem));
    EXPECT_EQ(found.problems.size(), 1U) << found.text;
  }
}

std::string point(const std::string& properties) {
  return "    cp: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ ipv4 ], " + properties + " } }\n";
}
std::string disk(const std::string& size) {
  return "    disk: { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, properties: { virtual_block_storage_data: { "
         "size_of_storage: " +
         size + " } } }\n";
}
/// A node of a type of its own, whose property `p` is declared so.
Case own(const char* name, const std::string& declared, const std::string& value, const char* problem) {
  return {
      name, "    n: { type: t.Own, properties: { p: " + value + " } }\n", problem,
      "data_types:\n"
      "  t.Port: { derived_from: integer, constraints: [ { in_range: [ 1, 65535 ] } ] }\n"
      "  t.Server: { properties: { host: { type: string }, port: { type: t.Port, default: 80 } } }\n"
      "  t.Proxy: { derived_from: t.Server, properties: { via: { type: list, entry_schema: t.Server, required: false } "
      "} }\n"
      "node_types:\n  t.Own: { derived_from: tosca.nodes.Root, properties: { p: " +
          declared + " } }\n"};
}
INSTANTIATE_TEST_SUITE_P(
    Sol001, Types,
    testing::Values(
        Case{"Right", point("order: 0, role: leaf, trunk_mode: No, bitrate_requirement: 1000"), nullptr},
        Case{"NotAnInteger", point("order: first"),
             "v.yaml:7: property `order` of `cp` is `first`, expected an integer"},
        Case{"Negative", point("order: -1"), "property `order` of `cp` is `-1`, expected at least 0"},
        Case{"NotABoolean", point("trunk_mode: maybe"),
             "property `trunk_mode` of `cp` is `maybe`, expected true or false"},
        Case{"NotInTheList", point("role: trunk"), "property `role` of `cp` is `trunk`, expected one of root, leaf"},
        Case{
            "Misspelt", point("ordr: 1"),
            "unknown property `ordr` of `cp`, expected one that type tosca.nodes.nfv.VduCp has; did you mean `order`?"},
        Case{"OfALaterVersion", point("something_of_version_nine: 1"), nullptr},
        Case{"ItemOfAList",
             "    cp: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ ipv4, ipv5 ] } }\n",
             "property `layer_protocols[1]` of `cp` is `ipv5`, expected one of ethernet, mpls"},
        Case{"NoList", "    cp: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: ipv4 } }\n",
             "property `layer_protocols` of `cp` is `ipv4`, expected a list of string"},
        Case{"Size", disk("12 GB"), nullptr}, Case{"SizeWithoutUnit", disk("1048576"), nullptr},
        Case{"SizeInOtherCase", disk("1 gib"), nullptr},
        Case{"NoSize", disk("12 apples"),
             "property `virtual_block_storage_data.size_of_storage` of `disk` is `12 apples`, expected a size such as"},
        Case{"NegativeSize", disk("-1 GB"), "is `-1 GB`, expected at least 0 B"},
        Case{"NoMap",
             "    disk: { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, properties: { "
             "virtual_block_storage_data: 3 } }\n",
             "is `3`, expected a tosca.datatypes.nfv.VirtualBlockStorageData"},
        Case{"CapabilityProperty",
             "    m: { type: unf.nodes.CheckIPHeader, capabilities: { virtual_compute: { properties: { virtual_cpu: { "
             "num_virtual_cpu: 0 } } } }, requirements: [ { out: out } ] }\n",
             "capability property `virtual_cpu.num_virtual_cpu` of `m` is `0`, expected more than 0"},
        Case{"Artifact",
             "    disk: { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, artifacts: { sw_image: { type: "
             "tosca.artifacts.nfv.SwImage } } }\n",
             "artifact `sw_image` of `disk` names no file, expected `sw_image: FILE` or a map with `file`"},
        Case{"Operation", "    VNF: { type: tosca.nodes.nfv.VNF, interfaces: { Vnflcm: { instantiat: [] } } }\n",
             "unknown operation `instantiat` of interface `Vnflcm` of `VNF`; did you mean `instantiate`?"},
        Case{"Requirement", "    cp: { type: tosca.nodes.nfv.VduCp, requirements: [ { virtual_bindng: in } ] }\n",
             "unknown requirement `virtual_bindng` of `cp`, expected one of dependency, virtual_link, virtual_binding; "
             "did"},
        Case{"RequirementOfNothing",
             "    cp: { type: tosca.nodes.nfv.VduCp, requirements: [ { virtual_link: ne } ] }\n",
             "requirement `virtual_link` of `cp` leads to `ne`, expected the name of a node template"},
        Case{"Group",
             "",
             "property `description` of `g` is a list, expected a text",
             {},
             "  groups: { g: { type: tosca.groups.nfv.PlacementGroup, properties: { description: [ a ] } } }\n"},
        Case{"Policy",
             "",
             "property `source` of `i` is `nobody`, expected one of vnf, em, both_vnf_and_em",
             {},
             "  policies: [ { i: { type: tosca.policies.nfv.VnfIndicator, properties: { source: nobody } } } ]\n"},
        Case{"InputPreset",
             "",
             "input `n` of `topology_template` is `many`, expected an integer",
             {},
             "  inputs: { n: { type: integer, default: many } }\n"},
        Case{"InputConstraint",
             "",
             "input `n` of `topology_template` is `9`, expected less than 5",
             {},
             "  inputs: { n: { type: integer, default: 9, constraints: [ { less_than: 5 } ] } }\n"},
        Case{"KnownLater",
             point("order: { get_input: n }, description: { get_attribute: [ SELF, name ] }"),
             nullptr,
             {},
             "  inputs: { n: { type: integer } }\n"},
        Case{"AWordThatIsAFunctionsName",
             "    m: { type: unf.nodes.CheckIPHeader, properties: { boot_data: { kvp_data: { data: { token: abc } } } "
             "}, "
             "requirements: [ { out: out } ] }\n",
             nullptr},
        Case{"SetAtInstantiation",
             "    VNF: { type: tosca.nodes.nfv.VNF }\n" +
                 point("description: { get_property: [ VNF, modifiable_attributes, extensions, k ] }"),
             nullptr},
        Case{"FilledInLater", "    VNF: { type: tosca.nodes.nfv.VNF, requirements: [ { virtual_link: } ] }\n", nullptr},
        Case{"AffinityOfAVirtualLink",
             "    net: { type: tosca.nodes.nfv.VnfVirtualLink }\n",
             nullptr,
             {},
             "  policies: [ { p: { type: tosca.policies.nfv.AffinityRule, properties: { scope: zone }, targets: [ net "
             "] } } "
             "]\n"},
        Case{"PolicyByAnInput",
             "    m: { type: unf.nodes.CheckIPHeader, requirements: [ { out: out } ] }\n",
             nullptr,
             {},
             "  inputs: { n: { type: integer, default: 2 } }\n"
             "  policies: [ { p: { type: tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { "
             "number_of_instances: { get_input: n } } }, targets: [ m ] } } ]\n"},
        Case{"WhatADerivedTypeLeavesOpen",
             "    VNF: { type: t.V, properties: { vnfm_info: [ Tacker ], configurable_properties: { a: b } } }\n",
             nullptr,
             "node_types: { t.V: { derived_from: tosca.nodes.nfv.VNF, properties: { vnfm_info: { default: [ x ] }, "
             "configurable_properties: { required: False } } } }\n"},
        Case{"DerivedFromATypeThatIsNotKnownWell", "    pod: { type: t.Pod, properties: { name: a, names: b } }\n",
             nullptr,
             "node_types: { t.Pod: { derived_from: tosca.nodes.nfv.Vdu.OsContainerDeployableUnit, properties: { names: "
             "{ "
             "type: string } } } }\n"},
        Case{"NoSuchInput",
             point("order: { get_input: m }"),
             "`get_input`: there is no input `m`",
             {},
             "  inputs: { n: { type: integer } }\n"}),
    testing_support::by_name);
INSTANTIATE_TEST_SUITE_P(
    OwnTypes, Types,
    testing::Values(
        own("Float", "{ type: float }", "1.5e3", nullptr),
        own("NoFloat", "{ type: float }", "fast", "property `p` of `n` is `fast`, expected a number"),
        own("TextOfDigits", "{ type: string, constraints: [ { equal: '1.10' } ] }", "1.10", nullptr),
        own("Range", "{ type: range, constraints: [ { in_range: [ 0, 9 ] } ] }", "[ 1, 9 ]", nullptr),
        own("RangeWithoutEnd", "{ type: range }", "[ 1, UNBOUNDED ]", nullptr),
        own("RangeBackwards", "{ type: range }", "[ 9, 1 ]", "is a list, expected [ FIRST, LAST ]"),
        own("RangeBeyond", "{ type: range, constraints: [ { in_range: [ 0, 9 ] } ] }", "[ 1, 10 ]",
            "property `p` of `n` is [ 1, 10 ], expected 0 to 9"),
        own("Length", "{ type: string, constraints: [ { length: 3 } ] }", "ab", "is `ab`, expected a length of 3"),
        own("Lengths", "{ type: list, constraints: [ { min_length: 1 }, { max_length: 2 } ] }", "[ 1, 2, 3 ]",
            "is a list of 3, expected a length of at most 2"),
        own("Pattern", "{ type: string, constraints: [ { pattern: '[a-z]+' } ] }", "abc1",
            "is `abc1`, expected one that pattern `[a-z]+` allows"),
        own("CatastrophicPattern", "{ type: string, constraints: [ { pattern: '(a+)+$' } ] }",
            std::string(4000, 'a') + "b", "expected one that pattern `(a+)+$` allows"),
        own("PatternThatIsNone", "{ type: string, constraints: [ { pattern: '(?=x)y' } ] }", "z", nullptr),
        own("Time", "{ type: scalar-unit.time, constraints: [ { greater_than: 1 s } ] }", "1500 ms", nullptr),
        own("TooShort", "{ type: scalar-unit.time, constraints: [ { greater_than: 1 s } ] }", "900 ms",
            "is `900 ms`, expected more than 1 s"),
        own("Frequency", "{ type: scalar-unit.frequency }", "2.4 GHz", nullptr),
        own("Bitrate", "{ type: scalar-unit.bitrate, constraints: [ { equal: 8 Mbps } ] }", "1 MBps", nullptr),
        own("DerivedFromAnInteger", "{ type: t.Port }", "70000", "is `70000`, expected 1 to 65535"),
        own("Truth", "{ type: boolean, constraints: [ { valid_values: [ True ] } ] }", "yes", nullptr),
        own("Characters", "{ type: string, constraints: [ { max_length: 4 } ] }", "\u0444\u0443\u043d\u043a", nullptr),
        own("Hexadecimal", "{ type: integer }", "0x800", nullptr),
        own("Octal", "{ type: integer }", "0o18", "is `0o18`, expected an integer"),
        own("Structure", "{ type: t.Server }", "{ host: a }", nullptr),
        own("Inherited", "{ type: t.Proxy }", "{ host: a, via: [ { host: b, port: 0 } ] }",
            "property `p.via[0].port` of `n` is `0`, expected 1 to 65535"),
        own("UnknownMember", "{ type: t.Server }", "{ host: a, prt: 1 }",
            "unknown property `p.prt` of `n`, expected one that type t.Server has; did you mean `port`?"),
        own("MapOfThem", "{ type: map, entry_schema: { type: t.Server } }", "{ a: { host: [ ] } }",
            "property `p.a.host` of `n` is a list, expected a text"),
        own("UnknownType", "{ type: t.Nobody }", "{ any: [ thing ] }", nullptr),
        own("Missing", "{ type: string }", "~", nullptr)),
    testing_support::by_name);

TEST(TypeCheck, WhatIsMissingIsAWarning) {
  const auto found = check("    cp: { type: tosca.nodes.nfv.VduCp }\n");
  EXPECT_EQ(found.text, "");
  ASSERT_EQ(found.warnings.size(), 1U);
  EXPECT_EQ(found.warnings[0].message, "property `layer_protocols` of `cp` is not there");
  EXPECT_EQ(found.warnings[0].expected, "a list of string");
  EXPECT_EQ(found.warnings[0].path, "topology_template.node_templates.cp");
}

TEST(TypeCheck, TypesOfALaterVersionSayNothing) {
  const auto found = check("    x: { type: tosca.nodes.nfv.Vdu.QuantumComputer, properties: { qubits: 9 } }\n", {},
                           "  groups: { g: { type: tosca.groups.nfv.SomethingElse, members: [ in ] } }\n"
                           "  policies: [ { p: { type: tosca.policies.nfv.WeatherForecast, targets: [ g ] } } ]\n");
  EXPECT_EQ(found.text, "");
  std::vector<std::string> warnings;
  for (const auto& warning : found.warnings) warnings.push_back(warning.message);
  EXPECT_THAT(warnings, testing::UnorderedElementsAre(
                            "type `tosca.nodes.nfv.Vdu.QuantumComputer` is none that is known, and says nothing",
                            "type `tosca.groups.nfv.SomethingElse` is none that is known, and says nothing",
                            "type `tosca.policies.nfv.WeatherForecast` is none that is known, and says nothing"));
  EXPECT_THAT(check("    x: { type: tosca.nodes.nfv.VduCps }\n").text,
              HasSubstr("did you mean `tosca.nodes.nfv.VduCp`?"));
}

TEST(TypeCheck, SaysAProblemOnce) {
  const auto found = check("    bad: { type: unf.nodes.CheckIPHeader, requirements: [ { out: out } ] }\n", {},
                           "  policies:\n"
                           "    - p:\n"
                           "        type: tosca.policies.nfv.VduInitialDelta\n"
                           "        properties:\n"
                           "          initial_delta:\n"
                           "            number_of_instances: -1\n"
                           "        targets: [ bad ]\n");
  EXPECT_EQ(found.problems.size(), 1U) << found.text;
}

TEST(TypeCheck, EveryKindOfTypeMayNotDeriveFromItself) {
  for (const auto* section : {"data_types", "artifact_types", "capability_types", "relationship_types",
                              "interface_types", "group_types", "policy_types", "node_types"}) {
    const auto found = check("", fmt::format("{}:\n  a: {{ derived_from: b }}\n  b: {{ derived_from: a }}\n", section));
    EXPECT_THAT(found.text, HasSubstr("v.yaml:3: type `a` derives from itself")) << section;
  }
}

TEST(NormativeTypes, NameOnlyTypesThatAreThere) {
  for (const auto* section : {"data_types", "capability_types", "node_types", "group_types", "policy_types"}) {
    EXPECT_THAT(normative_names(section), testing::Not(IsEmpty()));
    for (const auto name : normative_names(section)) {
      const auto* type = normative_type(section, name);
      ASSERT_NE(type, nullptr);
      const auto* parent = type->find("derived_from");
      EXPECT_TRUE(parent == nullptr || !normative_name(section, parent->text).empty()) << name;
      const auto* properties = type->find("properties");
      if (properties == nullptr) continue;
      for (const auto& [key, property] : properties->members) {
        for (const auto* typed : {property.get(), property->find("entry_schema")}) {
          if (typed == nullptr) continue;
          const auto& of = typed->find("type")->text;
          EXPECT_TRUE(!of.starts_with("tosca.") || normative_type("data_types", of) != nullptr) << name << " " << of;
        }
      }
    }
  }
}

struct Scalar {
  const char* name;
  Unit unit;
  const char* text;
  double value;  ///< negative: none
};
class Scalars : public testing::TestWithParam<Scalar> {};
TEST_P(Scalars, AreReadInTheirUnit) {
  const auto value = to_scalar(GetParam().unit, GetParam().text);
  EXPECT_DOUBLE_EQ(value.value_or(-1), GetParam().value);
}
INSTANTIATE_TEST_SUITE_P(
    Tosca, Scalars,
    testing::Values(Scalar{"Mebibytes", Unit::size, "512 MiB", 536870912},
                    Scalar{"Megabytes", Unit::size, "512MB", 5.12e8}, Scalar{"Kilobytes", Unit::size, "1 kB", 1000},
                    Scalar{"Bare", Unit::size, "12", 12}, Scalar{"NoSize", Unit::size, "GB", -1},
                    Scalar{"Milliseconds", Unit::time, "1.5 ms", 0.0015}, Scalar{"Days", Unit::time, "2 d", 172800},
                    Scalar{"BareTime", Unit::time, "2", -1}, Scalar{"Gigahertz", Unit::frequency, "2.4 GHz", 2.4e9},
                    Scalar{"Bits", Unit::bitrate, "1 Mbps", 1e6}, Scalar{"Bytes", Unit::bitrate, "1 MBps", 8e6},
                    Scalar{"Infinite", Unit::size, "inf", -1}, Scalar{"Empty", Unit::size, "", -1}),
    testing_support::by_name);

struct Function {
  const char* name;
  const char* call;
  const char* result;   ///< label of a uNF
  const char* problem;  ///< nullptr: none
};
class Functions : public testing::TestWithParam<Function> {};
TEST_P(Functions, AreReplaced) {
  const auto& [name, call, result, problem] = GetParam();
  const auto service = read_files(
      {{"v.yaml",
        "tosca_definitions_version: tosca_simple_yaml_1_3\n"
        "topology_template:\n"
        "  inputs: { a: { type: string, default: x }, l: { type: list, default: [ p, { q: r } ] }, late: { type: "
        "string } }\n"
        "  substitution_mappings: { node_type: v, requirements: { l: in, r: out } }\n"
        "  node_templates:\n"
        "    in: { type: unf.nodes.NicIngress, requirements: [ { out: e } ] }\n"
        "    e: { type: unf.nodes.Everything, properties: { label: " +
            std::string{call} +
            " }, artifacts: { short: simg, long: { type: t, file: limg } }, requirements: [ { out: out } ] }\n"
            "    out: { type: unf.nodes.NicEgress }\n"
            "    disk: { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, properties: { sw_image_data: { name: image } } "
            "}\n"
            "    cp: { type: tosca.nodes.nfv.VduCp, properties: { description: left }, requirements: [ { "
            "virtual_binding: e "
            "} ] }\n"}});
  if (problem != nullptr) {
    EXPECT_THAT(problems_of(service), HasSubstr(problem));
  } else {
    ASSERT_TRUE(service) << service.error().message;
    EXPECT_EQ(service->vnfs.at(0).graph.nodes.at(1).config.value("label", ""), result);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Tosca, Functions,
    testing::Values(
        Function{"Input", "{ get_input: a }", "x", nullptr},
        Function{"InputInAList", "{ get_input: [ l, 0 ] }", "p", nullptr},
        Function{"InputInAMap", "{ get_input: [ l, 1, q ] }", "r", nullptr},
        Function{"Concat", "{ concat: [ a, { get_input: a }, b ] }", "axb", nullptr},
        Function{"Join", "{ join: [ [ a, { get_input: a } ], z ] }", "azx", nullptr},
        Function{"JoinWithoutDelimiter", "{ join: [ [ a, b ] ] }", "ab", nullptr},
        Function{"Token", "{ token: [ 'a:b/c', ':/', 2 ] }", "c", nullptr},
        Function{"NestedProperty", "{ get_property: [ disk, sw_image_data, name ] }", "image", nullptr},
        Function{"ShortArtifact", "{ get_artifact: [ SELF, short ] }", "simg", nullptr},
        Function{"LongArtifact", "{ get_artifact: [ e, long ] }", "limg", nullptr},
        Function{"NoPart", "{ token: [ abc, ':', 1 ] }", "", "`token`: `abc` has no part 1"},
        Function{"Late", "{ get_input: late }", "",
                 "`get_input`: input `late` has no value, expected one to be given, or a `default`"},
        Function{"NoArtifact", "{ get_artifact: [ e, none ] }", "", "`get_artifact`: `e` has no artifact `none`"},
        Function{"NoNode", "{ get_property: [ nobody, x ] }", "", "`get_property`: there is no node template `nobody`"},
        Function{"Target", "{ get_property: [ TARGET, x ] }", "",
                 "`TARGET` is of a relationship, expected SELF or a node"},
        Function{"ItsOwn", "{ get_property: [ SELF, label ] }", "", "functions call each other too often"}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
