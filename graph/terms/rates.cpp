#include "graph/terms/rates.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "graph/terms/path_view.h"

namespace unf::graph {

void share_gates(PathGraph& graph, StepRef step, const Context& context) {
  const auto hops = graph.out_edges(step);
  const auto& owner = context.original[graph[step].owners[0]].owners[0];
  if (const auto measured = context.gate_shares.find(owner); measured != context.gate_shares.end()) {
    double sum = 0;
    for (const auto e : hops) {
      const auto at = measured->second.find(std::string{graph[step].kind->gate_name(graph[e].gate)});
      graph[e].share = at == measured->second.end() ? 0 : at->second;
      sum += graph[e].share;
    }
    if (sum > 0) {
      for (const auto e : hops) graph[e].share /= sum;
      return;
    }
  }
  const auto drops = std::ranges::count_if(hops, [&](auto e) { return is_drop(graph, e); });
  const auto onwards = static_cast<double>(std::ssize(hops) - drops);
  for (const auto e : hops) {
    if (is_drop(graph, e))
      graph[e].share = onwards == 0 ? 1 : 1 / kPriorDrop;
    else
      graph[e].share = (drops == 0 ? 1 : 1 - 1 / kPriorDrop) / onwards;
  }
}

std::vector<double> planned_shares(const PathGraph& graph) {
  std::vector<double> share(graph.node_count() + 1, 0);
  share[graph.entry] = 1;
  for (const auto v : graph.order()) {
    each_planned_hop(graph, v, [&](HopRef e, double part) { share[graph.target(e)] += share[v] * part; });
  }
  return share;
}

void set_rates(UnfGraph& graph, const std::vector<PathGraph>& paths) {
  std::vector<double> rates(graph.node_count() + 1, 0);
  for (const auto& path : paths) {
    const auto share = planned_shares(path);
    for (const auto s : path.order()) rates[path[s].owners[0]] += path.rate * share[s];
  }
  for (const auto v : graph.nodes()) {
    graph[v].rate = PacketsPerSecond{static_cast<std::uint64_t>(std::llround(rates[v]))};
  }
}

Load& Load::operator+=(const Load& other) {
  entering += other.entering;
  cycles += other.cycles;
  return *this;
}

std::uint64_t Load::cycles_per_packet() const {
  return entering == 0 ? 0 : static_cast<std::uint64_t>(std::llround(cycles / entering));
}

Load load_of(const UnfGraph& graph) {
  Load load;
  std::set<std::string> seen;
  for (const auto& entry : graph.entries) {
    if (seen.insert(entry.path).second) load.entering += static_cast<double>(entry.rate.get());
  }
  for (const auto v : graph.nodes()) load.cycles += static_cast<double>((graph[v].cost * graph[v].rate).get());
  return load;
}

}  // namespace unf::graph
