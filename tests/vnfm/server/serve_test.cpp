#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "agent/base/files.h"
#include "tests/support/agent_host.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tosca/package/csar.h"
#include "vnfm/wire/manager_client.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing_support::eventually;
using testing_support::Program;

const std::string kSample = source_path("samples/enterprise-edge");

/// `vnfm serve` and `unf-agent`, with stand-ins for what the agent starts, on Unix sockets.
class Serve : public testing_support::AgentHost {
 protected:
  void SetUp() override {
    constexpr auto kNics =
        "nics: [{name: in, network: wan, pair: out, device: \"null\"}, {name: out, network: lan, pair: in, device: "
        "\"null\"}]";
    const auto host = fmt::format("name: h, cores: [{{id: 1}}], memory_mb: 64, {}", kNics);
    std::ofstream{root_ / "agent.yaml"} << fmt::format(
        "host: {{{0}}}\nlisten: {1}/agent.sock\nrun: {1}/run\nstate: {1}/agent\nprograms: {{io: {2}, runner: {3}}}\n",
        host, root_.string(), fake_path("fake_io"), fake_path("fake_runner"));
    std::ofstream{root_ / "vnfm.yaml"} << fmt::format(
        "listen: {1}/manager.sock\nrest: {{listen: \"127.0.0.1:0\"}}\nstate: {1}/manager\nhosts:\n- {{{0}, agent: "
        "{1}/agent.sock}}\n",
        host, root_.string());
    std::filesystem::create_directories(root_ / "a");
    std::filesystem::create_directories(root_ / "m");
    std::filesystem::create_directories(root_ / "c");
    agent_ = std::make_unique<Program>(
        std::vector<std::string>{program_path("unf-agent"), "--config", root_ / "agent.yaml"}, root_ / "a");
    serve();
  }
  void serve() {
    manager_ = std::make_unique<Program>(
        std::vector<std::string>{program_path("vnfm"), "serve", "--config", root_ / "vnfm.yaml"}, root_ / "m");
    ASSERT_TRUE(eventually([&] { return client().call(&ManagerClient::Service::services).has_value(); }))
        << manager_->err();
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(root_ / "agent.sock"); })) << agent_->err();
  }
  [[nodiscard]] std::string server() const { return root_ / "manager.sock"; }
  [[nodiscard]] ManagerClient client() const { return ManagerClient{agent::Endpoint{.path = server()}}; }

  int vnfm(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server()});
    return run(std::move(arguments));
  }
  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_path("vnfm"));
    Program program{arguments, root_ / "c"};
    const int status = program.wait();
    out_ = program.out();
    err_ = program.err();
    return status;
  }
  nlohmann::json shown() {
    EXPECT_EQ(vnfm({"show", "edge", "-o", "json"}), 0) << err_;
    return nlohmann::json::parse(out_);
  }

  std::unique_ptr<Program> agent_;
  std::unique_ptr<Program> manager_;
  std::string out_;
  std::string err_;
};

TEST_F(Serve, LifeOfAServiceByTheCommandLine) {
  ASSERT_EQ(vnfm({"deploy", kSample}), 0) << err_;
  EXPECT_EQ(out_, "service edge: running on host h\n");
  EXPECT_EQ(vnfm({"deploy", kSample}), 1);
  EXPECT_THAT(err_, HasSubstr("service edge exists"));
  EXPECT_EQ(vnfm({"deploy", kSample, "--name", "second"}), 1);
  EXPECT_THAT(err_, HasSubstr("edge and second are on one network"));

  ASSERT_EQ(vnfm({"list", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_).size(), 1U);
  ASSERT_EQ(vnfm({"list"}), 0);
  EXPECT_THAT(out_, HasSubstr("edge     running  h"));
  const auto json = shown();
  EXPECT_EQ(json["state"], "running");
  EXPECT_EQ(json["plan"]["nodes"].size(), 9U);
  EXPECT_EQ(json["processes"][0]["name"], "io");
  EXPECT_GT(json["processes"][1]["pid"], 1);
  EXPECT_EQ(json["edges"]["1"]["packets"], 1);
  ASSERT_EQ(vnfm({"show", "edge"}), 0);
  EXPECT_THAT(out_, HasSubstr("edge/firewall/filter"));
  ASSERT_EQ(vnfm({"top"}), 0);
  EXPECT_THAT(out_, HasSubstr("service edge: running"));

  for (const auto* verb : {"show", "top", "terminate"}) {
    EXPECT_EQ(vnfm({verb, "no-such"}), 1);
    EXPECT_EQ(err_, "no service no-such (\"vnfm list\" shows the services)\n");
  }
  ASSERT_EQ(vnfm({"terminate", "edge"}), 0) << err_;
  EXPECT_EQ(out_, "service edge: terminated\n");
  ASSERT_EQ(vnfm({"list", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(out_), nlohmann::json::array());
}

TEST_F(Serve, LifeOfAVnfByTheCommandLine) {
  const auto json = [&] { return nlohmann::json::parse(out_); };
  const auto csar = root_ / "firewall.csar";
  std::map<std::string, std::string> files;
  for (const auto* name : {"firewall.yaml", "edge.rules"}) {
    files.emplace(name, agent::read_file(std::string{kSample} + "/" + name).value());
  }
  ASSERT_TRUE(agent::write_file(csar, tosca::make_zip(files)));
  ASSERT_EQ(vnfm({"package", "upload", csar, "-o", "json"}), 0) << err_;
  const std::string package = json()["id"], vnfd = json()["vnfd_id"];
  EXPECT_EQ(json()["state"], "onboarded");
  EXPECT_EQ(vnfm({"package", "upload", root_ / "vnfm.yaml"}), 2);
  EXPECT_THAT(err_, HasSubstr("vnfm.yaml: "));
  EXPECT_EQ(vnfm({"package", "upload", root_ / "none.csar"}), 2);
  ASSERT_EQ(vnfm({"package", "list"}), 0);
  EXPECT_THAT(out_, HasSubstr("onboarded  yes"));

  ASSERT_EQ(vnfm({"instance", "create", vnfd, "--name", "fw", "-o", "json"}), 0) << err_;
  const std::string id = json()["id"];
  EXPECT_EQ(vnfm({"instantiate", id, "--connect", "in"}), 2);
  EXPECT_THAT(err_, HasSubstr("--connect: `in`, expected CONNECTION_POINT=NETWORK"));
  ASSERT_EQ(vnfm({"instantiate", id, "--connect", "in=wan", "--connect", "out=lan", "-o", "json"}), 0) << err_;
  EXPECT_EQ(json()["state"], "completed");
  ASSERT_EQ(vnfm({"list"}), 0);
  EXPECT_THAT(out_, HasSubstr(id));
  ASSERT_EQ(vnfm({"scale", id, "--aspect", "capacity", "--steps", "2"}), 0) << err_;
  ASSERT_EQ(vnfm({"scale", id, "--aspect", "capacity", "--in"}), 0) << err_;
  EXPECT_EQ(vnfm({"scale", id, "--aspect", "capacity", "--steps", "9"}), 1);
  ASSERT_EQ(vnfm({"instance", "show", id, "-o", "json"}), 0);
  EXPECT_EQ(json()["scale"], (nlohmann::json{{"capacity", 1}}));
  std::ofstream{root_ / "rules.yaml"} << "filter:\n  rules: |\n    drop proto udp\n";
  ASSERT_EQ(vnfm({"update", id, "--config", root_ / "rules.yaml"}), 0) << err_;
  ASSERT_EQ(vnfm({"instance", "show", id}), 0);
  EXPECT_THAT(out_, HasSubstr("drop proto udp"));
  std::ofstream{root_ / "rules.yaml"} << "- filter\n";
  EXPECT_EQ(vnfm({"update", id, "--config", root_ / "rules.yaml"}), 2);
  EXPECT_THAT(err_, HasSubstr("rules.yaml:1: expected a map of nodes to their properties"));
  ASSERT_EQ(vnfm({"heal", id, "--cause", "a whim", "--quiet"}), 0) << err_;
  EXPECT_EQ(out_, "");

  ASSERT_EQ(vnfm({"op", "list", "-o", "json"}), 0);
  ASSERT_EQ(json().size(), 5U);
  const std::string operation = json()[0]["id"];
  ASSERT_EQ(vnfm({"op", "show", operation}), 0);
  for (const auto* verb : {"retry", "rollback", "fail", "cancel"}) {
    EXPECT_EQ(vnfm({"op", verb, operation}), 1) << verb;
    EXPECT_THAT(err_, HasSubstr("is COMPLETED"));
  }
  EXPECT_EQ(vnfm({"instance", "delete", id}), 1);
  ASSERT_EQ(vnfm({"terminate", id}), 0) << err_;
  ASSERT_EQ(vnfm({"instance", "delete", id}), 0) << err_;
  ASSERT_EQ(vnfm({"package", "disable", package}), 0) << err_;
  ASSERT_EQ(vnfm({"package", "delete", package}), 0) << err_;
  EXPECT_EQ(out_, fmt::format("package {}: deleted\n", package));
}

TEST_F(Serve, KilledManagerComesBackAndNothingStopped) {
  ASSERT_EQ(vnfm({"deploy", kSample}), 0) << err_;
  const auto before = shown();
  manager_->signal(SIGKILL);
  EXPECT_EQ(manager_->wait(), 128 + SIGKILL);
  EXPECT_EQ(vnfm({"list"}), 1);
  serve();
  ASSERT_TRUE(eventually([&] { return shown()["processes"].size() == before["processes"].size(); }));
  const auto after = shown();
  EXPECT_EQ(after["processes"], before["processes"]);
  EXPECT_EQ(after["generation"], before["generation"]);
  EXPECT_GT(after["epoch"], before["epoch"]);
}

TEST_F(Serve, SigtermLeavesServicesRunning) {
  ASSERT_EQ(vnfm({"deploy", kSample}), 0) << err_;
  const auto before = shown();
  manager_->signal(SIGTERM);
  EXPECT_EQ(manager_->wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(server()));
  const auto pid = before["processes"][1]["pid"].get<pid_t>();
  EXPECT_TRUE(agent::Process::adopt({pid, before["processes"][1]["start_time"]}));
}

TEST_F(Serve, ABackupBringsAServiceBack) {
  const std::string file = root_ / "backup", state = root_ / "manager";
  ASSERT_EQ(vnfm({"deploy", kSample}), 0) << err_;
  ASSERT_EQ(run({"store", "backup", file, "--state", state}), 0) << err_;
  EXPECT_EQ(run({"store", "backup", file, "--state", state}), 1);
  EXPECT_EQ(err_, file + ": exists\n");
  ASSERT_EQ(vnfm({"terminate", "edge"}), 0) << err_;
  EXPECT_EQ(run({"store", "restore", file, "--state", state}), 1);
  EXPECT_THAT(err_, HasSubstr("another manager uses this directory"));

  manager_->signal(SIGTERM);
  EXPECT_EQ(manager_->wait(), 0);
  EXPECT_EQ(run({"store", "restore", root_ / "vnfm.yaml", "--state", state}), 2);
  EXPECT_THAT(err_, HasSubstr("vnfm.yaml"));
  ASSERT_EQ(run({"store", "restore", file, "--state", state, "--quiet"}), 0) << err_;
  EXPECT_EQ(out_, "");
  serve();
  EXPECT_TRUE(eventually([&] { return shown()["state"] == "running"; }))
      << "though the agent was told to end it: " << manager_->err();
}

TEST_F(Serve, BadDescriptionIsToldAsVnfmPlanTellsIt) {
  std::ofstream{root_ / "bad.yaml"} << "tosca_definitions_version: tosca_simple_yaml_1_2\ntopology_template:\n  "
                                       "node_templates:\n    a: {type: unf.nodes.Nothing}\n";
  EXPECT_EQ(vnfm({"deploy", root_ / "bad.yaml"}), 2);
  const auto deployed = err_;
  Program plan{{program_path("vnfm"), "plan", root_ / "bad.yaml"}, root_ / "c"};
  EXPECT_EQ(plan.wait(), 2);
  EXPECT_EQ(deployed, plan.err());
  EXPECT_THAT(deployed, HasSubstr("bad.yaml:"));
}

TEST_F(Serve, EndpointsAreOnTheNetworksTheyAreBoundTo) {
  EXPECT_EQ(vnfm({"deploy", kSample, "--bind", "wam=h.out"}), 2);
  EXPECT_THAT(err_, HasSubstr("--bind:2: there is no endpoint `wam`"));
  const auto in_of_first = [&] { return shown()["plan"]["classifiers"][0]["in"]; };
  ASSERT_EQ(vnfm({"deploy", kSample}), 0) << err_;
  EXPECT_EQ(in_of_first(), "in");
  ASSERT_EQ(vnfm({"terminate", "edge"}), 0) << err_;
  ASSERT_EQ(vnfm({"deploy", kSample, "--bind", "wan=h.out", "--bind", "lan=h.in"}), 0) << err_;
  EXPECT_EQ(in_of_first(), "out");
}

TEST_F(Serve, BadOptionsOfAProgramAreRefused) {
  using Thrift = ManagerClient::Service;
  wire::DeployOptions options;
  options.parallelize = "perhaps";
  EXPECT_EQ(client().call(&Thrift::deploy, wire::Sources{}, options).error().code, Errc::malformed);
  options.parallelize = "auto";
  options.default_action = "burn";
  EXPECT_THAT(client().call(&Thrift::deploy, wire::Sources{}, options).error().message,
              HasSubstr("expected drop or bridge"));
  EXPECT_EQ(client().call(&Thrift::deploy, wire::Sources{}, wire::DeployOptions{}).error().code, Errc::malformed)
      << "no files at all";
  EXPECT_EQ(client().call(&Thrift::terminate, "no-such").error().code, Errc::not_found);
}

TEST_F(Serve, ASecondManagerOnTheSameStateIsRefused) {
  Program second{{program_path("vnfm"), "serve", "--config", root_ / "vnfm.yaml"}, root_ / "c"};
  EXPECT_EQ(second.wait(), 1);
  EXPECT_THAT(second.err(), HasSubstr("another manager uses this directory"));
}

}  // namespace
}  // namespace unf::vnfm
