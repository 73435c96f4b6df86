#pragma once

#include <map>
#include <set>
#include <vector>

#include "graph/terms/pass.h"
#include "graph/terms/path_graph.h"

namespace unf::graph {

/// The names that the uNFs of a graph have, each only one.
class NodeNames {
 public:
  struct Name {
    NodeId base;
    std::size_t copy = 0;  ///< two uNFs may do one owner's work, each on some ways
    [[nodiscard]] NodeId id() const;
  };
  /// `base`, or its first copy that nobody is called by.
  Name take(const NodeId& base);
  void take(const Name& name);
  void release(const Name& name);

 private:
  std::set<NodeId> taken_;
  std::map<NodeId, std::vector<bool>> copies_;  ///< of each base, which are taken
};

struct Folded : Rewrite {
  std::vector<NodeNames::Name> names;  ///< those that its nodes were given
};

/// The part of a graph that each of its paths can reach, a step for each node, in the order of the entries.
[[nodiscard]] std::vector<PathGraph> unfold(const UnfGraph& graph, const Context& context);

/// The paths of an island (islands.h) as one graph, in which packets are told apart by the path they are on. One uNF
/// serves
///   - the steps of its owner on all paths, and on one path the copies of a step (R6): on hops into all but the first,
///     packets go over to a path of their own, that says where the copy sends them (the paper's mapping table);
///   - R2: on different branches of a path, steps of a kind whose tables are worth having once;
///   - R16, R17: steps of one kind on several paths, unless they keep something of their packets.
/// With `consolidate` off, each owner's uNF is its own. Sets rates (rates.h).
[[nodiscard]] Folded fold(const std::vector<const PathGraph*>& paths, const Context& context, bool consolidate,
                          NodeNames& names);

}  // namespace unf::graph
