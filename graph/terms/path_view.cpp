#include "graph/terms/path_view.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace unf::graph {

using Vertex = UnfGraph::Vertex;

namespace {

bool is_for(const UnfGraph::Edge& edge, const std::string& path) {
  return edge.paths.empty() || std::ranges::binary_search(edge.paths, path);
}

/// Depth first without recursion; a node is done after all behind it.
void find_order(const UnfGraph& graph, PathView& view, std::vector<bool>& seen) {
  struct Visit {
    Vertex node;
    UnfGraph::EdgeRefs left;
  };
  std::vector<Visit> stack;
  stack.push_back({view.entry, graph.out_edges(view.entry)});
  seen[view.entry] = true;
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
    if (seen[next] || !carries(graph[edge], view)) continue;
    seen[next] = true;
    stack.push_back({next, graph.out_edges(next)});
  }
  std::reverse(view.order.begin(), view.order.end());
}

}  // namespace

bool carries(const UnfGraph::Edge& edge, const PathView& view) {
  return std::ranges::any_of(view.names, [&](const std::string& name) { return is_for(edge, name); });
}

std::vector<PathView> path_views(const UnfGraph& graph) {
  std::vector<PathView> views;
  std::map<std::string, std::size_t> known;
  for (const auto& entry : graph.entries) {
    const auto [at, first] = known.emplace(entry.path, views.size());
    if (first)
      views.push_back({.names = {entry.path},
                       .nic = entry.nic,
                       .entry = entry.node,
                       .rate = entry.rate,
                       .max_latency = entry.max_latency});
    views[at->second].matches.push_back(entry.match);
  }
  for (const auto& [tag, path] : graph.tags) views[known.at(path)].names.push_back(tag);
  std::vector<bool> seen(graph.node_count() + 1, false);
  seen[UnfGraph::sink()] = true;
  for (auto& view : views) {
    find_order(graph, view, seen);
    for (const auto v : view.order) seen[v] = false;
  }
  return views;
}

std::vector<PathSet> paths_at(const UnfGraph& graph) {
  std::vector<PathSet> paths(graph.node_count() + 1);
  std::vector<std::pair<Vertex, std::string>> open;
  const auto reach = [&](Vertex v, const std::string& path) {
    const auto at = std::ranges::lower_bound(paths[v], path);
    if (at != paths[v].end() && *at == path) return;
    paths[v].insert(at, path);
    open.emplace_back(v, path);
  };
  for (const auto& entry : graph.entries) reach(entry.node, entry.path);
  while (!open.empty()) {
    const auto [v, path] = open.back();
    open.pop_back();
    for (const auto e : graph.out_edges(v)) {
      if (graph.target(e) == UnfGraph::sink() || !is_for(graph[e], path)) continue;
      reach(graph.target(e), graph[e].becomes.empty() ? path : graph[e].becomes);
    }
  }
  return paths;
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
