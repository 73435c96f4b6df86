#include "dataplane/io/io_server.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "dataplane/catalog/catalog.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/runtime_plan.h"

namespace unf::dataplane {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;
using testing::HasSubstr;
using Step = Generation::Step;

/// unf-io in threads mode, of four NICs that move nothing.
class IoServers : public testing::Test {
 protected:
  IoServers() {
    testing_support::start_eal();
    char name[] = "/tmp/unf-test-XXXXXX";
    root_ = mkdtemp(name);
    const std::vector<std::string> names{"in", "out", "in2", "out2"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      host_.nics.push_back({.name = NicName{names[i]}, .device = "null", .pair = NicName{names[i ^ 1U]}});
    }
    serving_ = std::thread{[this] { server_.serve(); }};
  }
  ~IoServers() override {
    for (const auto& [key, step] : server_.generations()) std::ignore = server_.unload(key);
    server_.stop();
    serving_.join();
    std::filesystem::remove_all(root_);
  }

  static Plan plan(const std::string& nic) {
    RuntimePlan plan;
    plan.node("in", "NicIngress", "io").node("sizes", "PacketSizeHistogram").node("out", "NicEgress", "io");
    plan.edge("in", "out", "sizes").edge("sizes", "out", "out").classifier("p", nic, "in");
    return plan.plan();
  }
  Result<std::map<std::string, std::string>> prepare(const IoServer::Key& key, const std::string& nic,
                                                     const std::vector<std::string>& replaces = {}) {
    const auto counters = root_ / fmt::format("{}{}", key.first, key.second);
    std::ignore = CounterFile::create(counters, plan(nic));
    return server_.prepare(key, dump(plan(nic)), host_, counters, replaces);
  }
  void serve(const IoServer::Key& key, const std::string& nic) {
    ASSERT_TRUE(prepare(key, nic));
    ASSERT_EQ(server_.switch_over(key, {}), true);
  }

  std::filesystem::path root_;
  Host host_;
  IoServer server_{builtin_unfs(), {.threads = true, .packets = 1023}};
  std::thread serving_;
};

TEST_F(IoServers, OnlyTheOneThatTookOverServes) {
  serve({"g", 1}, "in");
  ASSERT_TRUE(prepare({"g", 2}, "in"));
  EXPECT_THAT(server_.generations(), testing::ElementsAre(std::pair{IoServer::Key{"g", 1}, Step::serving},
                                                          std::pair{IoServer::Key{"g", 2}, Step::prepared}));
  EXPECT_EQ(server_.switch_over({"g", 2}, {}), true);
  EXPECT_THAT(server_.generations(), testing::ElementsAre(std::pair{IoServer::Key{"g", 1}, Step::retired},
                                                          std::pair{IoServer::Key{"g", 2}, Step::serving}));
  EXPECT_EQ(server_.switch_over({"g", 2}, {}).error().code, Errc::conflict) << "once";
}

TEST_F(IoServers, ANicHasOneGraph) {
  serve({"g", 1}, "in");
  const auto refused = prepare({"h", 1}, "out");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_EQ(refused.error().message, "NIC in is used by graph g");
  serve({"h", 1}, "in2");
  ASSERT_EQ(server_.retire("g", {}), true);
  EXPECT_TRUE(prepare({"h", 2}, "out")) << "g has let go of it";
}

TEST_F(IoServers, AGraphTakesOverFromThoseItReplaces) {
  serve({"g", 1}, "in");
  serve({"h", 1}, "in2");
  ASSERT_TRUE(prepare({"g", 2}, "in2", {"h"}));
  ASSERT_EQ(server_.switch_over({"g", 2}, {}), true);
  EXPECT_FALSE(server_.report("h"));
  EXPECT_TRUE(server_.report("g"));
}

TEST_F(IoServers, WhatIsNotThereIsNamed) {
  EXPECT_THAT(server_.switch_over({"g", 3}, {}).error().message, HasSubstr("no generation 3"));
  EXPECT_THAT(server_.retire("g", {}).error().message, HasSubstr("graph g is not served"));
  EXPECT_EQ(server_.unload({"g", 1}).error().code, Errc::not_found);
  serve({"g", 1}, "in");
  EXPECT_THAT(server_.recover({"g", 1}, "r9").error().message, HasSubstr("no runner r9"));
}

}  // namespace
}  // namespace unf::dataplane
