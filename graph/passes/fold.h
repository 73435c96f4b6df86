#pragma once

#include <vector>

#include "graph/passes/pass.h"
#include "graph/passes/path_graph.h"

namespace unf::graph {

/// The part of a graph that each of its paths can reach, a step for each node, in the order of the entries.
[[nodiscard]] std::vector<PathGraph> unfold(const UnfGraph& graph, const Context& context);

/// The paths as one graph, in which packets are told apart by the path they are on. One uNF serves
///   - the steps of its owner on all paths, and on one path the copies of a step (R6): on hops into all but the first,
///     packets go over to a path of their own, that says where the copy sends them (the paper's mapping table);
///   - R2: on different branches of a path, steps of a kind whose tables are worth having once;
///   - R16, R17: steps of one kind on several paths, as many as one core can take, unless they keep something of their
///     packets.
/// With `consolidate` off, each owner's uNF is its own. Sets rates (rates.h).
[[nodiscard]] Rewrite fold(const std::vector<PathGraph>& paths, const Context& context, bool consolidate);

}  // namespace unf::graph
