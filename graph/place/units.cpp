#include "graph/place/units.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "graph/terms/hosts.h"
#include "graph/terms/path_view.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;

/// Cuts `order` into the shortest groups between which packets of a path go to one node only. So no packet can overtake
/// another of its flow by way of a third runner.
std::vector<std::vector<Vertex>> groups(const UnfGraph& graph, const std::vector<Vertex>& order) {
  std::map<Vertex, std::size_t> position;
  for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
  std::vector<bool> may_cut(order.size(), true);  // before position i
  for (const auto& view : path_views(graph)) {
    std::vector<std::optional<Vertex>> target(order.size());
    for (const auto v : view.order) {
      if (!position.contains(v)) continue;
      for (const auto e : graph.out_edges(v)) {
        const auto next = position.find(behind(graph, e));
        if (next == position.end() || !carries(graph[e], view)) continue;
        if (next->second < position[v]) {  // back to an earlier one: on a cycle over several paths
          for (auto i = next->second + 1; i <= position[v]; ++i) may_cut[i] = false;
        }
        for (auto i = position[v] + 1; i <= next->second; ++i) {
          if (target[i] && *target[i] != next->first) may_cut[i] = false;
          target[i] = next->first;
        }
      }
    }
  }
  std::vector<std::vector<Vertex>> found;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || may_cut[i]) found.emplace_back();
    found.back().push_back(order[i]);
  }
  return found;
}

}  // namespace

UnfGraph::Vertex behind(const UnfGraph& graph, UnfGraph::EdgeRef e) {
  const auto next = graph.target(e);
  if (!graph[e].branch) return next;
  for (const auto out : graph.out_edges(next)) {
    if (graph.target(out) != UnfGraph::sink()) return graph.target(out);
  }
  return next;
}

std::vector<std::vector<Vertex>> units_of(const UnfGraph& graph, const Context& context) {
  std::vector<Vertex> order;
  for (const auto v : node_order(graph)) {
    if (!at_nic(graph, v)) order.push_back(v);
  }
  if (order.empty()) return {};
  if (!has_runner_each(*context.inventory.find_host(graph[order[0]].host))) {
    const auto members = std::ranges::stable_partition(order, [&](Vertex v) { return graph[v].stage == 0; });
    auto units = groups(graph, {order.begin(), members.begin()});
    for (const auto v : members) units.push_back({v});
    return units;
  }
  std::vector<std::vector<Vertex>> alone;
  for (const auto v : order) alone.push_back({v});
  return alone;
}

double demand_of(const UnfGraph& graph, const std::vector<Vertex>& nodes, const LinkCosts& links) {
  const std::set<Vertex> inside(nodes.begin(), nodes.end());
  double demand = 0;
  for (const auto v : nodes) {
    demand += static_cast<double>((graph[v].cost * graph[v].rate).get());
    for (const auto e : graph.in_edges(v)) {
      demand += graph[e].rate * (inside.contains(graph.source(e)) ? links.call : links.to_receive());
    }
    for (const auto e : graph.out_edges(v)) {
      const auto next = graph.target(e);
      if (next != UnfGraph::sink() && !inside.contains(next)) demand += graph[e].rate * links.to_send();
    }
  }
  return demand;
}

}  // namespace unf::graph
