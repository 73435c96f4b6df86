// A parallel stage does what the chain of its members does: the same packets in the same order, the same counts for
// every owner, the same reports.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "dataplane/catalog/catalog.h"
#include "dataplane/replay/replay.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/staged_plan.h"
#include "tests/support/traffic.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using nlohmann::json;

/// What can be seen of a plan that has run.
struct Seen {
  std::vector<std::pair<std::string, Bytes>> sent;
  OwnerCounts owners;
  std::map<NodeId, std::map<std::string, std::uint64_t>> counters;
  json reports;
  std::size_t leaked = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};
void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.sent.size() << " frames, owners " << to_json(seen.owners) << ", reports " << seen.reports << ", leaked "
       << seen.leaked;
  for (const auto& [node, counters] : seen.counters) *out << ", " << node.get() << ": " << json(counters);
}

Seen run(const Plan& plan, const std::vector<Bytes>& frames) {
  testing_support::start_eal();
  Seen seen;
  auto replay =
      Replay::make(builtin_unfs(), plan, [&](const NicName& nic, std::uint64_t, std::span<const std::byte> frame) {
        seen.sent.emplace_back(nic.get(), Bytes{frame.begin(), frame.end()});
      }).value();
  std::uint64_t time = 0;
  for (const auto& frame : frames) {
    const auto received = replay->receive(NicName{"in"}, ++time, frame);
    if (!received) throw std::runtime_error{received.error().message};
  }
  replay->flush();
  const auto stats = replay->stats();
  seen.owners = owner_counts(plan, stats);
  seen.counters = stats.counters;
  seen.reports = replay->report()["reports"];
  seen.leaked = replay->leaked();
  return seen;
}

Rules blocks_port(int port) {
  return rules("deny tcp any any any " + std::to_string(port) + "\nallow any any any any any\n");
}

std::vector<Bytes> some_frames() {
  std::vector<Bytes> frames;
  for (std::uint16_t i = 0; i < 100; ++i) {
    frames.push_back(http_frame("/page" + std::to_string(i % 7), {.dport = static_cast<std::uint16_t>(80 + i % 3)}));
    frames.push_back(udp_frame({.sport = i}));
    frames.push_back(tcp_frame({.ttl = static_cast<std::uint8_t>(i % 4), .id = i}));
    if (i % 10 == 0) frames.push_back(arp_frame());
  }
  return frames;
}

struct Order {
  const char* name;
  std::vector<const char*> types;  // a filter is L3L4Filter
};
void PrintTo(const Order& order, std::ostream* out) { *out << order.name; }
class Dropper : public testing::TestWithParam<Order> {};

TEST_P(Dropper, CountsAndReportsAsTheChainDoes) {
  StagedPlan plan;
  for (const std::string type : GetParam().types)
    plan.add(type, type == "L3L4Filter" ? blocks_port(81) : Rules{{}, json::object()});
  const auto frames = some_frames();
  const auto chain = run(plan.sequential(), frames);
  EXPECT_GT(chain.owners.at(OwnerPath{"join"}).in, 0U);
  EXPECT_LT(chain.owners.at(OwnerPath{"join"}).in, frames.size()) << "some are dropped";
  EXPECT_EQ(chain.leaked, 0U);
  EXPECT_EQ(run(plan.parallel(), frames), chain);
  for (const auto& ends :
       {StagedPlan::Ends{"io", "join"}, StagedPlan::Ends{"split", "io"}, StagedPlan::Ends{"io", "io"}}) {
    plan.ends(ends);
    EXPECT_EQ(run(plan.parallel(), frames), run(plan.sequential(), frames)) << ends.split << ", " << ends.join;
  }
  plan.ends({"both", "both"});
  EXPECT_EQ(run(plan.parallel(), frames), chain) << "split and join in one runner";
}
INSTANTIATE_TEST_SUITE_P(
    Place, Dropper,
    testing::Values(Order{"First", {"L3L4Filter", "CountUrl", "PacketSizeHistogram"}},
                    Order{"Middle", {"CountUrl", "L3L4Filter", "PacketSizeHistogram"}},
                    Order{"Last", {"PacketSizeHistogram", "CountUrl", "L3L4Filter"}},
                    Order{"Several", {"L3L4Filter", "CheckIPHeader", "PacketSizeHistogram", "L3L4Filter", "CountUrl"}},
                    Order{"Editing", {"IPTtlDecrementer", "MacSwapper", "CountUrl", "PacketSizeHistogram"}}),
    [](const auto& order) { return std::string{order.param.name}; });

// Any members that may run at once.
RC_GTEST_PROP(StageProperty, DoesWhatTheChainDoes, ()) {
  StagedPlan plan;
  plan.ends(*rc::gen::element(StagedPlan::Ends{}, StagedPlan::Ends{"io", "io"}, StagedPlan::Ends{"both", "both"}));
  std::vector<std::string> types{"IPTtlDecrementer", "MacSwapper",          "L3L4Filter",
                                 "CountUrl",         "PacketSizeHistogram", "Forward"};
  const auto count = *rc::gen::inRange<std::size_t>(2, Plan::kMaxStage + 1);
  while (plan.members() < count) {
    const auto type = *rc::gen::elementOf(types);
    plan.add(type, type == "L3L4Filter" ? blocks_port(*rc::gen::element(80, 81, 82, 8080)) : Rules{{}, json::object()});
    if (type == "IPTtlDecrementer" || type == "MacSwapper") std::erase(types, type);  // one writer
  }
  std::vector<Bytes> frames;
  for (auto& arrival : *arrivals("in", "out", 100)) frames.push_back(std::move(arrival.frame));
  const auto chain = run(plan.sequential(), frames), stage = run(plan.parallel(), frames);
  RC_ASSERT(chain.leaked == 0U);
  RC_ASSERT(stage.sent == chain.sent);
  RC_ASSERT(stage.owners == chain.owners);
  RC_ASSERT(stage.counters == chain.counters);
  RC_ASSERT(stage.reports == chain.reports);
  RC_ASSERT(stage.leaked == 0U);
}

TEST(Stage, TwoOfThemInARowKeepTheOrder) {
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("out", "NicEgress", "io").node("mid", "Forward", "mid");
  for (const auto* id : {"a", "b", "c", "d"})
    plan.node(id, id == std::string{"b"} ? "IPTtlDecrementer" : "Forward", id);
  const auto edge = [&](const char* from, const char* to, Plan::Port port) {
    plan.edge(from, "out", to).plan().edges.back().port = port;
  };
  using enum Plan::Port;
  for (const auto* id : {"a", "b"}) edge("in", id, branch);
  for (const auto* id : {"a", "b"}) edge(id, "mid", ordered);
  for (const auto* id : {"c", "d"}) edge("mid", id, branch);
  for (const auto* id : {"c", "d"}) edge(id, "out", ordered);
  plan.plan().stages = {{NodeId{"a"}, NodeId{"b"}}, {NodeId{"c"}, NodeId{"d"}}};
  plan.classifier("all", "in", "in");
  std::vector<Bytes> frames;
  std::vector<std::pair<std::string, Bytes>> expected;
  for (std::uint16_t i = 0; i < 100; ++i) {
    const auto spec = [&](std::uint8_t ttl) { return TcpSpec{.ttl = ttl, .id = i}; };
    frames.push_back(tcp_frame(spec(i % 5 == 0 ? 1 : 9)));
    if (i % 5 != 0) expected.emplace_back("out", tcp_frame(spec(8)));
  }
  const auto seen = run(plan.plan(), frames);
  EXPECT_EQ(seen.sent, expected);
  EXPECT_EQ(seen.leaked, 0U);
}

// A gate whose packets take the stage or pass it by, to one runner; and owners that count by path.
TEST(Stage, OtherPathsOfItsSplitPassItBy) {
  const auto run_with = [](bool parallel) {
    RuntimePlan plan;
    plan.node("in", "NicIngress", "io").node("out", "NicEgress", "io").node("split", "HttpClassifier", "split");
    plan.node("a", "PacketSizeHistogram", parallel ? "a" : "split").node("b", "CountUrl", parallel ? "b" : "split");
    plan.node("join", "Forward", parallel ? "join" : "split").edge("in", "out", "split");
    plan.edge("split", "http", "a").edge(parallel ? "split" : "a", parallel ? "http" : "out", "b");
    plan.edge("split", "other", "join").edge("b", "out", "join").edge("join", "out", "out");
    auto& edges = plan.plan().edges;
    if (parallel) {
      edges[1].port = edges[2].port = Plan::Port::branch;
      edges[4].port = Plan::Port::ordered;
      plan.edge("a", "out", "join").plan().edges.back().port = Plan::Port::ordered;
      plan.plan().stages = {{NodeId{"a"}, NodeId{"b"}}};
    }
    plan.classifier("web", "in", "in", {.proto = 6}).classifier("rest", "in", "in");
    for (const std::string path : {"web", "rest"}) {
      plan.plan().counters.push_back(
          {.owner = OwnerPath{"b/" + path}, .in = {EdgeId{3}}, .out = {EdgeId{5}}, .drop = {}, .paths = {path}});
      plan.plan().counters.push_back({.owner = OwnerPath{"join/" + path},
                                      .in = {EdgeId{4}, EdgeId{5}},
                                      .out = {EdgeId{6}},
                                      .drop = {},
                                      .paths = {path}});
    }
    return run(plan.plan(), some_frames());
  };
  auto chain = run_with(false), stage = run_with(true);
  EXPECT_EQ(stage.owners, chain.owners);
  EXPECT_GT(stage.owners.at(OwnerPath{"b/web"}).in, 0U);
  EXPECT_EQ(stage.reports, chain.reports);
  EXPECT_EQ(stage.leaked, 0U);
}

}  // namespace
}  // namespace unf::dataplane
