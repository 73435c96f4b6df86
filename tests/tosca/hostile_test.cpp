#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "tests/support/by_name.h"
#include "tests/tosca/support.h"
#include "tosca/load.h"

namespace unf::tosca {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using Files = std::map<std::string, std::string>;

std::string forward(const std::string& more = "") {
  return "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ]" + more + " }\n";
}
std::string with_policy(const std::string& policy) {
  return vnfd_of_nodes(forward()) + "  policies: [ p: { targets: [ a ], " + policy + " } ]\n";
}
std::string everything(const std::string& properties) {
  return vnfd_of_nodes("    a: { type: unf.nodes.Everything, requirements: [ { out: out } ], properties: { " +
                       properties + " } }\n");
}

/// `count` uNFs one behind the other.
std::string chain(int count) {
  std::string nodes;
  for (int i = 0; i < count; ++i) {
    nodes += fmt::format("    {}: {{ type: unf.nodes.Forward, requirements: [ {{ out: {} }} ] }}\n",
                         i == 0 ? "a" : fmt::format("n{}", i), i + 1 == count ? "out" : fmt::format("n{}", i + 1));
  }
  return vnfd_of_nodes(nodes);
}

/// A network service of `count` VNFs of one type.
std::string service(int count) {
  std::string nodes;
  for (int i = 0; i < count; ++i) {
    nodes += fmt::format(
        "    v{}: {{ type: example.Vnf, requirements: [ {{ left: l{} }}, {{ right: l{} }} ] }}\n"
        "    l{}: {{ type: tosca.nodes.nfv.NsVirtualLink }}\n",
        i, i, i + 1, i);
  }
  return fmt::format(
      "tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [ v.yaml ]\n"
      "node_types: {{ example.Vnf: {{ derived_from: tosca.nodes.nfv.VNF }} }}\n"
      "topology_template:\n  node_templates:\n{}    l{}: {{ type: tosca.nodes.nfv.NsVirtualLink }}\n",
      nodes, count);
}

struct Hostile {
  const char* name;
  std::function<Files()> files;
  const char* problem;  ///< empty: none
};
std::ostream& operator<<(std::ostream& out, const Hostile& hostile) { return out << hostile.name; }

/// A package on disk.
class HostilePackage : public testing::TestWithParam<Hostile> {
 protected:
  HostilePackage() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~HostilePackage() override { fs::remove_all(root_); }

  [[nodiscard]] Files on_disk() const {
    Files files;
    for (const auto& file : fs::recursive_directory_iterator{root_}) {
      if (!file.is_regular_file()) continue;
      std::ostringstream text;
      text << std::ifstream{file.path()}.rdbuf();
      files.emplace(fs::relative(file.path(), root_), text.str());
    }
    return files;
  }

  fs::path root_;
};

TEST_P(HostilePackage, IsRefusedWithALineAndLeavesTheDiskAlone) {
  const auto files = GetParam().files();
  for (const auto& [name, text] : files) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream{root_ / name} << text;
  }
  const std::vector<std::string> paths{root_};
  const auto loaded = load(paths);
  const auto validation = loaded ? validate(*loaded, testing_support::test_catalog()) : not_loaded(loaded.error());
  if (GetParam().problem[0] == '\0') {
    EXPECT_EQ(validation.text, "");
  } else {
    EXPECT_THAT(validation.text, HasSubstr(GetParam().problem));
    EXPECT_LE(std::count(validation.text.begin(), validation.text.end(), '\n'), 100);
  }
  EXPECT_EQ(on_disk(), files);
  EXPECT_FALSE(fs::exists("/tmp/unf-pwned"));
}

Files one(std::string text) { return {{"v.yaml", std::move(text)}}; }

INSTANTIATE_TEST_SUITE_P(
    BadInputs, HostilePackage,
    testing::Values(
        Hostile{"PythonTags",
                [] {
                  return one(vnfd_of_nodes(
                      forward(", description: !!python/object/apply:os.system [ touch /tmp/unf-pwned ]")));
                },
                ""},
        Hostile{"PythonTagOfAValue", [] { return one(everything("label: !!python/name:os.system x1")); },
                "property `a.label` is `'x1'`"},
        Hostile{"ImportCycle",
                [] {
                  return Files{
                      {"v.yaml", vnfd_of_nodes(forward()) + "imports: [ b.yaml, v.yaml ]\n"},
                      {"b.yaml", "tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [ v.yaml, c.yaml ]\n"},
                      {"c.yaml", "tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [ b.yaml ]\n"}};
                },
                ""},
        Hostile{"LongDerivation",
                [] {
                  std::string types = "node_types:\n";
                  for (int i = 0; i < 5000; ++i) types += fmt::format("  t{}: {{ derived_from: t{} }}\n", i, i + 1);
                  return one(vnfd_of_nodes("    a: { type: t0 }\n") + types);
                },
                "derives through more than 32 others"},
        Hostile{"UnknownUnf", [] { return one(vnfd_of_nodes("    a: { type: unf.nodes.'; drop }\n")); },
                "v.yaml:8: unknown node type `unf.nodes.'; drop`"},
        Hostile{"LongCircle",
                [] {
                  auto text = chain(2000);
                  const auto last = text.rfind("{ out: out }");
                  return one(text.replace(last, 12, "{ out: n1 }"));
                },
                "requirements lead round in a circle"},
        Hostile{"AMillionNodes", [] { return one(chain(1'000'000)); }, "v.yaml: larger than 8388608 bytes"},
        Hostile{"MoreNodesThanValues", [] { return one(chain(60'000)); }, "too many values"},
        Hostile{"AMillionNodesOfVnfs",
                [] {
                  return Files{{"ns.yaml", service(1000)}, {"v.yaml", chain(1000)}};
                },
                "too many uNFs"},
        Hostile{"ShellInNames",
                [] {
                  auto text = vnfd_of_nodes(
                      "    \"$(touch >tmp>unf-pwned)\": { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n");
                  return one(text.replace(text.find("{ out: a }"), 10, "{ out: \"$(touch >tmp>unf-pwned)\" }"));
                },
                ""},
        Hostile{
            "ShellInTheServicesName",
            [] { return one(vnfd_of_nodes(forward()) + "metadata: { template_name: '`touch /tmp/unf-pwned`' }\n"); },
            "expected 1 to 128 characters without `/` and `#`"},
        Hostile{
            "ShellInAFilesName",
            [] {
              return one(vnfd_of_nodes(
                  "    a: { type: unf.nodes.L3L4Filter, requirements: [ { out: out } ], properties: { rules: \"|touch "
                  "/tmp/unf-pwned;\" } }\n"));
            },
            "is absent, expected a file of the package"},
        Hostile{"TerminalCodesInNames",
                [] { return one(vnfd_of_nodes("    a: { type: \"unf.nodes.\\e[2J\\r\\n\" }\n")); },
                "unknown node type `unf.nodes.\\x1b[2J\\x0d\\x0a`"},
        Hostile{"NegativeInstances",
                [] {
                  return one(
                      with_policy("type: tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { "
                                  "number_of_instances: -1 } }"));
                },
                "expected 1 to 1024"},
        Hostile{"NegativeLevels",
                [] {
                  return one(
                      with_policy("type: tosca.policies.nfv.ScalingAspects, properties: { aspects: { x: { "
                                  "max_scale_level: -2147483649 } } }"));
                },
                "expected 1 to 1024"},
        Hostile{"HugeNumber", [] { return one(everything("limits: { rate: 99999999999999999999999999 }")); },
                "expected an integer"},
        Hostile{"NoNumber", [] { return one(everything("ratio: .nan")); }, "expected a number from 0 to 1"},
        Hostile{"TextForAPattern", [] { return one(everything("label: " + std::string(100'000, 'a'))); },
                "expected a text from 1 to 8 characters"},
        Hostile{"CatastrophicRules",
                [] {
                  return Files{
                      {"v.yaml", vnfd_of_nodes("    a: { type: unf.nodes.L3L4Filter, requirements: [ { out: out } ], "
                                               "properties: { rules: r.rules } }\n")},
                      {"r.rules", "/(a+)+" + std::string(1'000'000, '(') + "$/\n"}};
                },
                ""},
        Hostile{"FunctionBomb",
                [] {
                  std::string properties = "x9: [ 1 ]";
                  for (int i = 0; i < 9; ++i) {
                    properties += fmt::format(", x{}: [", i);
                    for (int k = 0; k < 20; ++k)
                      properties += fmt::format("{} {{ get_property: [ SELF, x{} ] }}", k > 0 ? "," : "", i + 1);
                    properties += " ]";
                  }
                  return one(everything(properties + ", ports: { get_property: [ SELF, x0 ] }"));
                },
                "functions"},
        Hostile{"ConcatBomb",
                [] {
                  std::string properties = "x13: " + std::string(1000, 'x');
                  for (int i = 0; i < 13; ++i) {
                    properties += fmt::format(
                        ", x{}: {{ concat: [ {{ get_property: [ SELF, x{} ] }}, {{ get_property: [ SELF, x{} ] }} ] }}",
                        i, i + 1, i + 1);
                  }
                  return one(everything(properties + ", label: { get_property: [ SELF, x0 ] }"));
                },
                "v.yaml:8: "},
        Hostile{"CopyBomb",
                [] {
                  std::string list = "x: [ { concat: [ a ] }";
                  for (int i = 0; i < 50'000; ++i) list += ", 1";
                  list += " ], ports: [ 1";
                  for (int i = 0; i < 2'000; ++i) list += ", { get_property: [ SELF, x ] }";
                  return one(everything(list + " ]"));
                },
                "functions yield too many values"},
        Hostile{"LongTextBomb",
                [] {
                  std::string list = "x: &t " + std::string(60'000, 't') + ", ports: [ 1";
                  for (int i = 0; i < 20'000; ++i) list += ", { concat: [ *t, a ] }";
                  return one(everything(list + " ]"));
                },
                "functions yield too many values"},
        Hostile{"ManyProblemsInALine",
                [] {
                  std::string items = "1";
                  for (int i = 0; i < 100'000; ++i) items += ", x";
                  return one(
                      "tosca_definitions_version: tosca_simple_yaml_1_3\n"
                      "node_types: { t: { derived_from: tosca.nodes.Root, properties: { p: { type: list, "
                      "entry_schema: integer } } } }\n" +
                      vnfd_of_nodes("    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n"
                                    "    n: { type: t, properties: { p: [ " +
                                    items + " ] } }\n")
                          .substr(vnfd_of_nodes("").find('\n') + 1));
                },
                "of `n` is `x`, expected an integer\n"},
        Hostile{"ManyPatterns",
                [] {
                  std::string declared, values;
                  for (int i = 0; i < 2'000; ++i) {
                    declared +=
                        fmt::format("{}p{}: {{ type: string, constraints: [ {{ pattern: '(\\pL{{50}}){{9}}{}' }} ] }}",
                                    i > 0 ? ", " : "", i, i);
                    values += fmt::format("{}p{}: x", i > 0 ? ", " : "", i);
                  }
                  return one(
                      "tosca_definitions_version: tosca_simple_yaml_1_3\n"
                      "node_types: { t: { derived_from: tosca.nodes.Root, properties: { " +
                      declared + " } } }\n" +
                      vnfd_of_nodes("    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n"
                                    "    n: { type: t, properties: { " +
                                    values + " } }\n")
                          .substr(vnfd_of_nodes("").find('\n') + 1));
                },
                ""},
        Hostile{"ManyProblems",
                [] {
                  std::string nodes;
                  for (int i = 0; i < 20'000; ++i) nodes += fmt::format("    m{}: {{ type: unf.nodes.No{} }}\n", i, i);
                  return one(vnfd_of_nodes(nodes));
                },
                "more problems"}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
