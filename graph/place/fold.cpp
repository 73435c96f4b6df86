#include "graph/place/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "graph/terms/path_view.h"
#include "graph/terms/rates.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;

class Fold {
 public:
  Fold(const std::vector<const PathGraph*>& paths, const Context& context, bool consolidate, NodeNames& names)
      : paths_(paths), context_(context), consolidate_(consolidate), names_(names) {}

  Folded run() {
    for (const auto* path : paths_) add(*path);
    for (auto& [key, edge] : edges_) graph_.add_edge(std::get<0>(key), std::get<2>(key), std::move(edge));
    for (const auto v : graph_.nodes())
      graph_[v].rate = PacketsPerSecond{static_cast<std::uint64_t>(std::llround(rates_[v]))};
    name_nodes();
    report_sharing();
    return {{std::move(graph_), std::move(report_)}, std::move(taken_names_)};
  }

 private:
  using EdgeKey = std::tuple<Vertex, Gate, Vertex, std::vector<std::uint32_t>, std::string>;

  bool is_owned(const Kind& kind) const {
    return !consolidate_ || is_io(kind.type) || !context_.holds(Condition::r2_own_state_per_owner, kind.is_anybodys());
  }

  /// What a path uses.
  struct Taken {
    std::set<Vertex> nodes;
    std::unordered_map<const Kind*, std::size_t> first;  ///< of the shared ones of a kind, none before it is free
  };

  /// Which steps of a path are one uNF.
  std::vector<Vertex> places_on(const PathGraph& path, const std::vector<StepRef>& order) {
    std::vector<Vertex> place(path.node_count() + 1, UnfGraph::sink());
    std::map<std::pair<Owner, const Kind*>, Vertex> known;  // copies of a step are one uNF while they do the same
    std::map<const Kind*, std::vector<StepRef>> kinds;
    Taken taken;
    for (const auto s : order) {
      const auto& here = path[s];
      const auto [at, first] = known.emplace(std::pair{here.owners[0], here.kind}, UnfGraph::sink());
      if (first) {
        if (is_owned(*here.kind)) {
          at->second = owned(here);
        } else {
          const auto twin = twin_of(path, s, kinds[here.kind]);
          at->second = twin ? place[*twin] : shared(here, taken);
          kinds[here.kind].push_back(s);
        }
        taken.nodes.insert(at->second);
      }
      place[s] = at->second;
    }
    return place;
  }

  /// R2: a step of the same kind on another branch, whose tables can serve both.
  static std::optional<StepRef> twin_of(const PathGraph& path, StepRef s, const std::vector<StepRef>& same) {
    if (path[s].kind->effects.state != StateClass::config) return std::nullopt;
    for (const auto other : same) {
      if (!reaches(path, other, s)) return other;
    }
    return std::nullopt;
  }

  static bool reaches(const PathGraph& graph, StepRef from, StepRef to) {
    std::vector<bool> seen(graph.node_count() + 1, false);
    std::vector<StepRef> open{from};
    while (!open.empty()) {
      const auto s = open.back();
      open.pop_back();
      if (s == to) return true;
      if (seen[s]) continue;
      seen[s] = true;
      for (const auto e : graph.out_edges(s)) open.push_back(graph.target(e));
    }
    return false;
  }

  Vertex owned(const Step& here) {
    auto [at, first] = owned_.try_emplace(here.owners[0]);
    if (first) at->second = make(here);
    return at->second;
  }

  /// The one that has served this owner before, else the first that the path does not use yet.
  Vertex shared(const Step& here, Taken& taken) {
    auto& places = shared_[here.kind];
    const auto is_free = [&](Vertex v) { return !taken.nodes.contains(v); };
    const auto& served = served_[{here.kind, here.owners[0]}];
    if (const auto at = std::ranges::find_if(served, is_free); at != served.end()) return *at;
    auto& first = taken.first[here.kind];
    while (first < places.size() && !is_free(places[first])) ++first;
    if (first == places.size()) places.push_back(make(here));
    return places[first];
  }

  Vertex make(const Step& here) {
    const auto& original = context_.original[here.owners[0]];
    UnfGraph::Node node{.id = original.id,
                        .type = here.kind->type,
                        .config = here.kind->config,
                        .instances = 1,
                        .cost = here.kind->cost,
                        .nic = here.nic,
                        .host = original.host,
                        .at = original.at};
    const auto v = graph_.add_node(std::move(node));
    rates_.resize(v + 1, 0);
    own_.resize(v + 1);
    all_.resize(v + 1);
    return v;
  }

  void add(const PathGraph& path) {
    const auto order = path.order();
    const auto place = places_on(path, order);
    const auto planned = planned_shares(path);
    // Copies of a step on one path: the packets of each but the first are on a path of their own.
    std::map<Vertex, std::size_t> copies;
    std::vector<std::string> tag(path.node_count() + 1, path.path);
    for (const auto s : order) {
      const auto copy = copies[place[s]]++;
      if (copy != 0) tag[s] = tag_of(path.path, copy);
    }
    for (const auto s : order) {
      const auto v = place[s];
      const auto& owners = path[s].owners;
      if (own_[v].insert(owners[0]).second) served_[{path[s].kind, owners[0]}].insert(v);
      all_[v].insert(owners.begin(), owners.end());
      rates_[v] += path.rate * planned[s];
      each_planned_hop(path, s, [&](HopRef e, double part) {
        const auto t = path.target(e);
        const auto& hop = path[e];
        const bool goes_over =
            t != PathGraph::sink() && !context_.holds(Condition::r17_path_tells_successors_apart, tag[t] == tag[s]);
        add_edge({v, hop.gate, place[t], hop.stands_for, goes_over ? tag[t] : std::string{}}, tag[s],
                 path.rate * planned[s] * part);
      });
    }
    for (const auto& match : path.matches) {
      graph_.entries.push_back({.path = path.path,
                                .nic = path.nic,
                                .match = match,
                                .node = place[path.entry],
                                .rate = PacketsPerSecond{static_cast<std::uint64_t>(path.rate)}});
    }
  }

  std::string tag_of(const std::string& path, std::size_t copy) {
    auto tag = fmt::format("{}~{}", path, copy);
    graph_.tags.emplace(tag, path);
    return tag;
  }

  void add_edge(EdgeKey key, const std::string& path, double rate) {
    auto [at, first] = edges_.try_emplace(std::move(key));
    auto& edge = at->second;
    if (first) {
      const auto& [from, gate, to, stands_for, becomes] = at->first;
      edge.gate = context_.catalog.find(graph_[from].type)->descriptor.gates[gate];
      edge.stands_for.assign(stands_for.begin(), stands_for.end());
      edge.becomes = becomes;
    }
    edge.rate += rate;
    const auto where = std::ranges::lower_bound(edge.paths, path);
    if (where == edge.paths.end() || *where != path) edge.paths.insert(where, path);
  }

  /// A uNF is called as the smallest of those whose step it is, and of those in whose place it alone decides.
  void name_nodes() {
    std::map<Owner, std::size_t> uses;
    for (const auto v : graph_.nodes()) {
      for (const auto owner : all_[v]) ++uses[owner];
    }
    for (const auto v : graph_.nodes()) {
      auto& node = graph_[v];
      const auto* id = &context_.name(*own_[v].begin());
      for (const auto owner : own_[v]) id = &std::min(*id, context_.name(owner));
      for (const auto owner : all_[v]) {
        const auto& original = context_.original[owner];
        node.instances = std::max(node.instances, original.instances);
        node.owners.push_back(original.owners[0]);
        if (original.type == node.type && uses.at(owner) == 1) id = &std::min(*id, context_.name(owner));
      }
      std::ranges::sort(node.owners);
      const auto [begin, end] = std::ranges::unique(node.owners);
      node.owners.erase(begin, end);
      taken_names_.push_back(names_.take(*id));
      node.id = taken_names_.back().id();
    }
  }

  void report_sharing() {
    for (const auto v : graph_.nodes()) {
      if (own_[v].size() < 2) continue;
      Plan::ReportLine line{
          .rule = "R17", .applied = true, .reason = "one uNF serves these: the path of a packet says where it goes on"};
      for (const auto owner : own_[v]) line.nodes.push_back(context_.name(owner));
      std::ranges::sort(line.nodes);
      report_.push_back(std::move(line));
    }
  }

  const std::vector<const PathGraph*>& paths_;
  const Context& context_;
  bool consolidate_;
  NodeNames& names_;
  UnfGraph graph_;
  std::map<Owner, Vertex> owned_;
  std::unordered_map<const Kind*, std::vector<Vertex>> shared_;
  std::map<std::pair<const Kind*, Owner>, std::set<Vertex>> served_;  // by whose steps have been theirs
  std::map<EdgeKey, UnfGraph::Edge> edges_;
  std::vector<double> rates_{0};                    // by vertex
  std::vector<std::set<Owner>> own_{{}}, all_{{}};  // by vertex: those whose steps it is; and in whose place it decides
  std::vector<NodeNames::Name> taken_names_;
  std::vector<Plan::ReportLine> report_;
};

}  // namespace

std::vector<PathGraph> unfold(const UnfGraph& graph, const Context& context) {
  std::vector<const Kind*> kinds(graph.node_count() + 1, nullptr);
  for (const auto v : graph.nodes()) kinds[v] = context.kinds.of(graph[v].type, graph[v].config);
  std::vector<PathGraph> paths;
  for (const auto& view : path_views(graph)) {
    auto& path = paths.emplace_back();
    path.path = view.names[0];
    path.nic = view.nic;
    path.rate = static_cast<double>(view.rate.get());
    path.max_latency = view.max_latency;
    path.matches = view.matches;
    std::map<Vertex, StepRef> step_of{{UnfGraph::sink(), PathGraph::sink()}};
    for (const auto v : view.order) step_of[v] = path.add_node({kinds[v], {v}, graph[v].nic});
    path.entry = step_of.at(view.entry);
    for (const auto v : view.order) {
      for (const auto e : graph.out_edges(v)) {
        if (!carries(graph[e], view)) continue;
        Hop hop{.gate = *kinds[v]->descriptor->gates.index_of(graph[e].gate)};
        hop.stands_for.assign(graph[e].stands_for.begin(), graph[e].stands_for.end());
        path.add_edge(step_of.at(v), step_of.at(graph.target(e)), std::move(hop));
      }
      share_gates(path, step_of.at(v), context);
    }
  }
  return paths;
}

Folded fold(const std::vector<const PathGraph*>& paths, const Context& context, bool consolidate, NodeNames& names) {
  return Fold{paths, context, consolidate, names}.run();
}

NodeId NodeNames::Name::id() const { return copy == 0 ? base : NodeId{fmt::format("{}@{}", base.get(), copy + 1)}; }

NodeNames::Name NodeNames::take(const NodeId& base) {
  const auto& copies = copies_[base];
  Name name{base};
  while ((name.copy < copies.size() && copies[name.copy]) || taken_.contains(name.id())) ++name.copy;
  take(name);
  return name;
}

void NodeNames::take(const Name& name) {
  auto& copies = copies_[name.base];
  copies.resize(std::max(copies.size(), name.copy + 1), false);
  copies[name.copy] = true;
  taken_.insert(name.id());
}

void NodeNames::release(const Name& name) {
  const auto at = copies_.find(name.base);
  at->second[name.copy] = false;
  if (std::ranges::find(at->second, true) == at->second.end()) copies_.erase(at);
  taken_.erase(name.id());
}

}  // namespace unf::graph
