#pragma once

#include <set>
#include <string_view>

#include "graph/model/service_request.h"

namespace unf::tosca {

/// The nodes of a graph that lie on a circle of edges, or that a circle leads to. Empty: there is no circle. The
/// names are the graph's.
[[nodiscard]] std::set<std::string_view> unfs_of_circles(const VnfTemplate& graph);

}  // namespace unf::tosca
