#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/agent_host.h"
#include "tests/support/places.h"
#include "tests/support/program.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;
using testing_support::eventually;
using testing_support::Program;

const std::string kSample = source_path("samples/enterprise-edge");

/// `vnfm deploy --local` with the real unf-io, in threads mode (no hugepages) and on NICs that move nothing.
class Local : public testing_support::AgentHost {
 protected:
  void SetUp() override { std::filesystem::create_directories(root_ / "c"); }

  void deploy(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{program_path("vnfm"), "deploy", kSample, "--local", "--mode", "threads",
                                       "--memory",           "128"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    deployment_ = std::make_unique<Program>(arguments, root_, environment());
    ASSERT_TRUE(eventually([&] { return running(); })) << deployment_->err();
  }
  bool running() {
    return vnfm({"list", "-o", "json"}) == 0 && nlohmann::json::parse(out_).size() == 1 &&
           nlohmann::json::parse(out_)[0]["state"] == "running";
  }
  int vnfm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_path("vnfm"));
    Program program{arguments, root_ / "c", environment()};
    const int status = program.wait();
    out_ = program.out();
    err_ = program.err();
    return status;
  }
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    return {{"UNF_RUN_DIR", root_ / "run"}, {"XDG_RUNTIME_DIR", root_}};
  }
  pid_t io_pid() {
    EXPECT_EQ(vnfm({"show", "edge", "-o", "json"}), 0) << err_;
    return nlohmann::json::parse(out_)["processes"][0]["pid"];
  }
  void expect_nothing_left(pid_t io) const {
    EXPECT_FALSE(std::filesystem::exists(root_ / "run"));
    EXPECT_NE(kill(io, 0), 0);
    for (const auto& place : {std::filesystem::path{"/var/run/dpdk"}, root_ / "dpdk"}) {
      std::error_code error;
      for (const auto& entry : std::filesystem::directory_iterator(place, error)) {
        EXPECT_THAT(entry.path().string(), testing::Not(HasSubstr("unf-edge-" + std::to_string(pid_))))
            << "EAL's files";
      }
    }
  }

  std::unique_ptr<Program> deployment_;
  pid_t pid_ = 0;
  std::string out_;
  std::string err_;
};

TEST_F(Local, EndsByTerminateAndPrintsTheFinalNumbers) {
  deploy();
  const auto io = io_pid();
  ASSERT_EQ(vnfm({"terminate", "edge"}), 0) << err_;
  EXPECT_EQ(out_, "service edge: terminated\n");
  EXPECT_EQ(deployment_->wait(), 0);
  EXPECT_THAT(deployment_->out(), testing::AllOf(HasSubstr("edge/app-fw/validate"), HasSubstr("owner ")));
  expect_nothing_left(io);
  ASSERT_EQ(vnfm({"show", "edge"}), 1);
}

TEST_F(Local, EndsBySigintWithJson) {
  deploy({"-o", "json"});
  const auto io = io_pid();
  deployment_->signal(SIGINT);
  EXPECT_EQ(deployment_->wait(), 0);
  EXPECT_EQ(nlohmann::json::parse(deployment_->out())["id"], "edge");
  expect_nothing_left(io);
}

TEST_F(Local, QuietPrintsNothing) {
  deploy({"--quiet"});
  const auto io = io_pid();
  deployment_->signal(SIGTERM);
  EXPECT_EQ(deployment_->wait(), 0);
  EXPECT_EQ(deployment_->out() + deployment_->err(), "");
  expect_nothing_left(io);
}

TEST_F(Local, DeadIoIsReplaced) {
  deploy();
  const auto io = io_pid();
  kill(io, SIGKILL);
  ASSERT_TRUE(eventually([&] { return io_pid() != io && running(); }));
  const auto next = io_pid();
  deployment_->signal(SIGINT);
  EXPECT_EQ(deployment_->wait(), 0);
  expect_nothing_left(next);
}

TEST_F(Local, TerminateClearsWhatAKilledDeploymentLeft) {
  deploy();
  const auto io = io_pid();
  deployment_->signal(SIGKILL);
  EXPECT_EQ(deployment_->wait(), 128 + SIGKILL);
  EXPECT_EQ(kill(io, 0), 0) << "uNFs run on";
  EXPECT_EQ(vnfm({"terminate", "other"}), 1);
  ASSERT_EQ(vnfm({"terminate", "edge"}), 0) << err_;
  waitpid(io, nullptr, WNOHANG);  // it is a child of this process now
  expect_nothing_left(io);
  EXPECT_EQ(vnfm({"terminate", "edge"}), 1);
}

TEST_F(Local, TwoDeploymentsHaveCellsOfTheirOwn) {
  deploy();
  std::filesystem::create_directories(root_ / "second");
  Program second{
      {program_path("vnfm"), "deploy", kSample, "--local", "--mode", "threads", "--memory", "128", "--name", "two"},
      root_ / "second",
      environment()};
  ASSERT_TRUE(eventually([&] { return vnfm({"show", "two"}) == 0; })) << second.err();
  ASSERT_EQ(vnfm({"terminate", "two"}), 0) << err_;
  EXPECT_EQ(second.wait(), 0);
  EXPECT_TRUE(running());
  deployment_->signal(SIGINT);
  EXPECT_EQ(deployment_->wait(), 0);
}

TEST_F(Local, RefusalLeavesNothing) {
  Program refused{{program_path("vnfm"), "deploy", kSample, "--local", "--mode", "threads", "--memory", "128", "--in",
                   root_ / "absent.pcap", "--out", root_ / "out.pcap"},
                  root_,
                  environment()};
  EXPECT_EQ(refused.wait(), 1);
  EXPECT_THAT(refused.err(), HasSubstr("absent.pcap"));
  EXPECT_FALSE(std::filesystem::exists(root_ / "run"));
}

TEST_F(Local, ModesThatNeedHugepagesSayHowMany) {
  Program refused{{program_path("vnfm"), "deploy", kSample, "--local", "--mode", "fused", "--memory", "4096"},
                  root_,
                  environment()};
  const int status = refused.wait();
  EXPECT_EQ(status, 1);
  EXPECT_THAT(refused.err(), testing::AllOf(HasSubstr("mode fused needs 4096 MiB of free hugepages, but "),
                                            HasSubstr("; or use --mode threads\n")));
}

}  // namespace
}  // namespace unf::vnfm
