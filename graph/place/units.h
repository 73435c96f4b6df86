#pragma once

#include <vector>

#include "graph/terms/links.h"
#include "graph/terms/pass.h"

namespace unf::graph {

/// The nodes that are not at a NIC, in the order in which packets pass, in units: what has to share a runner. Mode
/// `isolated` (and `container`) has a unit for each node; else branches of a path that meet again are one.
[[nodiscard]] std::vector<std::vector<UnfGraph::Vertex>> units_of(const UnfGraph& graph, const Context& context);

/// Where packets come to behind `edge`: behind a stage, if it leads to one, as that keeps their order.
[[nodiscard]] UnfGraph::Vertex behind(const UnfGraph& graph, UnfGraph::EdgeRef edge);

/// CPU time that `nodes` need at their rates, in a runner of their own [cycles/s].
[[nodiscard]] double demand_of(const UnfGraph& graph, const std::vector<UnfGraph::Vertex>& nodes,
                               const LinkCosts& links);

}  // namespace unf::graph
