#pragma once

#include <map>
#include <string>

#include "graph/terms/pass.h"
#include "graph/terms/path_graph.h"

namespace unf::graph {

/// Sets the shares of a step's gates: as measured or given (Context::gate_shares), where that is known of its owner;
/// else a prior: one packet in kPriorDrop is dropped by a uNF that may, the rest is dealt evenly over the gates that
/// lead on.
void share_gates(PathGraph& graph, StepRef step, const Context& context);
inline constexpr double kPriorDrop = 8;

/// As shares(), but nothing is dropped by a uNF's own decision: that is what a plan must not rely on.
[[nodiscard]] std::vector<double> planned_shares(const PathGraph& graph);
/// Whether a uNF drops the packets of this hop.
[[nodiscard]] inline bool is_drop(const PathGraph& graph, HopRef hop) {
  return graph[hop].gate == kDropGate && graph.target(hop) == PathGraph::sink();
}
/// Calls `visit(hop, share)` for each hop of a step, with the part of its packets that takes it, likewise.
template <typename Visit>
void each_planned_hop(const PathGraph& graph, StepRef step, Visit visit) {
  const auto hops = graph.out_edges(step);
  double onwards = 0;
  for (const auto e : hops) onwards += is_drop(graph, e) ? 0 : graph[e].share;
  for (const auto e : hops) visit(e, onwards == 0 || is_drop(graph, e) ? 0 : graph[e].share / onwards);
}

/// Sets the rates of the nodes of `graph`, whose paths, unfolded, are `paths`.
void set_rates(UnfGraph& graph, const std::vector<PathGraph>& paths);

/// What a graph is planned to do.
struct Load {
  double entering = 0;  ///< [packets/s]
  double cycles = 0;    ///< [cycles/s]

  Load& operator+=(const Load& other);
  /// Of a mean packet that enters.
  [[nodiscard]] std::uint64_t cycles_per_packet() const;
};
/// By the nodes' rates.
[[nodiscard]] Load load_of(const UnfGraph& graph);

}  // namespace unf::graph
