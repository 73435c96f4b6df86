#include "dataplane/io/hosted_graph.h"

#include <gmock/gmock.h>

#include "dataplane/io/heap_pool.h"
#include "tests/support/by_name.h"
#include "tests/support/eal.h"
#include "tests/support/frames.h"
#include "tests/support/runtime_plan.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

/// Counts what is sent.
class Sink final : public Device {
 public:
  explicit Sink(PacketPool& pool) : pool_(pool) {}
  std::size_t receive(std::span<Packet*>) noexcept override { return 0; }
  std::size_t send(std::span<Packet* const> packets) noexcept override {
    sent += packets.size();
    pool_.give_back(packets);
    return packets.size();
  }
  std::size_t sent = 0;

 private:
  PacketPool& pool_;
};

class HostedGraphs : public testing::Test {
 protected:
  HostedGraphs() {
    testing_support::start_eal();
    host_.nics = {{.name = NicName{"in"}, .pair = NicName{"out"}}, {.name = NicName{"out"}, .pair = NicName{"in"}}};
  }
  std::unique_ptr<HostedGraph> make(const Plan& plan) {
    auto counters = CounterFile::in_memory(plan);
    return HostedGraph::make(builtin_unfs(), plan, host_, std::move(counters), {&sink_, &sink_},
                             std::make_unique<HeapMemory>(), objects_, pool_)
        .value();
  }
  void enter(HostedGraph& graph, std::size_t packets) {
    std::vector<Packet*> burst(packets);
    ASSERT_EQ(pool_.take(burst), packets);
    for (auto* packet : burst) packet->length = 60;
    graph.io().enter(burst, 0);
  }
  /// in -> first -> second -> out
  static RuntimePlan line() {
    RuntimePlan plan;
    plan.node("in", "NicIngress", "io").node("first", "PacketSizeHistogram").node("second", "Forward", "r2");
    plan.node("out", "NicEgress", "io").edge("in", "out", "first").edge("first", "out", "second");
    plan.edge("second", "out", "out").classifier("p", "in", "in");
    return plan;
  }
  static void run(HostedGraph& graph) {
    for (const auto& id : graph.runners()) {
      auto runner = graph.make_runner(id).value();
      while (runner.step() != 0) {
      }
    }
    std::ignore = graph.io().transmit();
  }

  Host host_;
  HeapPool pool_{512, 2048};
  Sink sink_{pool_};
  SharedObjects objects_{[] { return std::make_unique<HeapMemory>(); }};
};

TEST_F(HostedGraphs, AreDrainedOnceEveryPacketHasLeft) {
  auto graph = make(line().plan());
  EXPECT_TRUE(graph->drained());
  enter(*graph, 40);
  EXPECT_FALSE(graph->drained());
  auto first = graph->make_runner(RunnerId{"r1"}).value();
  while (first.step() != 0) {
  }
  EXPECT_FALSE(graph->drained()) << "the second runner has them";
  auto second = graph->make_runner(RunnerId{"r2"}).value();
  while (second.step() != 0) {
  }
  EXPECT_FALSE(graph->drained()) << "nobody has sent them";
  std::ignore = graph->io().transmit();
  EXPECT_TRUE(graph->drained());
  EXPECT_EQ(sink_.sent, 40U);
}

struct GivenUp {
  const char* name;
  bool ordered;
};
class GiveUp : public HostedGraphs, public testing::WithParamInterface<GivenUp> {};

TEST_P(GiveUp, SendsWhatIsDoneAndCountsTheRest) {
  auto plan = line();
  if (GetParam().ordered) plan.ordered();
  auto graph = make(plan.plan());
  enter(*graph, 10);
  for (const auto* id : {"r1", "r2"}) {
    auto runner = graph->make_runner(RunnerId{id}).value();
    while (runner.step() != 0) {
    }
  }
  enter(*graph, 40);
  graph->give_up();
  EXPECT_TRUE(graph->drained());
  EXPECT_EQ(sink_.sent, 10U);
  EXPECT_EQ(graph->report()["given_up"], 40);
  EXPECT_EQ(pool_.free(), pool_.size()) << "spare packets, too";
}
INSTANTIATE_TEST_SUITE_P(Order, GiveUp, testing::Values(GivenUp{"None", false}, GivenUp{"Kept", true}), by_name);

TEST_F(HostedGraphs, GoOnCountingWhereTheirPredecessorsWere) {
  auto old = make(line().plan());
  enter(*old, 7);
  run(*old);
  auto next = make(line().plan());
  next->inherit({old.get()});
  enter(*next, 3);
  run(*next);
  EXPECT_EQ(next->report()["nics"]["in"]["rx"], 10);
  EXPECT_EQ(next->report()["nics"]["out"]["tx"], 10);
}

using Nodes = std::vector<std::pair<std::string, std::vector<std::string>>>;  // ids and owners of histograms
struct Heirs {
  const char* name;
  std::vector<Nodes> before;  // of each graph; the n-th node of all has counted n packets
  Nodes after;
  std::map<std::string, std::uint64_t> counts;
};
class Inherit : public HostedGraphs, public testing::WithParamInterface<Heirs> {
 protected:
  static Plan histograms(const Nodes& nodes) {
    RuntimePlan plan;
    plan.node("in", "NicIngress", "io").node("out", "NicEgress", "io");
    for (const auto& [id, owners] : nodes) {
      plan.node(id, "PacketSizeHistogram").edge(id, "out", "out");
      plan.plan().nodes.back().owners.clear();
      for (const auto& owner : owners) plan.plan().nodes.back().owners.emplace_back(owner);
    }
    plan.edge("in", "out", nodes.front().first).classifier("p", "in", "in");
    return plan.plan();
  }
};

TEST_P(Inherit, EachSumHasOneHeir) {
  std::vector<std::unique_ptr<HostedGraph>> old;
  std::vector<const HostedGraph*> before;
  std::size_t packets = 0;
  for (const auto& nodes : GetParam().before) {
    for (const auto& node : nodes) {  // one at a time, where packets enter
      ++packets;
      auto plan = histograms(nodes);
      plan.edges.back().to = NodeId{node.first};
      auto& graph = *old.emplace_back(make(plan));
      enter(graph, packets);
      run(graph);
      before.push_back(&graph);
    }
  }
  auto next = make(histograms(GetParam().after));
  next->inherit(before);
  const auto report = next->report()["reports"];
  for (const auto& [id, count] : GetParam().counts) EXPECT_EQ(report[id]["packets"]["64"], count) << id;
}
INSTANTIATE_TEST_SUITE_P(
    Changes, Inherit,
    testing::Values(Heirs{"Same", {{{"a", {"a"}}, {"b", {"b"}}}}, {{"a", {"a"}}, {"b", {"b"}}}, {{"a", 1}, {"b", 2}}},
                    Heirs{"Merge", {{{"a", {"a"}}}, {{"b", {"b"}}}}, {{"a", {"a", "b"}}}, {{"a", 3}}},
                    Heirs{"Unmerge", {{{"a", {"a", "b"}}}}, {{"a", {"a"}}, {"b", {"b"}}}, {{"a", 1}, {"b", 0}}},
                    Heirs{"UnmergeWithoutTheFirst", {{{"a", {"a", "b"}}}}, {{"b", {"b"}}}, {{"b", 1}}},
                    Heirs{"ScaleIn", {{{"a", {"a"}}, {"a#2", {"a"}}}}, {{"a", {"a"}}}, {{"a", 3}}},
                    Heirs{"ScaleOut", {{{"a", {"a"}}}}, {{"a", {"a"}}, {"a#2", {"a"}}}, {{"a", 1}, {"a#2", 0}}},
                    Heirs{"Unrelated", {{{"a", {"a"}}}}, {{"b", {"b"}}}, {{"b", 0}}}),
    by_name);

TEST_F(HostedGraphs, ShareWhatTheirRulesAreCompiledTo) {
  const auto rules = testing_support::rules("allow udp any any any any\n");
  RuntimePlan plan;
  plan.node("in", "NicIngress", "io").node("filter", "L3L4Filter", "r1", rules.config).node("out", "NicEgress", "io");
  plan.edge("in", "out", "filter").edge("filter", "out", "out").classifier("p", "in", "in");
  plan.plan().artifacts = rules.artifacts;
  const auto one = make(plan.plan()), other = make(plan.plan());
  EXPECT_EQ(one->wiring(RunnerId{"r1"}).shared, other->wiring(RunnerId{"r1"}).shared);
}

}  // namespace
}  // namespace unf::dataplane
