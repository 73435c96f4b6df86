#include "agent/base/process.h"

#include <gmock/gmock.h>

#include <csignal>

#include "tests/support/agent_host.h"
#include "tests/support/by_name.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing_support::by_name;

class ProcessTest : public testing_support::AgentHost {
 protected:
  Process shell(const std::string& script) { return *Process::spawn({"/bin/sh", "-c", script}, root_ / "log"); }
};

struct Ending {
  const char* name;
  const char* script;
  const char* text;
};
class ProcessEnding : public ProcessTest, public testing::WithParamInterface<Ending> {};

TEST_P(ProcessEnding, IsToldOnce) {
  const auto process = shell(GetParam().script);
  ASSERT_TRUE(process.wait(10s));
  EXPECT_THAT(process.reap(), HasSubstr(GetParam().text));
  EXPECT_EQ(process.reap(), "ended");
}
INSTANTIATE_TEST_SUITE_P(Endings, ProcessEnding,
                         testing::Values(Ending{"Success", "exit 0", "exit status 0"},
                                         Ending{"Failure", "exit 7", "exit status 7"},
                                         Ending{"Signal", "kill -9 $$", "signal 9"}),
                         by_name);

TEST_F(ProcessTest, HasItsOwnSessionNoInputAndALog) {
  const auto process = shell("read line; echo read $?; ps -o sid= -p $$ | tr -d ' '; echo oops >&2");
  ASSERT_TRUE(process.wait(10s));
  std::ifstream log{root_ / "log"};
  std::string read;
  std::string session;
  std::getline(log, read);
  std::getline(log, session);
  EXPECT_EQ(read, "read 1");
  EXPECT_EQ(session, std::to_string(process.id().pid));
  EXPECT_EQ(last_line(root_ / "log"), "oops");
}

TEST_F(ProcessTest, InheritsNoIgnoredSignal) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto process = shell("kill -PIPE $$; exit 0");
  std::signal(SIGPIPE, SIG_DFL);
  ASSERT_TRUE(process.wait(10s));
  EXPECT_THAT(process.reap(), HasSubstr("signal 13"));
}

TEST_F(ProcessTest, AdoptsOnlyTheSameOne) {
  const auto process = shell("exec sleep 60");
  EXPECT_TRUE(process.runs());
  EXPECT_TRUE(Process::adopt(process.id()));
  EXPECT_FALSE(Process::adopt({process.id().pid, process.id().start_time + 1})) << "the pid is another's now";
  process.end(0ms);
  EXPECT_FALSE(process.runs());
  EXPECT_FALSE(Process::adopt(process.id())) << "a zombie does not run";
  process.reap();
  EXPECT_FALSE(Process::adopt(process.id()));
  EXPECT_FALSE(Process::adopt({}));
}

TEST_F(ProcessTest, EndsWhatIgnoresSigterm) {
  const auto process = shell("trap '' TERM; echo > " + (root_ / "trapped").string() + "; while :; do sleep 0.05; done");
  ASSERT_TRUE(testing_support::eventually([&] { return std::filesystem::exists(root_ / "trapped"); }));
  process.end(20ms);
  EXPECT_THAT(process.reap(), HasSubstr("signal 9"));
}

TEST_F(ProcessTest, IsFoundByAnArgument) {
  const auto argument = (root_ / "a mark").string();
  std::ofstream{argument} << "x";
  const auto process = *Process::spawn({"/usr/bin/tail", "-f", argument}, root_ / "log");
  ASSERT_TRUE(testing_support::eventually([&] { return !processes_with_argument("tail", argument).empty(); }));
  EXPECT_EQ(processes_with_argument("tail", argument), std::vector{process.id()});
  EXPECT_TRUE(processes_with_argument("tail", argument + "s").empty());
  EXPECT_TRUE(processes_with_argument("head", argument).empty());
}

TEST_F(ProcessTest, OutputOfAProgram) {
  EXPECT_EQ(output_of({"/bin/echo", "a b"}, 10s), "a b\n");
  EXPECT_THAT(output_of({"/bin/false"}, 10s).error().message, HasSubstr("failed"));
  EXPECT_THAT(output_of({"/bin/sh", "-c", "exec sleep 60"}, 20ms).error().message, HasSubstr("not done in 20 ms"));
  EXPECT_THAT(output_of({"/nowhere"}, 10s).error().message, HasSubstr("cannot be started"));
}

}  // namespace
}  // namespace unf::agent
