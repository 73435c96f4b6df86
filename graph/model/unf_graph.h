#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/ids.h"
#include "graph/model/service_request.h"
#include "graph/model/units.h"

namespace unf {

/// The paths an edge is for, by name, sorted; empty: all of them.
using PathSet = std::vector<std::string>;

/// A forwarding graph of uNFs while it is being compiled: a thin facade on Boost.Graph. Vertex 0 is the sink: an edge
/// to it is a drop. Vertices stay valid until compact().
class UnfGraph {
 public:
  struct Node {
    NodeId id;  ///< replicas share it
    std::string type;
    nlohmann::json config = nlohmann::json::object();
    std::vector<OwnerPath> owners;  ///< sorted
    std::uint32_t instances = 1;    ///< asked for, by the owner that asks for most
    CyclesPerPacket cost;
    PacketsPerSecond rate;
    std::optional<NicName> nic;  ///< of a NicIngress or NicEgress that is bound to one
    HostId host;
    CoreId core;
    RunnerId runner;
    std::size_t unit = 0;                  ///< nodes of a unit and the same replica share a runner
    std::optional<std::uint32_t> replica;  ///< which of several; none: it is the only one
    SourcePlace at;

    /// What the plan calls it: the id, with `#k` behind it for replica k.
    [[nodiscard]] NodeId plan_id() const;
  };
  struct Edge {
    std::string gate;
    PathSet paths;
    /// The original edges, by their index in original_edges, that a packet on this edge crosses, in order. Passes that
    /// move or merge nodes keep it right; the counters of every owner follow from it.
    std::vector<std::size_t> stands_for;
    bool balanced = false;  ///< to one of the replicas that such edges lead to: all packets of a flow to the same
  };
  /// An edge of the graph as it was asked for.
  struct OriginalEdge {
    OwnerPath from;
    std::string gate;
    std::optional<OwnerPath> to;  ///< none: a drop
    PathSet paths;
  };
  /// Where the packets of a path enter the graph.
  struct Entry {
    std::string path;
    NicName nic;
    Match match;
    std::size_t node;
    PacketsPerSecond rate;
  };

  using Boost = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, Node, Edge>;
  using Vertex = boost::graph_traits<Boost>::vertex_descriptor;
  using EdgeRef = boost::graph_traits<Boost>::edge_descriptor;

  UnfGraph() { boost::add_vertex(boost_); }

  static constexpr Vertex sink() { return 0; }
  Vertex add_node(Node node) { return boost::add_vertex(std::move(node), boost_); }
  EdgeRef add_edge(Vertex from, Vertex to, Edge edge) {
    return boost::add_edge(from, to, std::move(edge), boost_).first;
  }
  void remove_edge(EdgeRef edge) { boost::remove_edge(edge, boost_); }

  [[nodiscard]] Node& operator[](Vertex v) { return boost_[v]; }
  [[nodiscard]] const Node& operator[](Vertex v) const { return boost_[v]; }
  [[nodiscard]] Edge& operator[](EdgeRef e) { return boost_[e]; }
  [[nodiscard]] const Edge& operator[](EdgeRef e) const { return boost_[e]; }

  /// All nodes but the sink, in the order they were added.
  [[nodiscard]] std::vector<Vertex> nodes() const;
  [[nodiscard]] std::vector<EdgeRef> out_edges(Vertex v) const;
  [[nodiscard]] std::vector<EdgeRef> in_edges(Vertex v) const;
  [[nodiscard]] Vertex source(EdgeRef e) const { return boost::source(e, boost_); }
  [[nodiscard]] Vertex target(EdgeRef e) const { return boost::target(e, boost_); }
  [[nodiscard]] std::size_t node_count() const { return boost::num_vertices(boost_) - 1; }
  [[nodiscard]] const Boost& boost() const { return boost_; }

  /// Leads the packets of `edge` past its target, along the target's `gate`: `edge` is replaced by one edge for each of
  /// that gate's edges whose paths meet, standing for both. Packets of paths for which the target has no edge at `gate`
  /// keep going to the target. Returns how many edges now pass by.
  std::size_t bypass(EdgeRef edge, const std::string& gate);

  /// Removes the nodes that no entry reaches, with their edges. Invalidates vertices.
  void compact();

  std::vector<Entry> entries;
  std::vector<OriginalEdge> original_edges;
  Artifacts artifacts;
  std::string name;
  std::vector<std::string> services;  ///< those it has parts of

 private:
  Boost boost_;
};

/// The paths of `a` that are in `b` too. std::nullopt: none (an empty set means all).
[[nodiscard]] std::optional<PathSet> intersect(const PathSet& a, const PathSet& b);

}  // namespace unf
