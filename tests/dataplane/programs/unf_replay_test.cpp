#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "dataplane/io/capture.h"
#include "tests/support/frames.h"
#include "tests/support/places.h"
#include "tests/support/program.h"
#include "tests/support/sample.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using nlohmann::json;
using testing::HasSubstr;

/// The program, with the sample's plan and a capture of three requests (the second an injection) and their answer.
class ReplayProgram : public testing::Test {
 protected:
  ReplayProgram() {
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    write("plan.json", dump(sample_plan()));
    capture("requests.pcap", {{1, good_}, {3, bad_}, {5, good_}});
    capture("answers.pcap", {{2, answer_}});
  }
  ~ReplayProgram() override { std::filesystem::remove_all(root_); }

  void write(const char* name, const std::string& text) const { std::ofstream{root_ / name} << text; }
  void capture(const char* name, const std::vector<std::pair<std::uint64_t, Bytes>>& frames) const {
    auto writer = CaptureWriter::create(root_ / name).value();
    for (const auto& [time, frame] : frames) writer.write(time, frame);
    ASSERT_TRUE(writer.close());
  }
  [[nodiscard]] std::vector<CapturedFrame> frames_of(const char* name) const {
    auto reader = CaptureReader::open(root_ / name).value();
    std::vector<CapturedFrame> frames;
    while (auto frame = reader.next().value()) frames.push_back(std::move(*frame));
    return frames;
  }

  /// Words with `@` before a name mean files of the test's directory.
  int run(std::vector<std::string> words) {
    for (auto& word : words) {
      if (const auto at = word.find('@'); at != std::string::npos) word.replace(at, 1, root_.string() + "/");
    }
    words.insert(words.begin(), program_path("unf-replay"));
    Program program{words, root_};
    const int status = program.wait();
    out_ = program.out();
    err_ = program.err();
    return status;
  }
  [[nodiscard]] json owner(const char* path) const { return json::parse(out_).at("owners").at(path); }

  const TcpSpec client_{.src = "10.66.0.1", .dst = "10.66.0.2"};
  const Bytes good_ = http_frame("/", client_), bad_ = http_frame("/?id=1%27%20OR%20%271%27=%271", client_);
  const Bytes answer_ = tcp_frame({.src = "10.66.0.2", .dst = "10.66.0.1", .sport = 80, .dport = 40000});
  std::filesystem::path root_;
  std::string out_, err_;
};

TEST_F(ReplayProgram, WritesWhatLeavesAndPrintsCounters) {
  ASSERT_EQ(run({"@plan.json", "--in", "in=@requests.pcap", "--in", "out=@answers.pcap", "--out", "out=@out.pcap",
                 "--out", "in=@in.pcap"}),
            0)
      << err_;
  const auto sent = frames_of("out.pcap");
  ASSERT_EQ(sent.size(), 3U) << "two requests, and a reset for the server";
  EXPECT_EQ(sent.front().bytes, good_);
  EXPECT_EQ(sent.front().time_ns, 1U);
  EXPECT_EQ(sent.back().bytes, good_);
  const auto answered = frames_of("in.pcap");
  ASSERT_EQ(answered.size(), 2U) << "the answer, and a reset for the client";
  EXPECT_EQ(answered.front().bytes, answer_);
  EXPECT_EQ(owner("edge/app-fw/reset").at("in"), 1);
}

TEST_F(ReplayProgram, TheOriginalGraphDoesTheSame) {
  ASSERT_EQ(run({"@plan.json", "--in", "@requests.pcap", "--out", "@planned.pcap"}), 0) << err_;
  const auto planned = owner("edge/firewall/check");
  ASSERT_EQ(run({"@plan.json", "--graph", "original", "--in", "@requests.pcap", "--out", "@original.pcap"}), 0) << err_;
  EXPECT_EQ(owner("edge/firewall/check"), planned);
  const auto a = frames_of("planned.pcap"), b = frames_of("original.pcap");
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].bytes, b[i].bytes);
}

struct BadCall {
  const char* name;
  std::vector<std::string> words;
  int status;
  const char* message;
};
void PrintTo(const BadCall& call, std::ostream* out) { *out << call.name; }

class BadReplay : public ReplayProgram, public testing::WithParamInterface<BadCall> {};

TEST_P(BadReplay, IsRefusedInOneLine) {
  write("broken.json", "{\"version\": 1,");
  write("text.pcap", "no capture");
  EXPECT_EQ(run(GetParam().words), GetParam().status);
  EXPECT_THAT(err_, HasSubstr(GetParam().message));
  EXPECT_EQ(out_, "");
}

INSTANTIATE_TEST_SUITE_P(
    Calls, BadReplay,
    testing::Values(
        BadCall{"NoInput", {"@plan.json"}, 2, "--in is required"},
        BadCall{"UnknownGraph", {"@plan.json", "--in", "@requests.pcap", "--graph", "best"}, 2, "--graph"},
        BadCall{"NoPlan", {"@absent.json", "--in", "@requests.pcap"}, 1, "absent.json: cannot be read"},
        BadCall{"BrokenPlan", {"@broken.json", "--in", "@requests.pcap"}, 2, "broken.json: "},
        BadCall{"NoCapture", {"@plan.json", "--in", "@absent.pcap"}, 1, "absent.pcap"},
        BadCall{"TextAsCapture", {"@plan.json", "--in", "@text.pcap"}, 2, "text.pcap"},
        BadCall{"UnknownNic", {"@plan.json", "--in", "wan=@requests.pcap"}, 2, "the plan has no NIC wan"},
        BadCall{"UnwritableOut", {"@plan.json", "--in", "@requests.pcap", "--out", "@no/out.pcap"}, 1, "no/out.pcap"}),
    [](const auto& call) { return std::string{call.param.name}; });

}  // namespace
}  // namespace unf::dataplane
