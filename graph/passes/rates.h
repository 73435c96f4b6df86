#pragma once

#include "graph/passes/pass.h"

namespace unf::graph {

/// How many packets each uNF is planned for: the paths' rates, dealt evenly over the gates of a uNF that lead
/// somewhere. Nothing is taken to be dropped: that is what a plan must not rely on.
[[nodiscard]] Result<Rewrite> rates(UnfGraph graph, const Context& context);

/// Cycles that the mean packet that enters takes, by the nodes' rates.
[[nodiscard]] std::uint64_t cycles_per_entering_packet(const UnfGraph& graph);

}  // namespace unf::graph
