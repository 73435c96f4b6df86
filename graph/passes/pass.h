#pragma once

#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/plan.h"
#include "graph/model/result.h"
#include "graph/model/unf_graph.h"

namespace unf::graph {

/// What a pass may look at besides the graph.
struct Context {
  const Catalog& catalog;
  const Inventory& inventory;
};

/// What a pass made of a graph, and what it did or refused to do, in words.
struct Rewrite {
  UnfGraph graph;
  std::vector<Plan::ReportLine> report;
};

/// A step of the compiler. Pure and deterministic.
using Pass = Result<Rewrite> (*)(UnfGraph graph, const Context& context);

inline constexpr std::string_view kNicIngress = "NicIngress";
inline constexpr std::string_view kNicEgress = "NicEgress";
[[nodiscard]] inline bool is_io(const UnfGraph::Node& node) {
  return node.type == kNicIngress || node.type == kNicEgress;
}
/// Whether `v` is an I/O node at the rim of the graph. One in its middle only hands packets on, by its runner.
[[nodiscard]] inline bool at_nic(const UnfGraph& graph, UnfGraph::Vertex v) {
  return is_io(graph[v]) && (graph[v].type == kNicIngress ? graph.in_edges(v) : graph.out_edges(v)).empty();
}

}  // namespace unf::graph
