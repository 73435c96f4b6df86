#include "graph/model/unf_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace unf {

std::optional<PathSet> intersect(const PathSet& a, const PathSet& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  PathSet both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  if (both.empty()) return std::nullopt;
  return both;
}

NodeId UnfNode::plan_id() const { return replica ? NodeId{fmt::format("{}#{}", id.get(), *replica)} : id; }

}  // namespace unf
