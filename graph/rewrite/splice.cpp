#include "graph/rewrite/splice.h"

#include <algorithm>
#include <optional>

namespace unf::graph {

PathRewrite splice(const PathGraph& graph, const Context& context) {
  PathRewrite rewrite{graph.without_steps(), {}};
  auto& now = rewrite.graph;
  const auto order = graph.order();
  // Where packets come to that are led past a step, and what they cross.
  struct Past {
    StepRef to;
    std::vector<std::uint32_t> crossed;
  };
  std::vector<std::optional<Past>> past(graph.node_count() + 1);
  const auto neutral = [&](StepRef v) {
    return context.holds(Condition::r1_boundary_is_neutral, graph[v].kind->config.empty());
  };
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const auto v = *at;
    if (v == graph.entry || !is_io(graph[v].kind->type)) continue;
    const auto hop = graph.hop(v, Gate{1});
    if (!hop) continue;  // the end of the path
    const auto next = graph.target(*hop);
    if (graph[v].kind->type == kNicEgress && next != PathGraph::sink()) {
      const bool applied = neutral(v) && neutral(next);
      rewrite.report.push_back({.rule = "R1",
                                .nodes = {context.name(graph[v].owners[0]), context.name(graph[next].owners[0])},
                                .applied = applied,
                                .reason = applied ? "packets pass from one VNF to the next inside the graph"
                                                  : "the boundary is configured to change what passes it"});
    }
    if (!neutral(v)) continue;
    Past here{next, graph[*hop].stands_for};
    if (past[next]) {
      here.crossed.insert(here.crossed.end(), past[next]->crossed.begin(), past[next]->crossed.end());
      here.to = past[next]->to;
    }
    past[v] = std::move(here);
  }
  std::ranges::reverse(rewrite.report);
  std::vector<StepRef> renamed(graph.node_count() + 1, PathGraph::sink());
  for (const auto v : order) {
    if (!past[v]) renamed[v] = now.add_node(graph[v]);
  }
  for (const auto v : order) {
    if (past[v]) continue;
    for (const auto e : graph.out_edges(v)) {
      auto hop = graph[e];
      auto to = graph.target(e);
      if (past[to]) {
        hop.stands_for.insert(hop.stands_for.end(), past[to]->crossed.begin(), past[to]->crossed.end());
        to = past[to]->to;
      }
      now.add_edge(renamed[v], renamed[to], std::move(hop));
    }
  }
  now.entry = renamed[graph.entry];
  return rewrite;
}

}  // namespace unf::graph
