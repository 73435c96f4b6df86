#pragma once

#include "graph/passes/pass.h"

namespace unf::graph {

/// Gives each uNF a core and a runner of its host (paper IV-D.2), unit by unit (see replicate), trying cores in their
/// order: next fit, in the order in which packets pass; the replicas of a unit on different cores where there are any.
/// Demand is a node's cost [cycles/packet] x its rate [packets/s], met from a core's clock [cycles/s]. NicIngress and
/// NicEgress are the `io` runner's. Mode `isolated` (and `container`) has a runner for each uNF; else one a core.
/// Errors: no_capacity names the first uNF that fits nowhere, or a runner that would lead to more others than
/// Plan::kMaxOutputs.
[[nodiscard]] Result<Rewrite> place(UnfGraph graph, const Context& context);

}  // namespace unf::graph
