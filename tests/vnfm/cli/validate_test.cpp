#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/base/files.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tosca/package/csar.h"

namespace unf::vnfm {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::filesystem::path kSample = source_path("samples/enterprise-edge");

/// A copy of the sample that may be spoiled.
class Validate : public testing::Test {
 protected:
  Validate() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    for (const auto& file : std::filesystem::directory_iterator{kSample}) {
      files_.emplace(file.path().filename(), *agent::read_file(file.path()));
    }
  }
  ~Validate() override { std::filesystem::remove_all(root_); }

  void replace(const std::string& file, std::string_view text, std::string_view by) {
    auto& content = files_.at(file);
    content.replace(content.find(text), text.size(), by);
  }
  void write() const {
    std::filesystem::create_directory(root_ / "edge");
    for (const auto& [name, text] : files_) std::ofstream{root_ / "edge" / name} << text;
  }

  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {program_path("vnfm"), "validate"});
    Program program{arguments, root_, {}};
    const int status = program.wait();
    out_ = program.out();
    err_ = program.err();
    return status;
  }

  using Program = testing_support::Program;
  std::filesystem::path root_;
  std::map<std::string, std::string> files_;
  std::string out_;
  std::string err_;
};

TEST_F(Validate, SaysWhatIsThere) {
  EXPECT_EQ(run({kSample, "-o", "text"}), 0);
  EXPECT_THAT(out_, testing::StartsWith(fmt::format(
                        "{0}/enterprise-edge-nsd.yaml: NSD edge: 3 VNFs, 16 uNFs, 2 paths\n"
                        "{0}/application-firewall.yaml: VNFD application-firewall, flavour default: 6 uNFs\n"
                        "{0}/firewall.yaml: VNFD firewall, flavour default: 4 uNFs\n"
                        "{0}/monitor.yaml: VNFD monitor, flavour default: 6 uNFs\n",
                        kSample.string())));
  // What became of the elements.
  EXPECT_THAT(out_, HasSubstr("/enterprise-edge-nsd.yaml:32: SAP `wan`: where packets enter or leave\n"));
  EXPECT_THAT(out_,
              HasSubstr("NFP `wan_to_lan`: path from wan to lan through firewall, monitor, app-fw, by 1 rules\n"));
  EXPECT_THAT(out_, HasSubstr("/firewall.yaml:40: policy `aspects`: scaling aspects\n"));
  EXPECT_EQ(err_, "");
  EXPECT_EQ(run({kSample, "--quiet"}), 0);
  EXPECT_EQ(out_ + err_, "");
}

TEST_F(Validate, SaysProblemsAsPlanDoes) {
  replace("firewall.yaml", "unf.nodes.L3L4Filter", "unf.nodes.L3L4Fitler");
  replace("monitor.yaml", "unf.nodes.CountUrl", "unf.nodes.CuontUrl");
  write();
  EXPECT_EQ(run({root_ / "edge"}), 2);
  EXPECT_EQ(out_, "");
  const auto said = err_;
  EXPECT_THAT(said, testing::AllOf(HasSubstr("/edge/firewall.yaml:36: "), HasSubstr("/edge/monitor.yaml:")));
  Program plan{{program_path("vnfm"), "plan", root_ / "edge", "--check"}, root_, {}};
  EXPECT_EQ(plan.wait(), 2);
  EXPECT_EQ(said, plan.err());
}

TEST_F(Validate, PrintsOneObjectForEditors) {
  replace("firewall.yaml", "unf.nodes.L3L4Filter", "unf.nodes.L3L4Fitler");
  std::ofstream{root_ / "edge.csar", std::ios::binary} << tosca::make_zip(files_);
  const auto csar = (root_ / "edge.csar").string();
  EXPECT_EQ(run({csar, "-o", "json"}), 2);
  EXPECT_EQ(err_, "");
  const auto said = json::parse(out_);
  EXPECT_EQ(said["valid"], false);
  EXPECT_EQ(said["problems"], json::array({{{"file", csar + "/firewall.yaml"},
                                            {"line", 36},
                                            {"column", 21},
                                            {"path", "topology_template.node_templates.filter.type"},
                                            {"severity", "error"},
                                            {"message", "unknown node type `unf.nodes.L3L4Fitler`"},
                                            {"expected", "one of the catalogue"},
                                            {"suggestion", "unf.nodes.L3L4Filter"}}}));
  EXPECT_EQ(said["services"].size(), 4U);

  ASSERT_EQ(run({kSample, "-o", "json"}), 0);
  const auto well = json::parse(out_);
  EXPECT_EQ(well["valid"], true);
  EXPECT_EQ(well["problems"], json::array());
  EXPECT_EQ(well["services"][0], (json{{"kind", "nsd"},
                                       {"file", kSample / "enterprise-edge-nsd.yaml"},
                                       {"name", "edge"},
                                       {"vnfs", 3},
                                       {"unfs", 16},
                                       {"paths", 2}}));
  EXPECT_EQ(well["services"][2]["flavour"], "default");
  EXPECT_EQ(well["services"][2]["vnfd_id"], "5e0c0c1a-7d54-4a8e-9a0e-6f2b1d0f0a01");
}

struct Unreadable {
  const char* name;
  std::vector<std::string> paths;
  const char* file;
  const char* message;
};
class ValidateUnreadable : public Validate, public testing::WithParamInterface<Unreadable> {};
TEST_P(ValidateUnreadable, IsAProblemToo) {
  auto arguments = GetParam().paths;
  EXPECT_EQ(run(arguments), 2);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, fmt::format("{}: {}\n", GetParam().file, GetParam().message));
  arguments.insert(arguments.end(), {"-o", "json"});
  EXPECT_EQ(run(arguments), 2);
  EXPECT_EQ(err_, "");
  const auto said = json::parse(out_);
  ASSERT_EQ(said["problems"].size(), 1U);
  EXPECT_EQ(said["problems"][0]["file"], GetParam().file);
  EXPECT_EQ(said["problems"][0]["line"], 0);
  EXPECT_EQ(said["problems"][0]["message"], GetParam().message);
  EXPECT_EQ(said["services"], json::array());
}
INSTANTIATE_TEST_SUITE_P(
    Paths, ValidateUnreadable,
    testing::Values(Unreadable{"Absent", {"/nowhere.yaml"}, "/nowhere.yaml", "no such file or directory"},
                    Unreadable{"Second", {kSample, "/nowhere"}, "/nowhere", "no such file or directory"},
                    Unreadable{"Device", {"/dev/null"}, "/dev/null", "neither a file nor a directory"}),
    testing_support::by_name);

TEST_F(Validate, BadUsageIsRefused) {
  EXPECT_EQ(run({}), 2);
  EXPECT_THAT(err_, HasSubstr("PATH is required"));
  EXPECT_EQ(run({kSample, "-o", "dot"}), 2);
  EXPECT_EQ(run({kSample, "--catalog", "/nowhere"}), 2);
  EXPECT_THAT(err_, HasSubstr("/nowhere: No such file"));
}

}  // namespace
}  // namespace unf::vnfm
