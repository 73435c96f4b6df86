#include "tosca/sol001/editor_schema.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "graph/terms/config_schema.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/tosca/support.h"
#include "tosca/sol001/config.h"
#include "tosca/text/value.h"

namespace unf::tosca {
namespace {

using graph::ConfigSchema;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::filesystem::path kSamples = std::filesystem::path{source_path("samples")};

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream{file}.rdbuf();
  return text.str();
}

/// As an editor sees a document.
json to_json(const Value& value) {
  if (value.is_null()) return nullptr;
  if (value.is_scalar()) {
    Problems problems;
    return to_config(value, json::object(), "", problems).value();
  }
  auto result = value.is_list() ? json::array() : json::object();
  for (const auto& item : value.items) result.push_back(to_json(*item));
  for (const auto& [key, member] : value.members) result[key->text] = to_json(*member);
  return result;
}

std::vector<std::string> violations(const ConfigSchema& schema, const std::string& text) {
  Problems problems;
  const auto tree = parse_yaml("f", text, problems);
  return tree == nullptr ? std::vector{problems.error().message} : schema.violations(to_json(*tree));
}

TEST(EditorSchema, IsWhatTheSamplesHave) {
  const auto catalog = Catalog::parse(text_of(kSamples / "catalog.json"));
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_TRUE(text_of(kSamples / "schemas/tosca-profile.schema.json") == editor_schema(*catalog).dump(2) + "\n")
      << "samples/schemas/tosca-profile.schema.json is out of date; this writes it: ninja -C build/release generated";
}

TEST(EditorSchema, TakesTheSamples) {
  const ConfigSchema schema{json::parse(text_of(kSamples / "schemas/tosca-profile.schema.json"))};
  std::size_t documents = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator{kSamples}) {
    const auto text = text_of(file.path());
    if (file.path().extension() != ".yaml" || text.find("tosca_definitions_version: tosca_simple_yaml") == text.npos)
      continue;  // Tacker's are of another profile
    EXPECT_THAT(violations(schema, text), IsEmpty()) << file.path();
    ++documents;
  }
  EXPECT_GE(documents, 5U);
}

struct Case {
  const char* name;
  std::string nodes;  ///< from the eighth line of a VNFD on
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

std::string node(const std::string& type, const std::string& rest) {
  return fmt::format("    a: {{ type: unf.nodes.{}, requirements: [ {{ out: out }} ]{} }}\n", type, rest);
}
std::string policy(const std::string& type, const std::string& properties) {
  return fmt::format("{}  policies: [ p: {{ type: {}, targets: [ a ], properties: {} }} ]\n", node("Forward", ""), type,
                     properties);
}

const ConfigSchema& schema_of_tests() {
  static const ConfigSchema schema{editor_schema(testing_support::test_catalog())};
  return schema;
}

class FitsTheEditor : public testing::TestWithParam<Case> {};
TEST_P(FitsTheEditor, AndTheReaderTakesIt) {
  const auto text = vnfd_of_nodes(GetParam().nodes);
  EXPECT_THAT(violations(schema_of_tests(), text), IsEmpty());
  EXPECT_EQ(problems_of(read_files({{"v.yaml", text}, {"r.rules", ""}})), "");
}
INSTANTIATE_TEST_SUITE_P(
    Documents, FitsTheEditor,
    testing::Values(
        Case{"NoProperties", node("Forward", "")}, Case{"Properties", node("CountUrl", ", properties: { top: 3 }")},
        Case{"VduProperties", node("CountUrl", ", properties: { name: x, description: y }")},
        Case{"RuleFile", node("L3L4Filter", ", properties: { rules: r.rules }")},
        Case{"RuleFiles",
             "    a: { type: unf.nodes.ValidateUrl, requirements: [ { ok: { node: out } }, { bad: out } ], "
             "properties: { rules: [ r.rules, r.rules ] } }\n"},
        Case{"LabelOfLetters",
             node("Everything", ", properties: { label: abc, ratio: 0.5, verbose: true, mode: fast }")},
        Case{"Nested", node("Everything", ", properties: { limits: { rate: 3 }, ports: [ 1, 2 ] }")},
        Case{"Function",
             node("CountUrl", ", properties: { top: { get_input: n } }") + "  inputs: { n: { default: 3 } }\n"},
        Case{"FunctionInAList",
             node("Everything", ", properties: { ports: [ { get_input: n } ] }") + "  inputs: { n: { default: 3 } }\n"},
        Case{"EmptyProperties", node("Forward", ", properties: ")},
        Case{"EmptyProperty", node("CountUrl", ", properties: { top: }")},
        Case{"Dependency", "    a: { type: unf.nodes.Forward, requirements: [ { out: out }, { dependency: out } ] }\n"},
        Case{"DerivedType",
             "    a: { type: example.Mine, requirements: [ { out: out } ], properties: { top: 3 } }\n"
             "node_types: { example.Mine: { derived_from: unf.nodes.CountUrl } }\n"},
        Case{"Affinity", policy("tosca.policies.nfv.AffinityRule", "{ scope: nfvi_node }")},
        Case{"InitialDelta",
             policy("tosca.policies.nfv.VduInitialDelta", "{ initial_delta: { number_of_instances: 2 } }")},
        Case{"OtherPolicy", policy("tosca.policies.nfv.VnfIndicator", "{ anything: [ 1 ] }")}),
    testing_support::by_name);

class DoesNotFitTheEditor : public testing::TestWithParam<Case> {};
TEST_P(DoesNotFitTheEditor, NorDoesTheReaderTakeIt) {
  const auto text = vnfd_of_nodes(GetParam().nodes);
  EXPECT_THAT(violations(schema_of_tests(), text), Not(IsEmpty()));
  EXPECT_NE(problems_of(read_files({{"v.yaml", text}, {"r.rules", ""}})), "");
}
INSTANTIATE_TEST_SUITE_P(
    Documents, DoesNotFitTheEditor,
    testing::Values(
        Case{"UnknownUnf", node("Forwrad", "")}, Case{"NoType", "    a: { requirements: [ { out: out } ] }\n"},
        Case{"Range", node("CountUrl", ", properties: { top: 0 }")},
        Case{"Text", node("CountUrl", ", properties: { top: many }")},
        Case{"UnknownProperty", node("CountUrl", ", properties: { tpo: 1 }")},
        Case{"MissingProperty", node("L3L4Filter", "")},
        Case{"MissingPropertyOfSome", node("L3L4Filter", ", properties: { name: x }")},
        Case{"TooFewFiles",
             "    a: { type: unf.nodes.ValidateUrl, requirements: [ { ok: out } ], properties: { rules: [ "
             "r.rules ] } }\n"},
        Case{"Pattern", node("Everything", ", properties: { label: Abc }")},
        Case{"Enumeration", node("Everything", ", properties: { mode: slow }")},
        Case{"Item", node("Everything", ", properties: { ports: [ 70000 ] }")},
        Case{"Inner", node("Everything", ", properties: { limits: { rate: 3, burst: 1 } }")},
        Case{"Gate", "    a: { type: unf.nodes.HttpClassifier, requirements: [ { htpp: out } ] }\n"},
        Case{"DropLeadsNowhere", "    a: { type: unf.nodes.Forward, requirements: [ { drop: out } ] }\n"},
        Case{"NoGate", "    a: { type: unf.nodes.Forward }\n"},
        Case{"TwoGatesInOneItem",
             "    a: { type: unf.nodes.HttpClassifier, requirements: [ { http: out, other: out } ] }\n"},
        Case{"GatesAsAMap", "    a: { type: unf.nodes.Forward, requirements: { out: out } }\n"},
        Case{"NoTarget", "    a: { type: unf.nodes.Forward, requirements: [ { out: { capability: x } } ] }\n"},
        Case{"NodeKey", node("Forward", ", propertys: {}")}, Case{"NodeName", "    a/b: { type: unf.nodes.Forward }\n"},
        Case{"TopologyKey", node("Forward", "") + "  node_template: {}\n"},
        Case{"DocumentKey", node("Forward", "") + "topology: {}\n"},
        Case{"Scope", policy("tosca.policies.nfv.AffinityRule", "{ scope: host }")},
        Case{"NoScope", policy("tosca.policies.nfv.AntiAffinityRule", "{ x: y }")},
        Case{"NoInstances", policy("tosca.policies.nfv.VduInitialDelta", "{ initial_delta: {} }")},
        Case{"NoDelta", policy("tosca.policies.nfv.VduInitialDelta", "{}")},
        Case{"ManyInstances",
             policy("tosca.policies.nfv.VduInitialDelta", "{ initial_delta: { number_of_instances: 5000 } }")},
        Case{"Aspects", policy("tosca.policies.nfv.ScalingAspects", "{ aspects: { x: { max_scale_level: 0 } } }")},
        Case{"NoLevels", policy("tosca.policies.nfv.InstantiationLevels", "{ levels: {} }")},
        Case{"PolicyType", node("Forward", "") + "  policies: [ p: { properties: {} } ]\n"},
        Case{"PoliciesAsText", node("Forward", "") + "  policies: none\n"}),
    testing_support::by_name);

TEST(EditorSchema, KnowsVersionsAndPorts) {
  EXPECT_THAT(violations(schema_of_tests(), "tosca_definitions_version: tosca_simple_yaml_2_0\n"), Not(IsEmpty()));
  EXPECT_THAT(violations(schema_of_tests(), "description: none\n"), Not(IsEmpty()));
  const std::string start =
      "tosca_definitions_version: tosca_simple_yaml_1_3\ntopology_template:\n  substitution_mappings: ";
  EXPECT_THAT(violations(schema_of_tests(), start + "{ requirements: [ { x: [ in, virtual_link ] } ] }\n"), IsEmpty());
  EXPECT_THAT(violations(schema_of_tests(), start + "{ requirements: { x: in, y: [] } }\n"), IsEmpty());
  EXPECT_THAT(violations(schema_of_tests(), start + "{ requirements: { x: [ in, virtual_lnk ] } }\n"), Not(IsEmpty()));
}

TEST(EditorSchema, DescribesWhatEditorsShow) {
  const auto catalog = Catalog::parse(text_of(kSamples / "catalog.json")).value();
  const auto count =
      editor_schema(catalog)["definitions"]["unf.nodes.CountUrl"]["properties"]["properties"]["properties"];
  EXPECT_EQ(count["top"]["description"], "URLs reported");
  EXPECT_EQ(count["top"]["default"], 10);
  EXPECT_EQ(count["top"]["anyOf"][0], (json{{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}}));
  EXPECT_THAT(editor_schema(catalog).dump(), Not(HasSubstr("unf-")));
}

}  // namespace
}  // namespace unf::tosca
