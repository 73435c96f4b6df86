#pragma once

#include <map>
#include <string>

#include "graph/passes/pass.h"
#include "graph/passes/path_graph.h"

namespace unf::graph {

/// Sets the shares of a step's gates: as measured or given (Context::gate_shares), where that is known of its owner;
/// else a prior: one packet in kPriorDrop is dropped by a uNF that may, the rest is dealt evenly over the gates that
/// lead on.
void share_gates(PathGraph& graph, StepRef step, const Context& context);
inline constexpr double kPriorDrop = 8;

/// As shares(), but nothing is dropped by a uNF's own decision: that is what a plan must not rely on.
[[nodiscard]] std::vector<double> planned_shares(const PathGraph& graph);
/// Of a step's packets those that take each of its hops, in their order, likewise.
[[nodiscard]] std::vector<double> planned_shares_of_hops(const PathGraph& graph, StepRef step);

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
