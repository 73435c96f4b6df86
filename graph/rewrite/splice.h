#pragma once

#include "graph/rewrite/pass_by.h"

namespace unf::graph {

/// R1 on one path: NicEgress and NicIngress at the boundary of two VNFs go, where they are not configured to change
/// what passes them.
[[nodiscard]] PathRewrite splice(const PathGraph& graph, const Context& context);

}  // namespace unf::graph
