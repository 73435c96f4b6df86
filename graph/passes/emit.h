#pragma once

#include <vector>

#include "graph/passes/pass.h"

namespace unf::graph {

/// The plan of a placed graph: nodes in the order packets pass, edges numbered from 1, every owner's counters.
/// `original` is the graph as it was expanded, with rates.
[[nodiscard]] Plan emit(const UnfGraph& graph, const UnfGraph& original, std::vector<Plan::ReportLine> report,
                        Plan::Default default_action, const Context& context);

}  // namespace unf::graph
