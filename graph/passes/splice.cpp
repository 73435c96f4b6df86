#include "graph/passes/splice.h"

#include "graph/passes/path_view.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;

bool is_neutral(const UnfGraph::Node& node) { return is_io(node) && node.config.empty(); }

std::vector<std::pair<Vertex, Vertex>> boundaries(const UnfGraph& graph) {
  std::vector<std::pair<Vertex, Vertex>> found;
  for (const auto v : graph.nodes()) {
    if (graph[v].type != kNicEgress) continue;
    for (const auto e : graph.out_edges(v)) found.emplace_back(v, graph.target(e));
  }
  return found;
}

/// Leads every edge past the I/O nodes in the middle of the graph. Returns whether there was one left to lead.
bool bypass_boundaries(UnfGraph& graph) {
  bool changed = false;
  for (const auto v : graph.nodes()) {
    if (!is_neutral(graph[v])) continue;
    for (const auto e : graph.in_edges(v)) changed |= graph.bypass(e, "out") > 0;
  }
  return changed;
}

}  // namespace

Result<Rewrite> splice(UnfGraph graph, const Context&) {
  std::vector<Plan::ReportLine> report;
  for (const auto& [egress, ingress] : boundaries(graph)) {
    const bool applies = is_neutral(graph[egress]) && is_neutral(graph[ingress]);
    report.push_back({.rule = "R1",
                      .nodes = {graph[egress].id, graph[ingress].id},
                      .applied = applies,
                      .reason = applies ? "packets pass from one VNF to the next inside the graph"
                                        : "the boundary is configured to change what passes it"});
  }
  while (bypass_boundaries(graph)) {
  }
  graph.compact();
  return Rewrite{std::move(graph), std::move(report)};
}

}  // namespace unf::graph
