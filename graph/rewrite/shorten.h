#pragma once

#include "graph/rewrite/pass_by.h"

namespace unf::graph {

/// R11 where a label is needed nowhere: a uNF that only looks, and whose gates all lead to the same step, goes.
[[nodiscard]] PathRewrite drop_unused_labels(PathGraph graph, const Context& context);

/// R12: two uNFs that set header fields, with nothing between them that looks at these, become one: the later one sets
/// what both would have left, with one update of the checksums.
[[nodiscard]] PathRewrite coalesce_writes(PathGraph graph, const Context& context);

/// R3: steps of one kind (and owner, where they keep something of packets) that treat their packets alike from there on
/// become one, from the end of the path backwards, to fixpoint.
[[nodiscard]] PathRewrite share_tails(const PathGraph& graph, const Context& context);

}  // namespace unf::graph
