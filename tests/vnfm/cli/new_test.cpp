#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/base/files.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tosca/package/csar.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing_support::Program;
namespace fs = std::filesystem;

class NewPackages : public testing::Test {
 protected:
  NewPackages() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
  }
  ~NewPackages() override { fs::remove_all(root_); }

  int vnfm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_path("vnfm"));
    Program program{arguments, root_};
    const int status = program.wait();
    out_ = program.out();
    err_ = program.err();
    return status;
  }
  int make(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"new", "edge", "--directory", root_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return vnfm(arguments);
  }
  /// Whether it is accepted as signed by whom `trust` has.
  int plan(const std::string& path, const std::string& trust = "edge/edge.cert") {
    return vnfm({"plan", root_ / path, "--check", "--signatures", "require", "--trust", root_ / trust});
  }
  std::string text(const std::string& file) { return agent::read_file(root_ / file).value(); }
  void write(const std::string& file, const std::string& text) {
    std::ofstream{root_ / file, std::ios::binary} << text;
  }
  /// Runs a command in the directory.
  int shell(const std::string& command) {
    return std::system(fmt::format("cd {} && {} >log 2>&1", root_.string(), command).c_str());
  }

  fs::path root_;
  std::string out_, err_;
};

TEST_F(NewPackages, AreAcceptedAsTheyAre) {
  ASSERT_EQ(vnfm({"new", "edge", "--directory", root_.string() + "/./"}), 0) << err_;
  EXPECT_EQ(plan("edge.csar"), 0) << err_;
  EXPECT_EQ(plan("edge"), 0) << err_;
  struct stat key {};
  ASSERT_EQ(stat((root_ / "edge.key").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 0777U, 0600U);
  EXPECT_EQ(text("edge.csar").find("PRIVATE KEY"), std::string::npos);
  EXPECT_FALSE(fs::exists(root_ / "edge/edge.key"));
  const auto csar = tosca::read_csar(root_ / "edge.csar", "edge");
  ASSERT_TRUE(csar) << csar.error().message;
  for (const auto& entry : csar->entries) EXPECT_TRUE(fs::exists(root_ / "edge" / entry.name)) << entry.name;
}

/// Signed as somebody else checks it: all of the manifest before the signature.
TEST_F(NewPackages, AreSignedAsOpensslHasIt) {
  ASSERT_EQ(make(), 0) << err_;
  const auto manifest = text("edge/edge.mf");
  const auto signature = manifest.find("-----BEGIN CMS-----");
  ASSERT_NE(signature, std::string::npos);
  write("content", manifest.substr(0, signature));
  write("signature", manifest.substr(signature));
  const std::string verify =
      "openssl cms -verify -binary -inform PEM -in signature -content content -CAfile edge/edge.cert -out out";
  EXPECT_EQ(shell(verify), 0) << text("log");
  EXPECT_EQ(text("out"), text("content"));
  write("content", manifest.substr(0, signature) + "x");
  EXPECT_NE(shell(verify), 0);
}

TEST_F(NewPackages, LeaveAloneWhatIsThere) {
  for (const std::string taken : {"edge", "edge.csar", "edge.key"}) {
    write(taken, "mine");
    EXPECT_EQ(make(), 1) << taken;
    EXPECT_THAT(err_, HasSubstr(taken + ": exists, expected a name that is free"));
    EXPECT_EQ(text(taken), "mine");
    for (const std::string other : {"edge", "edge.csar", "edge.key"}) {
      EXPECT_EQ(fs::exists(root_ / other), other == taken) << other;
    }
    fs::remove(root_ / taken);
  }
  EXPECT_EQ(vnfm({"new", "../edge", "--directory", root_}), 2);
  EXPECT_THAT(err_, HasSubstr("expected a letter, then letters"));
  EXPECT_EQ(vnfm({"new", "edge", "--directory", root_ / "none"}), 1);
}

TEST_F(NewPackages, AreSignedWithAKeyThatIsGiven) {
  ASSERT_EQ(shell("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=own -keyout own.key -out own.cert"), 0);
  ASSERT_EQ(make({"--provider", "Acme Inc.", "--key", root_ / "own.key", "--certificate", root_ / "own.cert"}), 0)
      << err_;
  EXPECT_FALSE(fs::exists(root_ / "edge.key"));
  EXPECT_EQ(plan("edge.csar", "own.cert"), 0) << err_;
  fs::remove_all(root_ / "edge");
  fs::remove(root_ / "edge.csar");
  ASSERT_EQ(shell("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key"), 0);
  EXPECT_EQ(make({"--key", root_ / "other.key", "--certificate", root_ / "own.cert"}), 2);
  EXPECT_THAT(err_, HasSubstr("the key is not that of the certificate"));
  EXPECT_EQ(make({"--key", root_ / "other.key"}), 2);
}

TEST_F(NewPackages, AreSignedAgainOnceTheyWereEdited) {
  ASSERT_EQ(make({"--quiet"}), 0) << err_;
  EXPECT_EQ(out_, "");
  write("edge/Files/edge.rules", "allow udp any any any any\n");
  EXPECT_EQ(plan("edge"), 2);
  EXPECT_THAT(err_, HasSubstr("'Files/edge.rules': its SHA-256 is"));
  ASSERT_EQ(vnfm({"sign", root_ / "edge/"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("edge: signed, and as "));
  EXPECT_EQ(plan("edge"), 0) << err_;
  EXPECT_EQ(plan("edge.csar"), 0) << err_;
  EXPECT_THAT(tosca::read_csar(root_ / "edge.csar", "p")->files.files["p/Files/edge.rules"], HasSubstr("udp"));

  write("edge/Files/copy.key", text("edge.key"));
  EXPECT_EQ(vnfm({"sign", root_ / "edge"}), 2);
  EXPECT_THAT(err_, HasSubstr("copy.key: a private key, expected none in a package"));
  fs::remove(root_ / "edge/Files/copy.key");
  fs::remove(root_ / "edge.key");
  EXPECT_EQ(vnfm({"sign", root_ / "edge"}), 1);
  EXPECT_THAT(err_, HasSubstr("edge.key"));
  EXPECT_EQ(vnfm({"sign", root_ / "none"}), 2);
}

TEST_F(NewPackages, AreRefusedFromOthersAndWithoutASignature) {
  ASSERT_EQ(make(), 0) << err_;
  ASSERT_EQ(vnfm({"new", "other", "--provider", "Other", "--directory", root_, "-o", "json"}), 0) << err_;
  EXPECT_EQ(plan("edge.csar", "other/other.cert"), 2);
  EXPECT_THAT(err_, HasSubstr("signature of the manifest: the certificate of 'CN=Example': is signed by itself"));
  EXPECT_EQ(plan("edge/Definitions/edge.yaml"), 2);
  EXPECT_EQ(vnfm({"plan", root_ / "edge.csar", "--check", "--signatures", "require"}), 2);
  EXPECT_THAT(err_, HasSubstr("signatures: is require, expected a trust"));
  EXPECT_EQ(vnfm({"plan", root_ / "edge.csar", "--check", "--signatures", "never"}), 2);
  EXPECT_EQ(vnfm({"plan", source_path("samples/enterprise-edge"), "--check", "--trust", root_ / "edge/edge.cert"}), 0)
      << err_;
  EXPECT_EQ(vnfm({"plan", root_ / "edge.csar", "--check", "--trust", root_ / "other/other.cert"}), 2);
  EXPECT_EQ(vnfm({"plan", root_ / "edge.csar", "--check"}), 0) << err_;
}

class Conversions : public NewPackages {
 protected:
  const std::string sample_ = source_path("samples/paper-figure-1");
};

TEST_F(Conversions, WriteACsarThatIsPlannedTheSame) {
  ASSERT_EQ(vnfm({"convert", source_path("samples/enterprise-edge"), "--to", root_ / "edge.csar"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("edge.csar: service edge as a package of 7 files"));
  ASSERT_EQ(vnfm({"plan", root_ / "edge.csar", "-o", "json"}), 0) << err_;
  auto converted = nlohmann::json::parse(out_);
  ASSERT_EQ(vnfm({"plan", source_path("samples/enterprise-edge"), "-o", "json"}), 0) << err_;
  auto original = nlohmann::json::parse(out_);
  for (auto* plan : {&converted, &original}) {
    for (auto& [digest, file] : (*plan)["artifacts"].items()) file.erase("name");  // `Files/edge.rules` in the package
  }
  EXPECT_EQ(converted, original);
}

TEST_F(Conversions, SayWhatHadNoCounterpart) {
  write("v.yaml",
        "tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0\n"
        "topology_template:\n"
        "  node_templates:\n"
        "    V: { type: tosca.nodes.nfv.VDU.Tacker, properties: { image: i } }\n"
        "    A: { type: tosca.nodes.nfv.CP.Tacker, requirements: [ { virtualBinding: V } ] }\n"
        "    B: { type: tosca.nodes.nfv.CP.Tacker, requirements: [ { virtualBinding: V } ] }\n"
        "    C: { type: tosca.nodes.nfv.CP.Tacker, requirements: [ { virtualBinding: V } ] }\n");
  ASSERT_EQ(vnfm({"convert", root_ / "v.yaml", "--unmapped", "pass-through", "--to", root_ / "v.csar", "-o", "json"}),
            0)
      << err_;
  const auto said = nlohmann::json::parse(out_);
  EXPECT_EQ(said["service"], "v");
  std::vector<std::string> elements;
  for (const auto& lost : said["no_counterpart"]) elements.push_back(lost["element"]);
  EXPECT_THAT(elements, testing::ElementsAre("machine of VDU `V`", "connection point `C`"));
  EXPECT_EQ(vnfm({"plan", root_ / "v.csar", "--check"}), 0) << err_;
}

TEST_F(Conversions, LeaveWhatExistsAlone) {
  write("there.csar", "mine");
  EXPECT_EQ(vnfm({"convert", sample_, "--to", root_ / "there.csar"}), 1);
  EXPECT_THAT(err_, HasSubstr("there.csar: exists, expected a name that is free"));
  EXPECT_EQ(text("there.csar"), "mine");
}

TEST_F(Conversions, WriteNothingForWhatIsNoService) {
  write("bad.json", R"({"sfc": {"name": "s", "nodes": [{"name": "a", "vnf": "none"}], "endpoints": [{"name": "e"}]}})");
  EXPECT_EQ(vnfm({"convert", root_ / "bad.json", "--to", root_ / "bad.csar"}), 2);
  EXPECT_THAT(err_, HasSubstr("bad.json:1: node `a` is of VNF template `none`, which there is not"));
  EXPECT_FALSE(fs::exists(root_ / "bad.csar"));
}

}  // namespace
}  // namespace unf::vnfm
