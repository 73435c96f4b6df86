#pragma once

#include <vector>

#include "graph/terms/pass.h"
#include "graph/terms/path_graph.h"
#include "graph/terms/problems.h"

namespace unf::graph {

/// Whether what each uNF requires of packets holds of all that come to it: some uNF before it makes sure of it, on
/// every way, and none between destroys it.
void check_needs(const std::vector<PathGraph>& paths, const Context& context, Problems& problems);

}  // namespace unf::graph
