#include "graph/model/stats.h"

#include <gtest/gtest.h>

#include "tests/support/plans.h"

namespace unf {
namespace {

GraphStats counted() {
  GraphStats stats;
  stats.edges[{EdgeId{1}, ""}] = {.packets = 100, .bytes = 6400, .drops = 1};
  stats.edges[{EdgeId{2}, "web"}] = {.packets = 60, .bytes = 3840};
  stats.edges[{EdgeId{2}, "dns"}] = {.packets = 30, .bytes = 1920};
  stats.edges[{EdgeId{3}, ""}] = {.packets = 10, .bytes = 640};
  stats.edges[{EdgeId{4}, ""}] = {.packets = 85, .bytes = 5440, .drops = 2};
  stats.edges[{EdgeId{5}, ""}] = {.packets = 3, .bytes = 192};
  stats.counters[NodeId{"edge/a/check"}] = {{"bad_checksum", 10}};
  return stats;
}

TEST(OwnerCounts, SumTheOwnersEdges) {
  const auto counts = owner_counts(testing_support::small_plan(), counted());
  EXPECT_EQ(counts.at(OwnerPath{"edge/a/check"}), (OwnerCount{.in = 100, .out = 90, .drop = 10}));
  EXPECT_EQ(counts.at(OwnerPath{"edge/b/check"}), (OwnerCount{.in = 90, .out = 90, .drop = 0}));
  EXPECT_EQ(counts.at(OwnerPath{"edge/b/filter"}), (OwnerCount{.in = 90, .out = 85, .drop = 3}));
}

TEST(OwnerCounts, KeepToTheCountersPaths) {
  auto plan = testing_support::small_plan();
  plan.counters[1].paths = {"web"};
  EXPECT_EQ(owner_counts(plan, counted()).at(OwnerPath{"edge/b/check"}), (OwnerCount{.in = 60, .out = 60, .drop = 0}));
}

TEST(StatsJson, SumsPathsAndListsSilentEdges) {
  auto stats = counted();
  stats.edges.erase({EdgeId{5}, ""});
  const auto json = to_json(testing_support::small_plan(), stats);
  EXPECT_EQ(json["edges"]["2"], nlohmann::json::parse(R"({"packets": 90, "bytes": 5760, "drops": 0})"));
  EXPECT_EQ(json["edges"]["5"]["packets"], 0);
  EXPECT_EQ(json["edges"]["4"]["drops"], 2);
  EXPECT_EQ(json["owners"]["edge/a/check"]["drop"], 10);
  EXPECT_EQ(json["nodes"]["edge/a/check"]["bad_checksum"], 10);
}

}  // namespace
}  // namespace unf
