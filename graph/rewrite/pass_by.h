#pragma once

#include <vector>

#include "graph/terms/pass.h"
#include "graph/terms/path_graph.h"

namespace unf::graph {

/// What a pass made of a path, and what it did or refused to do, in words.
struct PathRewrite {
  PathGraph graph;
  std::vector<Plan::ReportLine> report;
};

/// Leads packets past what need not see them, because it is known what it would do:
///   R4  one of the same kind has had the packet, and nothing between changed what it reads;
///   R5  it only checks what is known to hold;
///   R6  the branches of a classifier carry its label: where they join before it is needed again, what follows is
///       there once for each label (fold() makes these one uNF again, told apart by the packet's path);
///   R9  by the headers that packets can have here only one gate is possible; impossible gates go.
/// Those that decide in the place of others gain their owners. Idempotent.
[[nodiscard]] PathRewrite pass_by(const PathGraph& graph, const Context& context);

}  // namespace unf::graph
