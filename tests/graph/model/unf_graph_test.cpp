#include "graph/model/unf_graph.h"

#include <gtest/gtest.h>

#include <map>

namespace unf {
namespace {

UnfGraph::Node node(const char* id) { return {.id = NodeId{id}, .type = id}; }

/// in -> a -> b, b's `out` leads path p to c and, if told so, path q to d; both enter at `in`.
struct Diamond {
  explicit Diamond(bool q_goes_on) {
    for (const char* id : {"in", "a", "b", "c", "d"}) v[id] = graph.add_node(node(id));
    graph.add_edge(v["in"], v["a"], {"out", {}, {0}});
    ab = graph.add_edge(v["a"], v["b"], {"out", {}, {1}});
    graph.add_edge(v["b"], v["c"], {"out", {"p"}, {2}});
    if (q_goes_on) graph.add_edge(v["b"], v["d"], {"out", {"q"}, {3}});
    graph.entries = {{.path = "p", .node = v["in"]}, {.path = "q", .node = v["in"]}};
  }
  std::map<std::string, UnfGraph::EdgeRef> out_of(const char* id) const {
    std::map<std::string, UnfGraph::EdgeRef> edges;
    for (const auto e : graph.out_edges(v.at(id))) edges.emplace(graph[graph.target(e)].id.get(), e);
    return edges;
  }
  UnfGraph graph;
  std::map<std::string, UnfGraph::Vertex> v;
  UnfGraph::EdgeRef ab;
};

TEST(Bypass, SplitsAnEdgeByPath) {
  Diamond d{true};
  EXPECT_EQ(d.graph.bypass(d.ab, "out"), 2);
  const auto edges = d.out_of("a");
  ASSERT_EQ(edges.size(), 2);
  EXPECT_EQ(d.graph[edges.at("c")].paths, PathSet{"p"});
  EXPECT_EQ(d.graph[edges.at("c")].stands_for, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(d.graph[edges.at("d")].stands_for, (std::vector<std::size_t>{1, 3}));
  d.graph.compact();
  EXPECT_EQ(d.graph.node_count(), 4);
}

TEST(Bypass, LeavesThePathsThatEndAtTheTarget) {
  Diamond d{false};
  EXPECT_EQ(d.graph.bypass(d.ab, "out"), 1);
  const auto edges = d.out_of("a");
  ASSERT_EQ(edges.size(), 2);
  EXPECT_EQ(d.graph[edges.at("c")].paths, PathSet{"p"});
  EXPECT_EQ(d.graph[edges.at("b")].paths, PathSet{"q"});
  d.graph.compact();
  EXPECT_EQ(d.graph.node_count(), 4) << "d was never reached, b is where q ends";
}

TEST(Bypass, DoesNothingWithoutAnEdgeAtTheGate) {
  Diamond d{true};
  EXPECT_EQ(d.graph.bypass(d.ab, "other"), 0);
  EXPECT_EQ(d.graph.target(d.ab), d.v["b"]);
}

TEST(Compact, FollowsPathsNotMereEdges) {
  UnfGraph graph;
  const auto in = graph.add_node(node("in"));
  const auto p_only = graph.add_node(node("p-only"));
  const auto q_behind = graph.add_node(node("q-behind"));
  graph.add_edge(in, p_only, {"out", {"p"}, {}});
  graph.add_edge(p_only, q_behind, {"out", {"q"}, {}});
  graph.add_edge(p_only, UnfGraph::sink(), {"drop", {}, {}});
  graph.entries = {{.path = "p", .node = in}};
  graph.compact();
  ASSERT_EQ(graph.node_count(), 2);
  EXPECT_EQ(graph[graph.nodes()[1]].id, NodeId{"p-only"});
  EXPECT_EQ(graph.out_edges(graph.nodes()[1]).size(), 1);
  EXPECT_EQ(graph.in_edges(UnfGraph::sink()).size(), 1);
  EXPECT_EQ(graph.entries[0].node, graph.nodes()[0]);
}

TEST(Intersect, EmptyMeansAll) {
  EXPECT_EQ(intersect({}, {"p"}), PathSet{"p"});
  EXPECT_EQ(intersect({"p"}, {}), PathSet{"p"});
  EXPECT_EQ(intersect({}, {}), PathSet{});
  EXPECT_EQ(intersect({"p", "q"}, {"q", "r"}), PathSet{"q"});
  EXPECT_EQ(intersect({"p"}, {"q"}), std::nullopt);
}

}  // namespace
}  // namespace unf
