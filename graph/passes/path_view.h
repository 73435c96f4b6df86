#pragma once

#include <string>
#include <vector>

#include "graph/model/unf_graph.h"

namespace unf::graph {

[[nodiscard]] bool carries(const UnfGraph::Edge& edge, const std::string& path);

/// The names of the graph's paths, each once, in the order of the entries.
[[nodiscard]] std::vector<std::string> paths_of(const UnfGraph& graph);

/// The part of a graph that the packets of one path can reach. Without cycles, though the whole graph may have some.
struct PathView {
  UnfGraph::Vertex entry;
  PacketsPerSecond rate;
  std::vector<UnfGraph::Vertex> order;  ///< what can be reached, without the sink; topological
};
[[nodiscard]] PathView path_view(const UnfGraph& graph, const std::string& path);

/// All nodes but the sink; topological where the graph has no cycle; among equals the smallest id and replica first.
[[nodiscard]] std::vector<UnfGraph::Vertex> node_order(const UnfGraph& graph);

}  // namespace unf::graph
