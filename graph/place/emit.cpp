#include "graph/place/emit.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "graph/place/units.h"
#include "graph/terms/path_view.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;
using EdgeRef = UnfGraph::EdgeRef;

/// Where a node runs: the runner of each of its replicas. A flow takes one of them, so they count as one place.
using Place = std::vector<RunnerId>;
/// The places that a packet has passed, in order. nullopt: not the same for all packets of the path.
using Chain = std::optional<std::vector<Place>>;

std::map<NodeId, Place> places_of(const UnfGraph& graph) {
  std::map<NodeId, Place> places;
  for (const auto v : graph.nodes()) {
    auto& place = places[graph[v].id];
    const auto replica = graph[v].replica.value_or(0);
    place.resize(std::max<std::size_t>(place.size(), replica + 1));
    place[replica] = graph[v].runner;
  }
  return places;
}

/// The egresses that packets of one flow can reach by more than one chain of runners: Tx puts them in order again.
std::set<Vertex> reordered_egresses(const UnfGraph& graph) {
  const auto places = places_of(graph);
  const auto crosses_runners = [](const Place& place) {
    return std::any_of(place.begin(), place.end(), [&](const RunnerId& runner) { return runner != place.front(); });
  };
  std::set<Vertex> found;
  for (const auto& view : path_views(graph)) {
    std::map<Vertex, Chain> chain_to{{view.entry, Chain{{places.at(graph[view.entry].id)}}}};
    std::set<Vertex> egresses;
    std::set<Chain> chains;
    for (const auto v : view.order) {
      if (graph[v].stage != 0) continue;  // what goes in comes out in order
      const auto chain = chain_to.at(v);
      bool ends = graph[v].type == kNicEgress;
      for (const auto e : graph.out_edges(v)) {
        const auto next = behind(graph, e);
        if (next == UnfGraph::sink() || !carries(graph[e], view)) continue;
        ends = false;
        auto onwards = chain;
        const auto& place = places.at(graph[next].id);
        const bool changes_lane = graph[e].balanced && crosses_runners(place);
        if (onwards && (onwards->back() != place || changes_lane)) onwards->push_back(place);
        const auto [at, first] = chain_to.emplace(next, onwards);
        if (!first && at->second != onwards) at->second = std::nullopt;
      }
      if (!ends) continue;
      egresses.insert(v);
      chains.insert(chain);
    }
    if (chains.size() > 1 || chains.contains(std::nullopt)) found.insert(egresses.begin(), egresses.end());
  }
  return found;
}

class Emitter {
 public:
  Emitter(const UnfGraph& graph, const Context& context)
      : graph_(graph), context_(context), order_(node_order(graph)), reaching_(paths_at(graph)) {}

  std::vector<Plan::Node> nodes() const {
    std::vector<Plan::Node> nodes;
    for (const auto v : order_) {
      const auto& node = graph_[v];
      nodes.push_back({.id = node.plan_id(),
                       .type = node.type,
                       .config = node.config,
                       .owners = node.owners,
                       .host = node.host,
                       .core = node.core,
                       .runner = node.runner,
                       .nic = node.nic,
                       .cycles_per_packet = node.cost,
                       .rate_pps = node.rate});
    }
    return nodes;
  }

  std::vector<PlanPart::Edge> edges() const {
    const auto reordered = reordered_egresses(graph_);
    std::vector<PlanPart::Edge> edges;
    for (const auto v : order_) {
      auto from_here = edges_of(v, reordered);
      edges.insert(edges.end(), std::make_move_iterator(from_here.begin()), std::make_move_iterator(from_here.end()));
    }
    return edges;
  }

  std::vector<Plan::Classifier> classifiers() const {
    std::vector<Plan::Classifier> classifiers;
    for (const auto& entry : graph_.entries) {
      classifiers.push_back(
          {.path = entry.path, .in = entry.nic, .match = entry.match, .to = graph_[entry.node].plan_id()});
    }
    return classifiers;
  }

 private:
  /// By gate, in the descriptor's order; edges that only differ in their paths are one.
  std::vector<PlanPart::Edge> edges_of(Vertex v, const std::set<Vertex>& reordered) const {
    using Target = std::pair<NodeId, std::optional<std::uint32_t>>;
    using Key = std::tuple<Gate, std::optional<Target>, std::vector<std::size_t>, std::string>;
    std::map<Key, std::pair<EdgeRef, std::set<std::string>>> found;
    std::map<Gate, std::size_t> edges_at;
    const auto& gates = context_.catalog.find(graph_[v].type)->descriptor.gates;
    for (const auto e : graph_.out_edges(v)) {
      const auto paths = intersect(graph_[e].paths, reaching_[v]);
      if (!paths) continue;
      const auto& to = graph_[graph_.target(e)];
      Key key{gates.index_of(graph_[e].gate).value_or(kDropGate),
              graph_.target(e) == UnfGraph::sink() ? std::nullopt : std::optional{Target{to.id, to.replica}},
              graph_[e].stands_for, graph_[e].becomes};
      auto [at, first] = found.try_emplace(std::move(key), e, std::set<std::string>{});
      at->second.second.insert(paths->begin(), paths->end());
      const bool one_of_several =
          (graph_[e].balanced && to.replica != 0) || (graph_[e].branch && to.stage_position != 0);
      if (first && !one_of_several) ++edges_at[std::get<0>(at->first)];
    }
    // What they stand for is numbered in the order that VNFs were written in, which must not matter.
    std::vector<std::pair<Key, std::pair<EdgeRef, std::set<std::string>>>> sorted(found.begin(), found.end());
    std::ranges::stable_sort(sorted, {}, [](const auto& e) {
      const auto& [gate, to, stands_for, becomes] = e.first;
      return std::tuple{gate, to, becomes, e.second.second};
    });
    std::vector<PlanPart::Edge> edges;
    for (const auto& [key, value] : sorted) {
      const auto& [gate, to, stands_for, becomes] = key;
      const auto& [e, paths] = value;
      Plan::Edge edge{.from = graph_[v].plan_id(), .gate = graph_[e].gate};
      if (edges_at.at(gate) > 1 || paths.size() != reaching_[v].size()) edge.paths.assign(paths.begin(), paths.end());
      edge.becomes = becomes;
      if (to) {
        const auto next = graph_.target(e);
        edge.to = graph_[next].plan_id();
        const bool same_runner = graph_[v].host == graph_[next].host && graph_[v].runner == graph_[next].runner;
        edge.link = same_runner ? Plan::Link::call : Plan::Link::ring;
        if (graph_[e].balanced) edge.port = Plan::Port::balance;
        if (graph_[e].branch) edge.port = Plan::Port::branch;
        if (graph_[v].stage != 0) edge.port = Plan::Port::ordered;
        if (reordered.contains(next)) edge.port = Plan::Port::ordered;  // an egress: there is one
      }
      edges.push_back({std::move(edge), stands_for});
    }
    return edges;
  }

  const UnfGraph& graph_;
  const Context& context_;
  std::vector<Vertex> order_;
  std::vector<PathSet> reaching_;  // by vertex
};

std::vector<std::vector<NodeId>> stages_of(const UnfGraph& graph) {
  std::map<std::size_t, std::map<std::size_t, NodeId>> members;
  for (const auto v : graph.nodes()) {
    if (graph[v].stage != 0) members[graph[v].stage][graph[v].stage_position] = graph[v].plan_id();
  }
  std::vector<std::vector<NodeId>> stages;
  for (const auto& [number, in_order] : members) {
    auto& stage = stages.emplace_back();
    for (const auto& [position, id] : in_order) stage.push_back(id);
  }
  return stages;
}

}  // namespace

PlanPart emit(const UnfGraph& graph, const Context& context) {
  const Emitter emitter{graph, context};
  return {emitter.nodes(), emitter.edges(), emitter.classifiers(), stages_of(graph)};
}

PlanPart emit_original(UnfGraph original, const Context& context) {
  for (const auto v : original.nodes()) {
    auto& node = original[v];
    const auto* host = context.inventory.find_host(node.host);
    const bool io = at_nic(original, v);
    node.core = io || host->cores.empty() ? host->io_core : host->cores[0].id;
    node.runner = RunnerId{io ? "io" : "r1"};
  }
  return emit(original, context);
}

}  // namespace unf::graph
