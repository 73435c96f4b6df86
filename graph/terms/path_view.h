#pragma once

#include <string>
#include <vector>

#include "graph/model/unf_graph.h"

namespace unf::graph {

/// The part of a graph that the packets of one path can reach. Without cycles, though the whole graph may have some.
struct PathView {
  PathSet names;  ///< of the path, then those that its packets may go over to
  NicName nic;    ///< by which they enter
  UnfGraph::Vertex entry;
  PacketsPerSecond rate;
  std::optional<Nanoseconds> max_latency;
  std::vector<Match> matches;           ///< of its entries
  std::vector<UnfGraph::Vertex> order;  ///< what can be reached, without the sink; topological
};
/// In the order of the entries, a view for each path.
[[nodiscard]] std::vector<PathView> path_views(const UnfGraph& graph);

/// Whether packets of the path can be on `edge`, once they are at its source.
[[nodiscard]] bool carries(const UnfGraph::Edge& edge, const PathView& view);

/// By vertex: the paths that packets can be on when they come to it, sorted.
[[nodiscard]] std::vector<PathSet> paths_at(const UnfGraph& graph);

/// All nodes but the sink; topological where the graph has no cycle; among equals the smallest id and replica first.
[[nodiscard]] std::vector<UnfGraph::Vertex> node_order(const UnfGraph& graph);

}  // namespace unf::graph
