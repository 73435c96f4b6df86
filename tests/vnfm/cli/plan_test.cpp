#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "agent/base/files.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tosca/package/csar.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing_support::Program;

const std::string kSample = source_path("samples/enterprise-edge");

class Vnfm : public testing::Test {
 protected:
  Vnfm() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~Vnfm() override { std::filesystem::remove_all(root_); }

  int run(std::vector<std::string> arguments, std::map<std::string, std::string> environment = {}) {
    arguments.insert(arguments.begin(), program_path("vnfm"));
    environment.emplace("UNF_RUN_DIR", root_ / "run");
    Program program{arguments, root_, environment};
    const int status = program.wait();
    out_ = program.out();
    err_ = program.err();
    return status;
  }
  std::filesystem::path root_;
  std::string out_;
  std::string err_;
};

TEST_F(Vnfm, PlansTheSample) {
  ASSERT_EQ(run({"plan", kSample, "-o", "json"}), 0) << err_;
  const auto plan = nlohmann::json::parse(out_);
  EXPECT_EQ(plan["totals"]["nodes_before"], 16);
  EXPECT_EQ(plan["totals"]["nodes_after"], 9);
  EXPECT_EQ(plan["nodes"].size(), 9U);
  const auto first = out_;
  ASSERT_EQ(run({"plan", kSample, "-o", "json"}), 0);
  EXPECT_EQ(out_, first);
}

TEST_F(Vnfm, ACsarGivesThePlanOfItsDirectory) {
  ASSERT_EQ(run({"plan", kSample, "-o", "json"}), 0) << err_;
  const auto of_directory = out_;
  std::map<std::string, std::string> files;
  for (const auto& file : std::filesystem::directory_iterator{kSample}) {
    files.emplace(file.path().filename(), *agent::read_file(file.path()));
  }
  std::ofstream{root_ / "edge.csar", std::ios::binary} << tosca::make_zip(files);
  ASSERT_EQ(run({"plan", root_ / "edge.csar", "-o", "json"}), 0) << err_;
  EXPECT_EQ(out_, of_directory);
}

TEST_F(Vnfm, PlanOptionsReachTheCompiler) {
  ASSERT_EQ(run({"plan", kSample, "-o", "json", "--consolidate", "off", "--default", "bridge", "--name", "other"}), 0)
      << err_;
  const auto plan = nlohmann::json::parse(out_);
  EXPECT_GT(plan["nodes"].size(), 9U);
  EXPECT_EQ(plan["default"], "bridge");
  EXPECT_EQ(plan["graph"], "other");
}

struct Form {
  const char* name;
  const char* form;
  const char* start;
  const char* part;
};
class PlanForm : public Vnfm, public testing::WithParamInterface<Form> {};
TEST_P(PlanForm, IsPrinted) {
  ASSERT_EQ(run({"plan", kSample, "-o", GetParam().form}), 0) << err_;
  EXPECT_THAT(out_, testing::AllOf(StartsWith(GetParam().start), HasSubstr(GetParam().part)));
  EXPECT_EQ(err_, "");
}
INSTANTIATE_TEST_SUITE_P(Forms, PlanForm,
                         testing::Values(Form{"Text", "text", "service edge\n", "uNFs 16 -> 9"},
                                         Form{"Dot", "dot", "digraph", "HttpClassifier"},
                                         Form{"Svg", "svg", "<?xml", "HttpClassifier"}),
                         testing_support::by_name);

TEST_F(Vnfm, SvgWithoutGraphvizSaysSo) {
  EXPECT_EQ(run({"plan", kSample, "-o", "svg"}, {{"PATH", "/nowhere"}}), 1);
  EXPECT_THAT(err_, HasSubstr("Graphviz"));
}

TEST_F(Vnfm, EndpointsAreBoundToNetworks) {
  std::ofstream{root_ / "inventory.yaml"} << R"(hosts:
  - name: a
    cores: [{id: 3, ghz: 2.4}, {id: 4, ghz: 2.4}]
    nics: [{name: x, network: blue, pair: y}, {name: y, network: green, pair: x}]
)";
  const std::string inventory = root_ / "inventory.yaml";
  ASSERT_EQ(run({"plan", kSample, "--inventory", inventory}), 2) << "no network is called wan";
  ASSERT_EQ(run({"plan", kSample, "--inventory", inventory, "--bind", "wan=blue", "--bind", "lan=a.y", "-o", "json"}),
            0)
      << err_;
  const auto on_command_line = nlohmann::json::parse(out_);
  EXPECT_EQ(on_command_line["nodes"][0]["host"], "a");
  std::ofstream{root_ / "bind.yaml"} << "endpoints: { wan: blue, lan: a.y }\n";
  ASSERT_EQ(run({"plan", kSample, root_ / "bind.yaml", "--inventory", inventory, "-o", "json"}), 0) << err_;
  EXPECT_EQ(nlohmann::json::parse(out_), on_command_line);
}

TEST_F(Vnfm, InputsAreGivenByName) {
  std::ofstream{root_ / "mark.yaml"} << R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  inputs: { class: { type: integer }, note: { type: string } }
  substitution_mappings:
    { node_type: example.Vnf, requirements: { left: [ in, virtual_link ], right: [ out, virtual_link ] } }
  node_templates:
    in: { type: unf.nodes.NicIngress, requirements: [ { out: mark } ] }
    mark:
      type: unf.nodes.HeaderRewriter
      properties: { dscp: { get_input: class } }
      requirements: [ { out: out } ]
    out: { type: unf.nodes.NicEgress }
)";
  const std::string vnfd = root_ / "mark.yaml";
  EXPECT_EQ(run({"plan", vnfd}), 2);
  EXPECT_THAT(err_, HasSubstr("input `class` has no value"));
  ASSERT_EQ(run({"plan", vnfd, "--input", "class=46", "--input", "note=a: b", "-o", "json"}), 2);
  EXPECT_THAT(err_, StartsWith("--input:3: not YAML"));
  ASSERT_EQ(run({"plan", vnfd, "--input", "class=46", "--input", "note=", "-o", "json"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("46"));
  EXPECT_EQ(run({"validate", vnfd, "--input", "class=fast"}), 2);
  EXPECT_THAT(err_, StartsWith("--input:2: property `mark.dscp` is `fast`, expected an integer from 0 to 63"));
}

TEST_F(Vnfm, CheckPrintsNothing) {
  EXPECT_EQ(run({"plan", kSample, "--check"}), 0);
  EXPECT_EQ(out_ + err_, "");
}

TEST_F(Vnfm, CatalogAndInventoryAreRead) {
  std::ofstream{root_ / "inventory.yaml"} << R"(hosts:
  - name: a
    cores: [{id: 3, ghz: 0.000001}]
    nics: [{name: x, network: wan, pair: y}, {name: y, network: lan, pair: x}]
)";
  EXPECT_EQ(run({"plan", kSample, "--inventory", root_ / "inventory.yaml"}), 1) << "no capacity is not bad input";
  std::ofstream{root_ / "catalog.json"} << "[]";
  EXPECT_EQ(run({"plan", kSample, "--catalog", root_ / "catalog.json"}), 2);
  EXPECT_THAT(err_, HasSubstr("firewall.yaml:"));
}

constexpr auto kNoManager = "no manager at 127.0.0.1:9891: start \"vnfm serve\", or name another with --server\n";

struct Bad {
  const char* name;
  std::vector<std::string> arguments;
  int status;
  const char* message;
};
class BadUsage : public Vnfm, public testing::WithParamInterface<Bad> {};
TEST_P(BadUsage, IsOneClearLineAndAnExitCode) {
  EXPECT_EQ(run(GetParam().arguments), GetParam().status);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    Usages, BadUsage,
    testing::Values(
        Bad{"NoVerb", {}, 2, "vnfm: expected a verb (\"vnfm --help\" lists the verbs)\n"},
        Bad{"MisspeltVerb",
            {"plna", kSample},
            2,
            "vnfm: no verb \"plna\"; did you mean \"plan\"? (\"vnfm --help\" lists the verbs)\n"},
        Bad{"UnknownVerb", {"fly"}, 2, "vnfm: no verb \"fly\" (\"vnfm --help\" lists the verbs)\n"},
        Bad{"NounWithoutVerb", {"op"}, 2, "vnfm op: expected a verb (\"vnfm op --help\" lists the verbs)\n"},
        Bad{"MisspeltVerbOfNoun",
            {"package", "lsit"},
            2,
            "vnfm package: no verb \"lsit\"; did you mean \"list\"? (\"vnfm package --help\" lists the verbs)\n"},
        Bad{"NoPath", {"plan"}, 2, "PATH is required"}, Bad{"UnknownFlag", {"plan", kSample, "--fast"}, 2, "--fast"},
        Bad{"BadForm", {"plan", kSample, "-o", "pdf"}, 2, "pdf"},
        Bad{"BadChoice", {"plan", kSample, "--consolidate", "maybe"}, 2, "maybe"},
        Bad{"InputWithoutName", {"plan", kSample, "--input", "=5"}, 2, "--input: `=5`, expected NAME=VALUE"},
        Bad{"InputWithoutValue", {"plan", kSample, "--input", "a"}, 2, "--input: `a`, expected NAME=VALUE"},
        Bad{"UnknownInput", {"plan", kSample, "--input", "a=5"}, 2, "--input:2: there is no input `a`, expected none"},
        Bad{"UnknownEndpoint",
            {"plan", kSample, "--bind", "wam=x"},
            2,
            "--bind:2: there is no endpoint `wam`, expected one of wan, lan; did you mean `wan`?"},
        Bad{"AbsentPath", {"plan", "/nowhere.yaml"}, 2, "/nowhere.yaml"},
        Bad{"AbsentCatalog", {"plan", kSample, "--catalog", "/nowhere"}, 2, "/nowhere: No such file"},
        Bad{"CatalogNoJson", {"plan", kSample, "--catalog", source_path("CMakeLists.txt")}, 2, "CMakeLists.txt: "},
        Bad{"AbsentInventory", {"plan", kSample, "--inventory", "/nowhere"}, 2, "/nowhere: No such file"},
        Bad{"InventoryNoMap", {"plan", kSample, "--inventory", source_path("LICENSE")}, 2, "LICENSE:"},
        Bad{"NotTosca", {"plan", source_path("CMakeLists.txt")}, 2, "CMakeLists.txt:"},
        Bad{"InWithoutOut", {"deploy", kSample, "--local", "--in", "lo"}, 2, "--out"},
        Bad{"InWithoutLocal", {"deploy", kSample, "--in", "lo", "--out", "lo"}, 2, "--local"},
        Bad{"ServerWithLocal", {"deploy", kSample, "--local", "--server", "a:1"}, 2, "--server"},
        Bad{"NoInterface",
            {"deploy", kSample, "--local", "--in", "no-such-if", "--out", "lo"},
            2,
            "--in: no interface no-such-if on this host (see \"ip link\")"},
        Bad{"NoCapture",
            {"deploy", kSample, "--local", "--in", "/nowhere/a", "--out", "lo"},
            2,
            "--in: no capture file /nowhere/a\n"},
        Bad{"ServerText", {"deploy", kSample, "--server", "here"}, 2, "--server: here: expected HOST:PORT"},
        Bad{"ServerAbsent", {"deploy", kSample, "--server", "/nowhere/s"}, 1, "no manager at /nowhere/s"},
        Bad{"ListOfNobody",
            {"list", "--server", "/nowhere/s"},
            1,
            "no manager at /nowhere/s: start \"vnfm serve\", or name another with --server\n"},
        Bad{"ListOfNoManager", {"list"}, 1, kNoManager}, Bad{"TopOfNoManager", {"top"}, 1, kNoManager},
        Bad{"ShowNothing", {"show"}, 2, "ID is required"}, Bad{"ShowUnknown", {"show", "no-such"}, 1, kNoManager},
        Bad{"TerminateUnknown", {"terminate", "no-such"}, 1, kNoManager},
        Bad{"TopUnknown", {"top", "no-such"}, 1, kNoManager}, Bad{"ServeNothing", {"serve"}, 2, "--config"},
        Bad{"ServeAbsent", {"serve", "--config", "/nowhere"}, 2, "/nowhere: No such file"},
        Bad{"ServeBad", {"serve", "--config", source_path("LICENSE")}, 2, "LICENSE:"}),
    testing_support::by_name);

class EveryVerb : public Vnfm, public testing::WithParamInterface<const char*> {};
TEST_P(EveryVerb, HasHelpAndVersion) {
  ASSERT_EQ(run({GetParam(), "--help"}), 0);
  EXPECT_THAT(out_, testing::AllOf(HasSubstr("--quiet"), HasSubstr("--output")));
  ASSERT_EQ(run({GetParam(), "--version"}), 0);
  EXPECT_THAT(out_, StartsWith("vnfm "));
}
INSTANTIATE_TEST_SUITE_P(Verbs, EveryVerb,
                         testing::Values("plan", "deploy", "list", "show", "top", "terminate", "serve"));

}  // namespace
}  // namespace unf::vnfm
