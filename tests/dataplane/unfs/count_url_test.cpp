#include "dataplane/unfs/count_url.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

std::map<std::string, std::uint64_t> top_of(const nlohmann::json& report) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& line : report.at("top")) counts[line.at("url")] = line.at("count");
  return counts;
}

TEST(CountUrl, CountsEachRequest) {
  UnfUnderTest unf{"CountUrl"};
  EXPECT_EQ(unf.run(http_frame("/a")), "out");
  EXPECT_EQ(unf.run(http_frame("/b")), "out");
  EXPECT_EQ(unf.run(http_frame("/a", {.v6 = true})), "out");
  const auto pipelined = get_request("/a") + get_request("/c?x=1");
  EXPECT_EQ(unf.run(tcp_frame({.payload = pipelined})), "out");
  EXPECT_EQ(unf.report(), nlohmann::json::parse(R"({"requests": 5, "top": [
      {"url": "/a", "count": 3, "error": 0}, {"url": "/b", "count": 1, "error": 0}, {"url": "/c?x=1", "count": 1, "error": 0}]})"));
}

TEST(CountUrl, PassesWhatIsNoRequest) {
  UnfUnderTest unf{"CountUrl"};
  for (const auto& frame :
       {tcp_frame(), tcp_frame({.payload = "HTTP/1.1 200 OK\r\n\r\n"}), udp_frame(), arp_frame(), Bytes{}}) {
    EXPECT_EQ(unf.run(frame), "out");
  }
  EXPECT_EQ(unf.report()["requests"], 0);
}

TEST(CountUrl, ReportsAsManyAsAskedMostFirst) {
  UnfUnderTest unf{"CountUrl", {{"top", 2}}};
  for (int i = 0; i < 3; ++i) std::ignore = unf.run(http_frame("/three"));
  for (int i = 0; i < 2; ++i) std::ignore = unf.run(http_frame("/two"));
  std::ignore = unf.run(http_frame("/one"));
  const auto report = unf.report();
  ASSERT_EQ(report["top"].size(), 2U);
  EXPECT_EQ(report["top"][0]["url"], "/three");
  EXPECT_EQ(report["top"][1]["url"], "/two");
  EXPECT_EQ(report["requests"], 6);
}

TEST(CountUrl, CutsAndEscapesWhatItShows) {
  UnfUnderTest unf{"CountUrl"};
  const auto a = "/" + std::string(500, 'x') + "a", b = "/" + std::string(500, 'x') + "b";
  std::ignore = unf.run(http_frame(a));
  std::ignore = unf.run(http_frame(b));  // the same begin, another URL
  std::ignore = unf.run(http_frame("/\xff\x01"));
  const auto report = unf.report();
  ASSERT_EQ(report["top"].size(), 3U);
  EXPECT_EQ(report["top"][0]["url"], "/" + std::string(87, 'x') + "...");
  EXPECT_EQ(report["top"][1]["url"], report["top"][0]["url"]);
  EXPECT_EQ(report["top"][2]["url"], "/%FF%01");
  EXPECT_NO_THROW(std::ignore = report.dump());
}

// A heavy URL is not lost among more URLs than there are slots.
TEST(CountUrl, KeepsTheHeavyOnesInBoundedMemory) {
  const nlohmann::json config{{"slots", 64}, {"top", 3}};
  ASSERT_EQ(CountUrl::state_bytes(config), 64 * sizeof(CountUrl::Slot));
  UnfUnderTest unf{"CountUrl", config};
  for (int i = 0; i < 2000; ++i) {
    std::ignore = unf.run(http_frame(fmt::format("/rare/{}", i)));
    if (i % 4 == 0) std::ignore = unf.run(http_frame("/heavy"));
  }
  const auto report = unf.report();
  EXPECT_EQ(report["requests"], 2500);
  EXPECT_EQ(report["top"][0]["url"], "/heavy");
  const auto count = report["top"][0]["count"].get<std::uint64_t>(),
             error = report["top"][0]["error"].get<std::uint64_t>();
  EXPECT_GE(count, 500U);
  EXPECT_LE(count - error, 500U);
}

RC_GTEST_PROP(CountUrlProperty, IsExactWhileThereIsRoom, ()) {
  const auto picks = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
  UnfUnderTest unf{"CountUrl"};
  std::map<std::string, std::uint64_t> expected;
  for (const int pick : picks) {
    const auto url = fmt::format("/page{}", pick);
    ++expected[url];
    std::ignore = unf.run(http_frame(url));
  }
  RC_ASSERT(top_of(unf.report()) == expected);
}

RC_GTEST_PROP(CountUrlProperty, NeverCountsTooLittle, ()) {
  const nlohmann::json config{{"slots", 8}, {"top", 8}};
  const auto picks = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 30));
  UnfUnderTest unf{"CountUrl", config};
  std::map<std::string, std::uint64_t> truth;
  for (const int pick : picks) {
    const auto url = fmt::format("/{}", pick);
    ++truth[url];
    std::ignore = unf.run(http_frame(url));
  }
  const auto report = unf.report();
  RC_ASSERT(report["requests"] == picks.size());
  for (const auto& line : report["top"]) {
    const auto count = line["count"].get<std::uint64_t>(), error = line["error"].get<std::uint64_t>();
    const auto real = truth[line["url"].get<std::string>()];
    RC_ASSERT(count >= real);
    RC_ASSERT(count - error <= real);
  }
}

// As if it had counted the other's requests itself, whatever the sizes.
RC_GTEST_PROP(CountUrlProperty, AbsorbsWhatAnotherCounted, ()) {
  const auto picks = *rc::gen::container<std::vector<std::pair<int, bool>>>(
      rc::gen::pair(rc::gen::inRange(0, 30), rc::gen::arbitrary<bool>()));
  const auto slots = [] { return nlohmann::json{{"slots", *rc::gen::element(8, 16, 4096)}, {"top", 1000}}; };
  UnfUnderTest unf{"CountUrl", slots()}, other{"CountUrl", slots()};
  std::map<std::string, std::uint64_t> truth;
  for (const auto& [pick, others] : picks) {
    const auto url = fmt::format("/{}", pick);
    ++truth[url];
    std::ignore = (others ? other : unf).run(http_frame(url));
  }
  unf.absorb(other);
  const auto report = unf.report();
  RC_ASSERT(report["requests"] == picks.size());
  for (const auto& line : report["top"]) {
    const auto count = line["count"].get<std::uint64_t>(), error = line["error"].get<std::uint64_t>();
    const auto real = truth[line["url"].get<std::string>()];
    RC_ASSERT(count - error <= real);
  }
}

TEST(CountUrl, GoesOnFromTheStateOfItsPredecessor) {
  const nlohmann::json config{{"slots", 8}};
  std::vector<CountUrl::Slot> state(8);
  const auto bytes = std::as_writable_bytes(std::span{state});
  const auto run = [&](std::string_view url) {
    const Artifacts none;
    auto unf = builtin_unfs().find("CountUrl")->make({.config = config, .artifacts = none, .state = bytes}).value();
    PacketBuffer buffer{http_frame(url)};
    Packet* const packets[]{&buffer.packet};
    Gate gate = 0;
    TestContext context;
    unf->process({.packets = packets, .gates = &gate, .mask = 1}, context);
  };
  run("/a");
  run("/a");
  EXPECT_EQ(top_of(CountUrl::report(config, bytes)), (std::map<std::string, std::uint64_t>{{"/a", 2}}));

  for (auto& slot : state) slot.version |= 1;  // as if it had died while a slot changed hands
  run("/b");
  EXPECT_EQ(top_of(CountUrl::report(config, bytes)), (std::map<std::string, std::uint64_t>{{"/b", 1}}));
}

// A reader sees whole slots only: text, length and count of one URL.
TEST(CountUrl, IsReadWhileItCounts) {
  const nlohmann::json config{{"slots", 8}, {"top", 8}};
  std::vector<CountUrl::Slot> state(8);
  const auto bytes = std::as_writable_bytes(std::span{state});
  const Artifacts none;
  auto unf = builtin_unfs().find("CountUrl")->make({.config = config, .artifacts = none, .state = bytes}).value();
  std::atomic<bool> done = false;
  std::thread writer{[&] {
    TestContext context;
    for (int round = 0; round < 200; ++round) {
      for (char c = 'a'; c <= 'z'; ++c) {
        PacketBuffer buffer{http_frame("/" + std::string(static_cast<std::size_t>(c - 'a' + 10), c))};
        Packet* const packets[]{&buffer.packet};
        Gate gate = 0;
        unf->process({.packets = packets, .gates = &gate, .mask = 1}, context);
      }
    }
    done = true;
  }};
  std::size_t torn = 0;
  do {
    const auto report = CountUrl::report(config, bytes);
    for (const auto& line : report["top"]) {
      const auto url = line["url"].get<std::string>();
      torn += url != "/" + std::string(static_cast<std::size_t>(url.back() - 'a' + 10), url.back());
    }
  } while (!done);
  writer.join();
  EXPECT_EQ(torn, 0U);
  EXPECT_EQ(CountUrl::report(config, bytes)["requests"], 200 * 26);
}

}  // namespace
}  // namespace unf::dataplane
