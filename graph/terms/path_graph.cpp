#include "graph/terms/path_graph.h"

#include <algorithm>

#include "graph/terms/pass.h"

namespace unf::graph {

void Step::adopt(const std::vector<Owner>& others) {
  for (const auto owner : others) {
    if (std::ranges::find(owners, owner) == owners.end()) owners.push_back(owner);
  }
}

void Hop::go_on_by(const Hop& next) {
  stands_for.insert(stands_for.end(), next.stands_for.begin(), next.stands_for.end());
  implies.insert(implies.end(), next.implies.begin(), next.implies.end());
}

PathGraph PathGraph::without_steps() const {
  PathGraph empty;
  empty.path = path;
  empty.nic = nic;
  empty.rate = rate;
  empty.max_latency = max_latency;
  empty.matches = matches;
  return empty;
}

std::optional<PathGraph::EdgeRef> PathGraph::hop(Vertex v, Gate gate) const {
  const auto [begin, end] = boost::out_edges(v, impl());
  const auto at = std::find_if(begin, end, [&](EdgeRef e) { return impl()[e].gate == gate; });
  return at == end ? std::nullopt : std::optional{*at};
}

std::vector<PathGraph::Vertex> PathGraph::order() const {
  // Depth first without recursion; a step is done after all behind it.
  std::vector<Vertex> order;
  std::vector<bool> seen(boost::num_vertices(impl()), false);
  std::vector<std::pair<Vertex, std::size_t>> stack{{entry, 0}};
  seen[sink()] = seen[entry] = true;
  while (!stack.empty()) {
    auto& [v, next] = stack.back();
    const auto [begin, end] = boost::out_edges(v, impl());
    if (next == static_cast<std::size_t>(end - begin)) {
      order.push_back(v);
      stack.pop_back();
      continue;
    }
    // Backwards, so that what the first gate leads to comes first.
    const auto to = boost::target(*(end - static_cast<std::ptrdiff_t>(++next)), impl());
    if (seen[to]) continue;
    seen[to] = true;
    stack.emplace_back(to, 0);
  }
  std::reverse(order.begin(), order.end());
  return order;
}

Counted counted(const std::vector<std::uint32_t>& crossed, const UnfGraph& original) {
  Counted pairs;
  for (const auto edge : crossed) pairs.emplace(original.original_edges[edge].from, original.original_edges[edge].to);
  return pairs;
}

std::vector<double> shares(const PathGraph& graph) {
  std::vector<double> share(graph.node_count() + 1, 0);
  share[graph.entry] = 1;
  for (const auto v : graph.order()) {
    for (const auto e : graph.out_edges(v)) share[graph.target(e)] += share[v] * graph[e].share;
  }
  return share;
}

double cost(const PathGraph& graph) {
  const auto share = shares(graph);
  double cycles = 0;
  for (const auto v : graph.order()) cycles += share[v] * static_cast<double>(graph[v].kind->cost.get());
  return cycles;
}

double longest(const PathGraph& graph, const LinkCosts& links) {
  std::vector<double> up_to(graph.node_count() + 1, 0);  // before a step
  double most = 0;
  for (const auto v : graph.order()) {
    const auto behind = up_to[v] + static_cast<double>(graph[v].kind->cost.get());
    most = std::max(most, behind);
    for (const auto e : graph.out_edges(v)) {
      const auto next = graph.target(e);
      if (next == PathGraph::sink()) continue;
      const bool at_nic = is_io(graph[v].kind->type) || is_io(graph[next].kind->type);
      up_to[next] = std::max(up_to[next], behind + (at_nic ? links.ring : links.call));
    }
  }
  return most;
}

}  // namespace unf::graph
