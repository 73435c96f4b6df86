#pragma once

#include "graph/rewrite/pass_by.h"

namespace unf::graph {

/// The same service at less cost: what can be passed by is (pass_by), and joining classifiers (R8) and exchanging
/// neighbours (R7, R10, R11) goes on, best gain first, as long as it makes the mean packet cheaper; at the end tails
/// are shared (R3). What was considered and refused is in the report.
[[nodiscard]] PathRewrite optimise(const PathGraph& graph, const Context& context);

}  // namespace unf::graph
