#include "graph/passes/rates.h"

#include <cmath>
#include <map>

#include "graph/passes/path_view.h"

namespace unf::graph {

using Vertex = UnfGraph::Vertex;

Result<Rewrite> rates(UnfGraph graph, const Context&) {
  std::map<Vertex, double> total;
  for (const auto& path : paths_of(graph)) {
    const auto view = path_view(graph, path);
    std::map<Vertex, double> rate{{view.entry, static_cast<double>(view.rate.get())}};
    for (const auto v : view.order) {
      total[v] += rate[v];
      std::vector<Vertex> targets;
      for (const auto e : graph.out_edges(v)) {
        if (carries(graph[e], path) && graph.target(e) != UnfGraph::sink()) targets.push_back(graph.target(e));
      }
      for (const auto target : targets) rate[target] += rate[v] / static_cast<double>(targets.size());
    }
  }
  for (const auto& [v, rate] : total) graph[v].rate = PacketsPerSecond{static_cast<std::uint64_t>(std::llround(rate))};
  return Rewrite{std::move(graph), {}};
}

std::uint64_t cycles_per_entering_packet(const UnfGraph& graph) {
  double entering = 0;
  double cycles = 0;
  for (const auto& path : paths_of(graph)) entering += static_cast<double>(path_view(graph, path).rate.get());
  for (const auto v : graph.nodes()) cycles += static_cast<double>((graph[v].cost * graph[v].rate).get());
  return entering == 0 ? 0 : static_cast<std::uint64_t>(std::llround(cycles / entering));
}

}  // namespace unf::graph
