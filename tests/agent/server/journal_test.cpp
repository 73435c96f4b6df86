#include "agent/server/journal.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "agent/base/files.h"
#include "tests/support/agent_host.h"

namespace unf::agent {
namespace {

using testing::HasSubstr;

class JournalTest : public testing_support::AgentHost {
 protected:
  Journal open() {
    notes_.clear();
    auto journal = Journal::open(root_ / "state", notes_);
    EXPECT_TRUE(journal) << journal.error().message;
    return std::move(*journal);
  }
  std::vector<std::string> notes_;
};

TEST_F(JournalTest, RemembersWhatWasPut) {
  {
    auto journal = open();
    ASSERT_TRUE(journal.put(GraphId{"edge/1"}, {.version = {2, 5},
                                                .plan = "{}",
                                                .runners = {{RunnerId{"r1"}, {17, 99}}},
                                                .base = {{OwnerPath{"a"}, {1, 2, 3}}},
                                                .departed = {{OwnerPath{"b"}, {4, 5, 6}}},
                                                .replaced = {GraphId{"old"}},
                                                .next = Journal::Next{{2, 6}, "{ }", {GraphId{"other"}}}}));
    ASSERT_TRUE(journal.put(Journal::Cell{{4, 8}, 3}));
  }
  const auto journal = open();
  ASSERT_EQ(journal.graphs().size(), 1U);
  const auto graph = journal.graphs().at(GraphId{"edge/1"});
  EXPECT_EQ(graph.version, (Version{2, 5}));
  EXPECT_EQ(graph.plan, "{}");
  EXPECT_EQ(graph.runners.at(RunnerId{"r1"}), (ProcessId{17, 99}));
  EXPECT_EQ(graph.base, (OwnerCounts{{OwnerPath{"a"}, {1, 2, 3}}}));
  EXPECT_EQ(graph.departed, (OwnerCounts{{OwnerPath{"b"}, {4, 5, 6}}}));
  EXPECT_EQ(graph.replaced, std::vector{GraphId{"old"}});
  ASSERT_TRUE(graph.next);
  EXPECT_EQ(graph.next->version, (Version{2, 6}));
  EXPECT_EQ(graph.next->plan, "{ }");
  EXPECT_EQ(graph.next->replaces, std::vector{GraphId{"other"}});
  EXPECT_EQ(journal.cell().io, (ProcessId{4, 8}));
  EXPECT_EQ(journal.cell().io_number, 3U);
  EXPECT_EQ(journal.epoch(), 2);
}

TEST_F(JournalTest, HigherEpochForgetsWhatWasRemoved) {
  {
    auto journal = open();
    ASSERT_TRUE(journal.raise_epoch(1));
    ASSERT_TRUE(journal.put(GraphId{"gone"}, {.version = {1, 1}}));
    ASSERT_TRUE(journal.put(GraphId{"here"}, {.version = {1, 2}, .plan = "{}"}));
    ASSERT_TRUE(journal.raise_epoch(1));
    EXPECT_EQ(journal.graphs().size(), 2U) << "1 is the epoch already";
    ASSERT_TRUE(journal.raise_epoch(2));
    EXPECT_FALSE(journal.graphs().contains(GraphId{"gone"}));
  }
  const auto journal = open();
  EXPECT_EQ(journal.graphs().size(), 1U);
  EXPECT_EQ(journal.epoch(), 2);
}

TEST_F(JournalTest, HigherEpochKeepsWhatIsComingBack) {
  auto journal = open();
  ASSERT_TRUE(journal.put(GraphId{"new"}, {.next = Journal::Next{{1, 1}, "{}", {}}}));
  ASSERT_TRUE(journal.raise_epoch(2));
  EXPECT_TRUE(journal.find(GraphId{"new"}));
}

TEST_F(JournalTest, PutsAsideWhatItCannotRead) {
  {
    auto journal = open();
    ASSERT_TRUE(journal.put(GraphId{"good"}, {.version = {1, 1}, .plan = "{}"}));
  }
  std::ofstream{root_ / "state/graph-bad.json"} << R"({"graph": "bad", "epoch": )";
  std::ofstream{root_ / "state/graph-odd.json"} << R"({"graph": 7})";
  const auto journal = open();
  EXPECT_EQ(journal.graphs().size(), 1U);
  EXPECT_EQ(notes_.size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(root_ / "state/graph-bad.json.bad"));
}

TEST_F(JournalTest, HasOneUser) {
  const auto journal = open();
  std::vector<std::string> notes;
  const auto second = Journal::open(root_ / "state", notes);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
}

TEST_F(JournalTest, WriteThatFailsKeepsTheOldText) {
  ASSERT_TRUE(write_atomically(root_ / "file", "old"));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit was{};
  getrlimit(RLIMIT_FSIZE, &was);
  const rlimit tiny{16, was.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tiny);
  const auto written = write_atomically(root_ / "file", std::string(1000, 'x'));
  setrlimit(RLIMIT_FSIZE, &was);
  std::signal(SIGXFSZ, SIG_DFL);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::unavailable);
  EXPECT_EQ(read_file(root_ / "file"), "old");
  EXPECT_FALSE(std::filesystem::exists(root_ / "file.tmp"));
}

/// A process that is killed while it writes over and over leaves one of the texts, whole.
TEST_F(JournalTest, KilledWriterLeavesAWholeText) {
  const std::string old(200'000, 'a');
  const std::string next(200'000, 'b');
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(write_atomically(root_ / "file", old));
    const auto child = fork();
    if (child == 0) {
      for (int i = 0; i < 10'000; ++i) std::ignore = write_atomically(root_ / "file", i % 2 == 0 ? next : old);
      _exit(0);
    }
    usleep(static_cast<useconds_t>(round) * 300);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto text = read_file(root_ / "file");
    ASSERT_TRUE(text && (*text == old || *text == next)) << "round " << round;
  }
}

RC_GTEST_PROP(FileName, IsASafeNameAndOneToOne, (const std::string& a, const std::string& b)) {
  const auto name = file_name_for(a);
  RC_ASSERT(name.find('/') == std::string::npos);
  RC_ASSERT(name.find('\0') == std::string::npos);
  RC_ASSERT(name != "." && name != "..");
  RC_ASSERT((name == file_name_for(b)) == (a == b));
}

}  // namespace
}  // namespace unf::agent
