#pragma once

#include <vector>

#include "graph/terms/pass.h"

namespace unf::graph {

/// A part of a plan that nothing leads into or out of. Its edges and classifiers have no ids yet.
struct PlanPart {
  struct Edge {
    Plan::Edge edge;
    std::vector<std::size_t> stands_for;  ///< the original edges that its packets cross: it counts for them
  };
  std::vector<Plan::Node> nodes;  ///< in the order packets pass
  std::vector<Edge> edges;
  std::vector<Plan::Classifier> classifiers;  ///< in the order of the entries
  std::vector<std::vector<NodeId>> stages;
};

/// That of a placed graph.
[[nodiscard]] PlanPart emit(const UnfGraph& graph, const Context& context);

/// That of a graph as it was asked for, in one runner beside `io`.
[[nodiscard]] PlanPart emit_original(UnfGraph original, const Context& context);

}  // namespace unf::graph
