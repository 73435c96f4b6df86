#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/model/labelled_graph.h"
#include "graph/model/unf_graph.h"
#include "graph/terms/kind.h"
#include "graph/terms/links.h"

namespace unf::graph {

/// A node of the graph as it was asked for, by its vertex there.
using Owner = UnfGraph::Vertex;

/// That a uNF of a kind would take a gate, had it the packet.
struct Verdict {
  const Kind* kind = nullptr;
  Gate gate = kDropGate;
};

/// A uNF on a path.
struct Step {
  const Kind* kind = nullptr;
  std::vector<Owner> owners;  ///< its own first, then those in whose place it decides
  std::optional<NicName> nic;

  /// From now on it decides in the place of these too.
  void adopt(const std::vector<Owner>& others);
};

/// Where a step's packets of one gate go on.
struct Hop {
  Gate gate = kDropGate;
  double share = 1;                       ///< of the step's packets, expected
  std::vector<std::uint32_t> stands_for;  ///< the original edges that a packet crosses here, in order
  std::vector<Verdict> implies;           ///< what else is known of these packets

  /// Its packets go on by `next` too: what lay between is passed.
  void go_on_by(const Hop& next);
};

/// What the packets of one path can meet: a graph without cycles, in which each gate of a step leads to one other. All
/// rewriting is done here, path by path; fold() makes the paths one graph again.
class PathGraph : public LabelledGraph<Step, Hop> {
 public:
  std::string path;
  NicName nic;  ///< by which its packets enter
  Vertex entry = sink();
  double rate = 0;  ///< [packets/s] that enter
  std::optional<Nanoseconds> max_latency;
  std::vector<Match> matches;  ///< every packet of the path fits one of these

  /// The same path, without a step.
  [[nodiscard]] PathGraph without_steps() const;
  /// The hop that a step's packets take at `gate`. nullopt: they leave the graph there.
  [[nodiscard]] std::optional<EdgeRef> hop(Vertex v, Gate gate) const;
  /// What can be reached, without the sink, each behind all that lead to it.
  [[nodiscard]] std::vector<Vertex> order() const;
};

using StepRef = PathGraph::Vertex;
using HopRef = PathGraph::EdgeRef;

/// What owners count of a packet that crosses these original edges: who sends it on or drops it, and who gets it.
using Counted = std::multiset<std::pair<OwnerPath, std::optional<OwnerPath>>>;
[[nodiscard]] Counted counted(const std::vector<std::uint32_t>& crossed, const UnfGraph& original);

/// The packets that come to each step [1 = all that enter], by vertex.
[[nodiscard]] std::vector<double> shares(const PathGraph& graph);
/// What a mean packet that enters costs [cycles].
[[nodiscard]] double cost(const PathGraph& graph);
/// What a packet costs at most [cycles], by the costs of uNFs and of links, all in one runner.
[[nodiscard]] double longest(const PathGraph& graph, const LinkCosts& links);

}  // namespace unf::graph
