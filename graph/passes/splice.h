#pragma once

#include "graph/passes/pass.h"

namespace unf::graph {

/// R1: packets pass from a VNF to the next inside the graph: the NicEgress and NicIngress at the boundary go. A
/// NicEgress that is configured to change what it sends stays.
[[nodiscard]] Result<Rewrite> splice(UnfGraph graph, const Context& context);

}  // namespace unf::graph
