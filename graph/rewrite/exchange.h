#pragma once

#include <string>
#include <vector>

#include "graph/terms/pass.h"
#include "graph/terms/path_graph.h"

namespace unf::graph {

/// R7, R10, R11: a uNF that all packets of `first` come to next (by whatever gate, to steps of one kind) can be put
/// before it, so that `first` sees only what the other lets pass, and is there once for each gate of the other.
///   - hoists a classifier to where its branches come from (R7), which may bring it beside another one;
///   - drops early (R10);
///   - sinks work down to the branch that needs it (R11).
/// Empty: they may be exchanged. Else why not, in words.
[[nodiscard]] std::string why_not_exchange(const PathGraph& graph, StepRef first, const Context& context);

/// The steps that `first` is exchanged with: what its gates lead to. Empty: they are of several kinds, or one of its
/// gates leads out of the graph.
[[nodiscard]] std::vector<StepRef> partners(const PathGraph& graph, StepRef first);

/// The graph with `first` behind its partners. why_not_exchange has nothing against it.
[[nodiscard]] PathGraph exchange(const PathGraph& graph, StepRef first);

}  // namespace unf::graph
