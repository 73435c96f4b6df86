#include "graph/passes/path_view.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace unf::graph {

using Vertex = UnfGraph::Vertex;

bool carries(const UnfGraph::Edge& edge, const std::string& path) {
  return edge.paths.empty() || std::binary_search(edge.paths.begin(), edge.paths.end(), path);
}

std::vector<std::string> paths_of(const UnfGraph& graph) {
  std::vector<std::string> paths;
  std::set<std::string> seen;
  for (const auto& entry : graph.entries) {
    if (seen.insert(entry.path).second) paths.push_back(entry.path);
  }
  return paths;
}

PathView path_view(const UnfGraph& graph, const std::string& path) {
  const auto entry =
      std::find_if(graph.entries.begin(), graph.entries.end(), [&](const auto& e) { return e.path == path; });
  PathView view{.entry = entry->node, .rate = entry->rate, .order = {}};

  // Depth first without recursion; a node is done after all behind it.
  std::set<Vertex> seen{UnfGraph::sink(), view.entry};
  struct Visit {
    Vertex node;
    std::vector<UnfGraph::EdgeRef> left;
  };
  std::vector<Visit> stack;
  stack.push_back({view.entry, graph.out_edges(view.entry)});
  while (!stack.empty()) {
    auto& visit = stack.back();
    if (visit.left.empty()) {
      view.order.push_back(visit.node);
      stack.pop_back();
      continue;
    }
    const auto edge = visit.left.back();
    visit.left.pop_back();
    const auto next = graph.target(edge);
    if (carries(graph[edge], path) && seen.insert(next).second) stack.push_back({next, graph.out_edges(next)});
  }
  std::reverse(view.order.begin(), view.order.end());
  return view;
}

std::vector<Vertex> node_order(const UnfGraph& graph) {
  const auto by_id = [&](Vertex a, Vertex b) {
    return std::tie(graph[a].id, graph[a].replica) < std::tie(graph[b].id, graph[b].replica);
  };
  std::set<Vertex, decltype(by_id)> left(by_id), ready(by_id);
  std::map<Vertex, std::size_t> waits_for;
  for (const auto v : graph.nodes()) {
    left.insert(v);
    waits_for[v] = graph.in_edges(v).size();
    if (waits_for[v] == 0) ready.insert(v);
  }
  std::vector<Vertex> order;
  while (!left.empty()) {
    const auto v = ready.empty() ? *left.begin() : *ready.begin();  // on a cycle: any, but always the same
    ready.erase(v);
    left.erase(v);
    order.push_back(v);
    for (const auto e : graph.out_edges(v)) {
      const auto next = graph.target(e);
      if (next != UnfGraph::sink() && --waits_for[next] == 0 && left.contains(next)) ready.insert(next);
    }
  }
  return order;
}

}  // namespace unf::graph
