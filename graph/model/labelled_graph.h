#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace unf {

/// A directed graph with a value at each vertex and edge: a thin facade on Boost.Graph. Vertex 0 is the sink, an edge
/// to it is a drop. Vertices stay valid while none is removed; edges, while none is.
template <typename NodeT, typename EdgeT>
class LabelledGraph {
 public:
  using Node = NodeT;
  using Edge = EdgeT;
  using Boost = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, Node, Edge>;
  using Vertex = typename boost::graph_traits<Boost>::vertex_descriptor;
  using EdgeRef = typename boost::graph_traits<Boost>::edge_descriptor;

  LabelledGraph() { boost::add_vertex(boost_); }

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
  [[nodiscard]] std::vector<Vertex> nodes() const {
    const auto [begin, end] = boost::vertices(boost_);
    return {std::next(begin), end};
  }
  [[nodiscard]] std::vector<EdgeRef> out_edges(Vertex v) const {
    const auto [begin, end] = boost::out_edges(v, boost_);
    return {begin, end};
  }
  [[nodiscard]] std::vector<EdgeRef> in_edges(Vertex v) const {
    const auto [begin, end] = boost::in_edges(v, boost_);
    return {begin, end};
  }
  [[nodiscard]] std::size_t in_degree(Vertex v) const { return boost::in_degree(v, boost_); }
  [[nodiscard]] std::size_t out_degree(Vertex v) const { return boost::out_degree(v, boost_); }
  [[nodiscard]] Vertex source(EdgeRef e) const { return boost::source(e, boost_); }
  [[nodiscard]] Vertex target(EdgeRef e) const { return boost::target(e, boost_); }
  [[nodiscard]] std::size_t node_count() const { return boost::num_vertices(boost_) - 1; }

 protected:
  Boost boost_;
};

}  // namespace unf
