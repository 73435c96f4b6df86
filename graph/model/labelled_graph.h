#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/graph/adjacency_list.hpp>
#include <cstddef>
#include <iterator>
#include <memory>
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
  using EdgeRefs = boost::container::small_vector<EdgeRef, 4>;

  LabelledGraph() : owned_(std::make_unique<Boost>()) { boost::add_vertex(*owned_); }
  LabelledGraph(const LabelledGraph& other) : owned_(std::make_unique<Boost>(*other.owned_)) {}
  LabelledGraph& operator=(const LabelledGraph& other) {
    if (this != &other) owned_ = std::make_unique<Boost>(*other.owned_);
    return *this;
  }
  /// One that was moved from can be assigned to and destroyed.
  LabelledGraph(LabelledGraph&&) noexcept = default;
  LabelledGraph& operator=(LabelledGraph&&) noexcept = default;
  ~LabelledGraph() = default;

  static constexpr Vertex sink() { return 0; }
  Vertex add_node(Node node) { return boost::add_vertex(std::move(node), impl()); }
  EdgeRef add_edge(Vertex from, Vertex to, Edge edge) {
    return boost::add_edge(from, to, std::move(edge), impl()).first;
  }
  void remove_edge(EdgeRef edge) { boost::remove_edge(edge, impl()); }

  [[nodiscard]] Node& operator[](Vertex v) { return impl()[v]; }
  [[nodiscard]] const Node& operator[](Vertex v) const { return impl()[v]; }
  [[nodiscard]] Edge& operator[](EdgeRef e) { return impl()[e]; }
  [[nodiscard]] const Edge& operator[](EdgeRef e) const { return impl()[e]; }

  /// All nodes but the sink, in the order they were added.
  [[nodiscard]] std::vector<Vertex> nodes() const {
    const auto [begin, end] = boost::vertices(impl());
    return {std::next(begin), end};
  }
  [[nodiscard]] EdgeRefs out_edges(Vertex v) const {
    const auto [begin, end] = boost::out_edges(v, impl());
    return {begin, end};
  }
  [[nodiscard]] EdgeRefs in_edges(Vertex v) const {
    const auto [begin, end] = boost::in_edges(v, impl());
    return {begin, end};
  }
  [[nodiscard]] std::size_t in_degree(Vertex v) const { return boost::in_degree(v, impl()); }
  [[nodiscard]] std::size_t out_degree(Vertex v) const { return boost::out_degree(v, impl()); }
  [[nodiscard]] Vertex source(EdgeRef e) const { return boost::source(e, impl()); }
  [[nodiscard]] Vertex target(EdgeRef e) const { return boost::target(e, impl()); }
  [[nodiscard]] std::size_t node_count() const { return boost::num_vertices(impl()) - 1; }

 protected:
  [[nodiscard]] Boost& impl() { return *owned_; }
  [[nodiscard]] const Boost& impl() const { return *owned_; }

 private:
  std::unique_ptr<Boost> owned_;  // Boost's graphs cannot be moved
};

}  // namespace unf
