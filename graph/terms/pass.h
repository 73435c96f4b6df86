#pragma once

#include <map>
#include <string>
#include <string_view>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/plan.h"
#include "graph/model/result.h"
#include "graph/model/unf_graph.h"
#include "graph/terms/conditions.h"
#include "graph/terms/kind.h"

namespace unf::graph {

/// owner -> gate -> its part of the packets that the owner's uNF gets; as counted, or as somebody says.
using GateShares = std::map<OwnerPath, std::map<std::string, double>>;

/// What a pass may look at besides the graph.
struct Context {
  const Catalog& catalog;
  const Inventory& inventory;
  Kinds& kinds;              ///< grows as kinds are made; nothing else does
  const UnfGraph& original;  ///< the graph as it was asked for, to call nodes by their names
  const GateShares& gate_shares;
  const Conditions& conditions = Conditions::all();

  /// Whether a rule may go on.
  [[nodiscard]] bool holds(Condition condition, bool met) const { return conditions.hold(condition, met); }
  [[nodiscard]] const NodeId& name(UnfGraph::Vertex owner) const { return original[owner].id; }
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
[[nodiscard]] inline bool is_io(std::string_view type) { return type == kNicIngress || type == kNicEgress; }
[[nodiscard]] inline bool is_io(const UnfGraph::Node& node) { return is_io(node.type); }
/// Whether `v` is an I/O node at the rim of the graph. One in its middle only hands packets on, by its runner.
[[nodiscard]] inline bool at_nic(const UnfGraph& graph, UnfGraph::Vertex v) {
  return is_io(graph[v]) && (graph[v].type == kNicIngress ? graph.in_degree(v) : graph.out_degree(v)) == 0;
}

}  // namespace unf::graph
