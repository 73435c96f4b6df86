#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/by_name.h"
#include "tests/tosca/support.h"
#include "tosca/load.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::UnorderedElementsAre;

const std::string kVersion = "tosca_definitions_version: tosca_simple_yaml_1_3\n";
const std::string kVnf = vnfd_of_nodes("    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n");

/// Aliases that stand for 10^9 values.
std::string alias_bomb() {
  std::string text = kVersion + "dsl_definitions:\n  a0: &a0 [ x, x, x, x, x, x, x, x, x, x ]\n";
  for (int i = 1; i < 9; ++i) {
    text += fmt::format("  a{0}: &a{0} [ *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1} ]\n", i,
                        i - 1);
  }
  return text;
}

struct Bad {
  const char* name;
  std::string text;
  std::string problems;
};
class BadFile : public testing::TestWithParam<Bad> {};

TEST_P(BadFile, IsReportedByLine) {
  EXPECT_EQ(problems_of(read_files({{"v.yaml", GetParam().text}})), GetParam().problems);
}
INSTANTIATE_TEST_SUITE_P(
    Tosca, BadFile,
    testing::Values(
        Bad{"Empty", "", "v.yaml:1: empty, expected a YAML document"},
        Bad{"OnlyAComment", "# nothing\n", "v.yaml:1: empty, expected a YAML document"},
        Bad{"NotYaml", kVersion + "topology_template: { [\n", "v.yaml:3: not YAML: end of sequence flow not found"},
        Bad{"Tab", kVersion + "topology_template:\n\tnode_templates: {}\n", "v.yaml:3: not YAML: illegal map value"},
        Bad{"UnknownAnchor", kVersion + "description: *none\n",
            "v.yaml:2: not YAML: the referenced anchor is not defined"},
        Bad{"NulByte", kVersion + std::string("description: a\0b\n", 17),
            "v.yaml:2: a byte that is no text, expected YAML in UTF-8"},
        Bad{"NoUtf8", kVersion + "description: \xff\xfe\n", "v.yaml:2: a byte that is no text, expected YAML in UTF-8"},
        Bad{"Binary",
            std::string("\x7f"
                        "ELF\x02\x01\x01\x00\x00\x00",
                        10),
            "v.yaml:1: a byte that is no text, expected YAML in UTF-8"},
        Bad{"Text", "hello\n", "v.yaml:1: `hello`, expected a TOSCA service template"},
        Bad{"List", "- a\n- b\n", "v.yaml:1: a list, expected a TOSCA service template"},
        Bad{"NoVersion", "topology_template: {}\n",
            "v.yaml:1: no `tosca_definitions_version`, expected tosca_simple_yaml_1_3"},
        Bad{"OtherVersion", "tosca_definitions_version: tosca_simple_yaml_2_0\n",
            "v.yaml:1: tosca_definitions_version is `tosca_simple_yaml_2_0`, expected one of "
            "tosca_simple_yaml_1_0, tosca_simple_yaml_1_1, tosca_simple_yaml_1_2, tosca_simple_yaml_1_3, "
            "tosca_simple_profile_for_nfv_1_0_0"},
        Bad{"VersionIsAMap", "tosca_definitions_version: { a: b }\n",
            "v.yaml:1: tosca_definitions_version is a map, expected one of tosca_simple_yaml_1_0, "
            "tosca_simple_yaml_1_1, tosca_simple_yaml_1_2, tosca_simple_yaml_1_3, "
            "tosca_simple_profile_for_nfv_1_0_0"},
        Bad{"TwoDocuments", kVnf + "---\n" + kVnf, "v.yaml:10: a second YAML document, expected one a file"},
        Bad{"DuplicateKey", kVersion + "description: a\ndescription: b\n",
            "v.yaml:3: duplicate key `description`, first in line 2; expected each key once"},
        Bad{"KeyIsAList", kVersion + "? [ a, b ]\n: c\n", "v.yaml:2: a key that is a list, expected a name"},
        Bad{"MisspeltKey", kVersion + "topology_templates: {}\n",
            "v.yaml:2: unknown key `topology_templates` in a service template, expected one of "
            "tosca_definitions_version, namespace, metadata, template_name, template_author, template_version, "
            "description, dsl_definitions, repositories, imports, artifact_types, data_types, ...; did you mean "
            "`topology_template`?"},
        Bad{"TopologyIsAList", kVersion + "topology_template: [ a ]\n",
            "v.yaml:2: `topology_template` is a list, expected a map"},
        Bad{"NoService", kVersion + "topology_template: { node_templates: {} }\n",
            "v.yaml:1: neither an NSD nor a VNFD, expected substitution_mappings for a node type derived from "
            "tosca.nodes.nfv.VNF, or an NSD's nodes"},
        Bad{"OnlyTypes", kVersion + "node_types: { a: { derived_from: tosca.nodes.nfv.VNF } }\n",
            "v.yaml:1: neither an NSD nor a VNFD, expected a `topology_template`"},
        Bad{"AliasBomb", alias_bomb(),
            "v.yaml:8: too many values (aliases counted each time), expected at most 524288"},
        Bad{"AliasOfItself", kVersion + "dsl_definitions: &a { b: *a }\n",
            "v.yaml:2: an alias inside the value that it names"},
        Bad{"Deep", kVersion + "description: " + std::string(100'000, '[') + "\n",
            "v.yaml:2: nested too deep, expected at most 64 levels"},
        Bad{"DeepMaps",
            kVersion + "dsl_definitions:\n" +
                [] {
                  std::string text;
                  for (int i = 1; i < 100; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
                  return text;
                }(),
            "v.yaml:66: nested too deep, expected at most 64 levels"},
        Bad{"Huge", kVersion + "description: " + std::string(9'000'000, 'x') + "\n",
            "v.yaml: 9000063 bytes, expected at most 8388608"},
        Bad{"MergeOfAText", kVersion + "metadata: { <<: text }\n",
            "v.yaml:2: a merge (`<<`) of `text`, expected a map"},
        Bad{"ImportAbsent", kVersion + "imports: [ none.yaml ]\ntopology_template: {}\n",
            "v.yaml:2: import `none.yaml` is absent, expected a file of the package"},
        Bad{"ImportOutside", kVersion + "imports: [ ../../etc/passwd ]\ntopology_template: {}\n",
            "v.yaml:2: import `../../etc/passwd` is outside the package, expected a file inside it"},
        Bad{"ImportByUrl", kVersion + "imports: [ 'https://example.com/types.yaml' ]\ntopology_template: {}\n",
            "v.yaml:2: import `https://example.com/types.yaml` is not local, expected a file of the package"},
        Bad{"ImportIsAList", kVersion + "imports: [ [ a ] ]\ntopology_template: {}\n",
            "v.yaml:2: import is a list, expected the name of a file"},
        Bad{"TypeDerivesFromItself", kVersion + R"(node_types: { a: { derived_from: b }, b: { derived_from: a } }
topology_template:
  substitution_mappings: { node_type: v, requirements: {} }
  node_templates: { x: { type: a } }
)",
            "v.yaml:5: node type `a` derives from itself"},
        Bad{"UnknownParent", kVersion + R"(node_types:
  a: { derived_from: unf.nodes.CheckIPHeadr }
topology_template:
  substitution_mappings: { node_type: v, requirements: {} }
  node_templates: { x: { type: a } }
)",
            "v.yaml:6: unknown node type `unf.nodes.CheckIPHeadr`, from which `a` derives, expected one of the "
            "catalogue; did you mean `unf.nodes.CheckIPHeader`?"},
        Bad{"EmptyVnf", kVersion + "topology_template:\n  substitution_mappings: { node_type: v }\n",
            "v.yaml:3: VNF v has no uNF, expected node templates of unf.nodes.*"},
        Bad{"BadMappings", kVersion + R"(topology_template:
  substitution_mappings:
    node_type: v
    requirements:
      a: [ in, virtual_lnk ]
      b: [ inn, virtual_link ]
      c: [ f, virtual_link ]
      d: { in: virtual_link }
      e: [ in, virtual_link ]
      f: [ in, virtual_link ]
  node_templates:
    in: { type: unf.nodes.NicIngress, requirements: [ { out: f } ] }
    f: { type: unf.nodes.Forward, requirements: [ { out: out } ] }
    out: { type: unf.nodes.NicEgress }
)",
            "v.yaml:6: `a` is mapped to requirement `virtual_lnk`, expected `virtual_link`\n"
            "v.yaml:7: `b` is mapped to `inn`, expected the name of a node template; did you mean `in`?\n"
            "v.yaml:8: `c` is mapped to `f` of type unf.nodes.Forward, expected a NicIngress or NicEgress\n"
            "v.yaml:9: `d` is mapped to a map, expected [ NODE, virtual_link ]\n"
            "v.yaml:11: `f` is mapped to `in`, and so is `e`, expected a node for each\n"
            "v.yaml:15: no virtual link is mapped to `out`, expected NAME: [ out, virtual_link ] in "
            "substitution_mappings' requirements"}),
    testing_support::by_name);

TEST(Normative, TypeFilesAreBuiltIn) {
  for (const auto* import :
       {"etsi_nfv_sol001_vnfd_types.yaml", "{ file: ../types/etsi_nfv_sol001_common_types.yaml }",
        "'https://forge.etsi.org/rep/x/etsi_nfv_sol001_vnfd_types.yaml'", "{ etsi: etsi_nfv_sol001_nsd_types.yaml }"}) {
    EXPECT_EQ(problems_of(read_files({{"v.yaml", kVnf + "imports: [ " + import + " ]\n"}})), "");
  }
}

TEST(Messages, AreOneLineWhateverIsInTheInput) {
  const auto message = problems_of(
      read_files({{"v.yaml", vnfd_of_nodes("    a: { type: \"x\\n\\e[31m" + std::string(1000, 'y') + "\" }\n")}}));
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 0) << message;
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 600);
}

TEST(Messages, StopAfterAHundred) {
  std::string nodes = "    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n";
  for (int i = 0; i < 300; ++i) nodes += fmt::format("    n{}: {{ type: nothing }}\n", i);
  const auto message = problems_of(read_files({{"v.yaml", vnfd_of_nodes(nodes)}}));
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 100);
  EXPECT_THAT(message, testing::EndsWith("v.yaml: and 200 more problems"));
}

TEST(Package, EntryIsWhatToscaMetaSays) {
  const auto read = [](const std::string& meta) {
    return read_service(
        {.paths = {"p"}, .files = {{"p/TOSCA-Metadata/TOSCA.meta", meta}, {"p/a.yaml", kVnf}, {"p/b.yaml", kVnf}}},
        testing_support::test_catalog());
  };
  const auto service = read("TOSCA-Meta-File-Version: 1.1\r\nEntry-Definitions:  b.yaml \r\n");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "b");
  EXPECT_EQ(problems_of(read("Entry-Definitions: c.yaml\n")),
            "p/TOSCA-Metadata/TOSCA.meta:1: Entry-Definitions `c.yaml` is absent, expected a file of the package");
  EXPECT_EQ(
      problems_of(read("CSAR-Version: 1.1\nEntry-Definitions: ../x.yaml\n")),
      "p/TOSCA-Metadata/TOSCA.meta:2: Entry-Definitions `../x.yaml` is outside the package, expected a file inside it");
  EXPECT_EQ(problems_of(read("CSAR-Version: 1.1\n")),
            "p/TOSCA-Metadata/TOSCA.meta:1: no `Entry-Definitions`, expected the name of a service template");
}

TEST(Package, OfTwoVnfdsNeedsAnNsd) {
  EXPECT_EQ(problems_of(read_service({.paths = {""}, .files = {{"a.yaml", kVnf}, {"b.yaml", kVnf}}},
                                     testing_support::test_catalog())),
            "a.yaml:1: one of 2 VNFDs and no NSD, expected one VNFD, or an NSD that joins them\n"
            "b.yaml:1: one of 2 VNFDs and no NSD, expected one VNFD, or an NSD that joins them");
}

TEST(Package, LeavesYamlThatIsNoToscaAlone) {
  const FileSet files{
      .paths = {"p"},
      .files = {{"p/v.yaml", kVnf}, {"p/values.yaml", "a: {{ b }}"}, {"p/hot.yaml", "heat_template_version: 2013\n"}}};
  EXPECT_EQ(problems_of(read_service(files, testing_support::test_catalog())), "");
}

TEST(Package, WithoutToscaIsRefused) {
  EXPECT_EQ(
      problems_of(read_service({.paths = {"p"}, .files = {{"p/hot.yaml", "a: b\n"}}}, testing_support::test_catalog())),
      "p: no TOSCA in it, expected an NSD or a VNFD");
  EXPECT_FALSE(read_service({}, testing_support::test_catalog()));
}

/// Files on disk, gone afterwards.
class Load : public testing::Test {
 protected:
  Load() { std::filesystem::create_directories(root_ / "p" / "Definitions"); }
  ~Load() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream{root_ / name} << text;
  }
  Result<FileSet> load(const std::string& name) { return tosca::load(std::vector{(root_ / name).string()}); }
  std::vector<std::string> names(const FileSet& files) {
    std::vector<std::string> found;
    for (const auto& [name, text] : files.files) found.push_back(std::filesystem::relative(name, root_).string());
    return found;
  }

  std::filesystem::path root_ = std::filesystem::path{testing::TempDir()} / fmt::format("unf-load-{}", getpid());
};

const std::string kFilter =
    "    a: { type: unf.nodes.L3L4Filter, properties: { rules: x.rules }, requirements: [ { out: out } ] }\n";

TEST_F(Load, TakesImportsAndRuleFilesOfAFile) {
  write("p/v.yaml", vnfd_of_nodes(kFilter) + "imports: [ types.yaml ]\n");
  write("p/types.yaml",
        kVersion +
            "node_types: { t: { derived_from: unf.nodes.L3L4Filter, properties: { rules: { default: y.rules } } } }\n");
  write("p/x.rules", "deny any any any any any\n");
  write("p/y.rules", "deny any any any any any\n");
  write("p/unrelated.yaml", kVnf);
  const auto files = load("p/v.yaml");
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(names(*files), UnorderedElementsAre("p/v.yaml", "p/types.yaml", "p/x.rules", "p/y.rules"));
  EXPECT_EQ(problems_of(read_service(*files, testing_support::test_catalog())), "");
}

TEST_F(Load, TakesADirectory) {
  write("p/Definitions/v.yaml", vnfd_of_nodes(kFilter));
  write("p/Definitions/x.rules", "deny any any any any any\n");
  write("p/TOSCA-Metadata/TOSCA.meta", "Entry-Definitions: Definitions/v.yaml\n");
  write("p/Files/image.img", "big");
  write("p/.git/config.yaml", kVnf);
  const auto files = load("p/");
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(names(*files),
              UnorderedElementsAre("p/Definitions/v.yaml", "p/Definitions/x.rules", "p/TOSCA-Metadata/TOSCA.meta"));
  EXPECT_EQ(problems_of(read_service(*files, testing_support::test_catalog())), "");
}

TEST_F(Load, LeavesWhatLiesOutsideThePackage) {
  write("secret", "secret");
  write("p/v.yaml",
        vnfd_of_nodes(
            "    a: { type: unf.nodes.L3L4Filter, properties: { rules: ../secret }, requirements: [ { out: b } ] }\n"
            "    b: { type: unf.nodes.L3L4Filter, properties: { rules: link }, requirements: [ { out: out } ] }\n"));
  std::filesystem::create_symlink(root_ / "secret", root_ / "p" / "link");
  const auto files = load("p/v.yaml");
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_THAT(names(*files), ElementsAre("p/v.yaml"));
  EXPECT_THAT(problems_of(read_service(*files, testing_support::test_catalog())),
              testing::AllOf(HasSubstr("`../secret` is outside the package"), HasSubstr("`link` is absent")));
}

TEST_F(Load, RefusesWhatCannotBeRead) {
  EXPECT_EQ(load("none.yaml").error().code, Errc::not_found);
  EXPECT_EQ(tosca::load({}).error().code, Errc::malformed);
  write("p.csar", "PK\x03\x04 zip");
  EXPECT_EQ(load("p.csar").error().code, Errc::malformed);
  write("big.yaml", std::string((8U << 20) + 1, 'x'));
  EXPECT_EQ(load("big.yaml").error().code, Errc::malformed);
  EXPECT_EQ(tosca::load(std::vector<std::string>{"/dev/null"}).error().code, Errc::malformed);
}

TEST_F(Load, RefusesTooManyFiles) {
  for (int i = 0; i < 600; ++i) write(fmt::format("p/{}.yaml", i), kVersion);
  const auto files = load("p");
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().message, HasSubstr("more than 512 files"));
}

}  // namespace
}  // namespace unf::tosca
