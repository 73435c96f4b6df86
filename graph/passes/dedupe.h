#pragma once

#include "graph/passes/pass.h"

namespace unf::graph {

/// R4 and R6: a uNF whose result is known, since one of the same type and configuration has had the packet before, is
/// passed by. Decided for each in-edge, so that the branches behind a classifier each skip the second one by their own
/// label. A uNF that no packet needs any more goes; those that decide in its place gain its owners.
[[nodiscard]] Result<Rewrite> dedupe(UnfGraph graph, const Context& context);

}  // namespace unf::graph
