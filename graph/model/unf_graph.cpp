#include "graph/model/unf_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace unf {
namespace {

PathSet paths_of(const std::vector<UnfGraph::Entry>& entries) {
  std::set<std::string> names;
  for (const auto& entry : entries) names.insert(entry.path);
  return {names.begin(), names.end()};
}

PathSet without(const PathSet& all, const PathSet& some) {
  PathSet rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

std::optional<PathSet> intersect(const PathSet& a, const PathSet& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  PathSet both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  if (both.empty()) return std::nullopt;
  return both;
}

NodeId UnfGraph::Node::plan_id() const { return replica ? NodeId{fmt::format("{}#{}", id.get(), *replica)} : id; }

std::vector<UnfGraph::Vertex> UnfGraph::nodes() const {
  const auto [begin, end] = boost::vertices(boost_);
  return {std::next(begin), end};
}

std::vector<UnfGraph::EdgeRef> UnfGraph::out_edges(Vertex v) const {
  const auto [begin, end] = boost::out_edges(v, boost_);
  return {begin, end};
}

std::vector<UnfGraph::EdgeRef> UnfGraph::in_edges(Vertex v) const {
  const auto [begin, end] = boost::in_edges(v, boost_);
  return {begin, end};
}

std::size_t UnfGraph::bypass(EdgeRef edge, const std::string& gate) {
  const auto from = source(edge);
  const auto past = target(edge);
  const auto crossed = boost_[edge];
  auto left = crossed.paths.empty() ? paths_of(entries) : crossed.paths;

  std::size_t passing = 0;
  bool all_pass = false;
  for (const auto next : out_edges(past)) {
    const auto& hop = boost_[next];
    if (hop.gate != gate) continue;
    const auto paths = intersect(crossed.paths, hop.paths);
    if (!paths) continue;
    Edge shortcut{crossed.gate, *paths, crossed.stands_for};
    shortcut.stands_for.insert(shortcut.stands_for.end(), hop.stands_for.begin(), hop.stands_for.end());
    all_pass = all_pass || hop.paths.empty();
    left = without(left, *paths);
    add_edge(from, target(next), std::move(shortcut));
    ++passing;
  }
  if (passing == 0) return 0;
  if (all_pass || left.empty()) {
    remove_edge(edge);
  } else {
    boost_[edge].paths = std::move(left);
  }
  return passing;
}

void UnfGraph::compact() {
  // What each path reaches: a node may be reachable only over edges that are for other paths.
  std::set<std::pair<Vertex, std::string>> reached;
  std::vector<std::pair<Vertex, std::string>> open;
  const auto reach = [&](Vertex v, const std::string& path) {
    if (reached.emplace(v, path).second) open.emplace_back(v, path);
  };
  for (const auto& entry : entries) reach(entry.node, entry.path);
  std::set<Vertex> kept_nodes;
  std::set<EdgeRef> used;
  while (!open.empty()) {
    const auto [v, path] = open.back();
    open.pop_back();
    kept_nodes.insert(v);
    for (const auto e : out_edges(v)) {
      if (!intersect(boost_[e].paths, {path})) continue;
      used.insert(e);
      reach(target(e), path);
    }
  }

  Boost kept;
  std::map<Vertex, Vertex> renamed{{sink(), boost::add_vertex(kept)}};
  for (const auto v : nodes()) {
    if (kept_nodes.contains(v)) renamed[v] = boost::add_vertex(std::move(boost_[v]), kept);
  }
  for (const auto& [was, now] : renamed) {
    for (const auto e : out_edges(was)) {
      if (used.contains(e)) boost::add_edge(now, renamed.at(target(e)), std::move(boost_[e]), kept);
    }
  }
  for (auto& entry : entries) entry.node = renamed.at(entry.node);
  boost_ = std::move(kept);
}

}  // namespace unf
