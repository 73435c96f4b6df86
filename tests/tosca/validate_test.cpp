#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/tosca/support.h"
#include "tosca/load.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Validation validation_of(std::initializer_list<std::pair<const std::string, std::string>> files) {
  return validate({.paths = {files.begin()->first}, .files = {files.begin(), files.end()}},
                  testing_support::test_catalog());
}

Validation validation_of_sample(const std::string& name) {
  const std::vector<std::string> paths{std::filesystem::path{source_path("samples")} / name};
  return validate(load(paths).value(), testing_support::test_catalog());
}

/// `kind name flavour: vnfs unfs paths`.
std::vector<std::string> found(const Validation& validation) {
  std::vector<std::string> lines;
  for (const auto& service : validation.services) {
    lines.push_back(fmt::format("{} {} {}: {} {} {}", service.kind == Described::Kind::nsd ? "nsd" : "vnfd",
                                service.name, service.flavour, service.vnfs, service.unfs, service.paths));
  }
  return lines;
}

/// `LINE:COLUMN path: message|expected|suggestion`.
std::vector<std::string> problems_of(const Validation& validation) {
  std::vector<std::string> lines;
  for (const auto& [at, path, message, expected, suggestion] : validation.problems) {
    lines.push_back(fmt::format("{}:{} {}: {}|{}|{}", at.line, at.column, path, message, expected, suggestion));
  }
  return lines;
}

TEST(Validate, NamesWhatThePackageHolds) {
  const auto validation = validation_of_sample("enterprise-edge");
  EXPECT_THAT(problems_of(validation), IsEmpty());
  EXPECT_THAT(found(validation), ElementsAre("nsd edge : 3 16 2", "vnfd application-firewall default: 1 6 0",
                                             "vnfd firewall default: 1 4 0", "vnfd monitor default: 1 6 0"));
  EXPECT_EQ(validation.text, "");
}

TEST(Validate, TakesAVnfdAsAServiceOfItsOwn) {
  const auto validation = validation_of_sample("ttl-router.yaml");
  EXPECT_TRUE(validation.valid());
  EXPECT_THAT(found(validation), ElementsAre("vnfd ttl-router default: 1 4 1"));
  EXPECT_EQ(validation.services[0].descriptor_id, "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0b00");
}

constexpr auto kForward = "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n";

struct Case {
  const char* name;
  const char* nodes;  ///< from the eighth line of a VNFD on
  std::vector<std::string> problems;
};
class Diagnostics : public testing::TestWithParam<Case> {};
TEST_P(Diagnostics, SayWhereAndWhat) {
  const auto vnfd = vnfd_of_nodes(GetParam().nodes);
  const auto validation = validation_of({{"v.yaml", vnfd}});
  EXPECT_EQ(problems_of(validation), GetParam().problems);
  EXPECT_EQ(validation.text, tosca::problems_of(read_files({{"v.yaml", vnfd}}))) << "as read_service says it";
  for (const auto& problem : validation.problems) EXPECT_EQ(problem.at.file, "v.yaml");
}
INSTANTIATE_TEST_SUITE_P(
    Vnfds, Diagnostics,
    testing::Values(
        Case{"Well", kForward, {}},
        Case{
            "UnknownType",
            "    a: { type: unf.nodes.Forwrad, requirements: [ { out: out } ] }\n",
            {"8:16 topology_template.node_templates.a.type: unknown node type `unf.nodes.Forwrad`|one of the catalogue|"
             "unf.nodes.Forward"}},
        Case{"OutOfRange",
             "    a:\n      type: unf.nodes.CountUrl\n      properties: { top: 0 }\n      requirements: [ { out: out } "
             "]\n",
             {"10:26 topology_template.node_templates.a.properties.top: property `a.top` is `0`|an integer from 1 to "
              "1000|"}},
        Case{"InAList",
             "    a: { type: unf.nodes.Everything, properties: { ports: [ 1, x ] }, requirements: [ { out: out } ] }\n",
             {"8:64 topology_template.node_templates.a.properties.ports[1]: property `a.ports[1]` is `x`|an integer "
              "from "
              "0 to 65535|"}},
        Case{
            "NoSuchProperty",
            "    a: { type: unf.nodes.CountUrl, properties: { tpo: 1 }, requirements: [ { out: out } ] }\n",
            {"8:50 topology_template.node_templates.a.properties.tpo: unknown property `a.tpo`|one of slots, top|top"}},
        Case{"MissingProperty",
             "    a: { type: unf.nodes.L3L4Filter, requirements: [ { out: out } ] }\n",
             {"8:5 topology_template.node_templates.a: no property `a.rules`|the name of a file|"}},
        Case{"ABlockWhereAValueIs",
             "    a:\n      type: unf.nodes.CountUrl\n      properties:\n        top:\n          deep: 1\n"
             "      requirements: [ { out: out } ]\n",
             {"12:11 topology_template.node_templates.a.properties.top: property `a.top` is a map|an integer from 1 to "
              "1000|"}},
        Case{"NoSuchGate",
             "    a: { type: unf.nodes.HttpClassifier, requirements: [ { http: out }, { othr: out } ] }\n",
             {"8:75 topology_template.node_templates.a.requirements[1].othr: HttpClassifier has no gate `othr`|one of "
              "http, other|other"}},
        Case{"KeyTwice",
             "    a: { type: unf.nodes.Forward, type: unf.nodes.Forward }\n",
             {"8:35 topology_template.node_templates.a.type: duplicate key `type`, first in line 8|each key once|"}},
        Case{"NoYaml", "    a: [\n", {"9:1 : not YAML: end of sequence flow not found||"}},
        Case{
            "SeveralAtOnce",
            "    a: { type: unf.nodes.Forwrad }\n    b: { type: unf.nodes.CountUrl, properties: { top: 0, x: 1 } }\n",
            {"8:16 topology_template.node_templates.a.type: unknown node type `unf.nodes.Forwrad`|one of the catalogue|"
             "unf.nodes.Forward",
             "9:5 topology_template.node_templates.b: no gate of `b` leads anywhere|a requirement for out|",
             "9:55 topology_template.node_templates.b.properties.top: property `b.top` is `0`|an integer from 1 to "
             "1000|",
             "9:58 topology_template.node_templates.b.properties.x: unknown property `b.x`|one of slots, top|"}}),
    testing_support::by_name);

std::string flavour(const std::string& name, const std::string& node) {
  return fmt::format(R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  substitution_mappings:
    node_type: example.Vnf
    properties: {{ descriptor_id: 17, flavour_id: {} }}
    requirements: {{ left: [ in, virtual_link ], right: [ out, virtual_link ] }}
  node_templates:
    in: {{ type: unf.nodes.NicIngress, requirements: [ {{ out: a }} ] }}
    out: {{ type: unf.nodes.NicEgress }}
    a: {{ type: {}, requirements: [ {{ out: out }} ] }}
)",
                     name, node);
}

TEST(Validate, ReadsEveryFlavour) {
  const auto small = flavour("small", "unf.nodes.Forward"), broken = flavour("large", "unf.nodes.Forwad");
  const auto both = [&](const std::string& large) {
    return validate({.paths = {"p"}, .files = {{"p/a.yaml", small}, {"p/b.yaml", large}}},
                    testing_support::test_catalog());
  };
  EXPECT_THAT(found(both(flavour("large", "unf.nodes.MacSwapper"))),
              ElementsAre("vnfd a small: 1 3 1", "vnfd b large: 1 3 1"));
  const auto validation = both(broken);
  ASSERT_EQ(validation.problems.size(), 1U) << validation.text;
  EXPECT_EQ(validation.problems[0].at.file, "p/b.yaml");
  EXPECT_EQ(validation.problems[0].path, "topology_template.node_templates.a.type");
}

TEST(Validate, ReadsVnfdsThatTheNsdDoesNotUseAndProblemsOfAllFilesAtOnce) {
  const std::vector<std::string> paths{std::filesystem::path{source_path("samples/enterprise-edge")}};
  auto files = load(paths).value();
  const auto root = files.paths[0];
  files.files[root + "/spare.yaml"] = flavour("large", "unf.nodes.L3L4Filter");
  EXPECT_TRUE(read_service(files, testing_support::test_catalog()));
  auto& monitor = files.files[root + "/monitor.yaml"];
  monitor.replace(monitor.find("unf.nodes.CountUrl"), 18, "unf.nodes.CuontUrl");
  std::vector<std::string> messages;
  for (const auto& problem : validate(files, testing_support::test_catalog()).problems) {
    messages.push_back(problem.message);
  }
  EXPECT_THAT(messages, ElementsAre("unknown node type `unf.nodes.CuontUrl`", "no property `a.rules`"));
}

TEST(Validate, SaysThatThereIsNothing) {
  EXPECT_THAT(problems_of(validation_of({{"v.yaml", "tosca_definitions_version: tosca_simple_yaml_1_3\n"}})),
              ElementsAre("1:0 : neither an NSD nor a VNFD|a `topology_template`|"));
  EXPECT_FALSE(validate({}, testing_support::test_catalog()).valid());
}

TEST(Validate, SaysWhatCouldNotBeLoaded) {
  const std::vector<std::string> paths{"/nowhere.yaml"};
  const auto validation = not_loaded(load(paths).error());
  ASSERT_EQ(validation.problems.size(), 1U);
  EXPECT_EQ(validation.problems[0].at.file, "/nowhere.yaml");
  EXPECT_EQ(validation.problems[0].message, "no such file or directory");
}

}  // namespace
}  // namespace unf::tosca
