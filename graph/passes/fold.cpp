#include "graph/passes/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "graph/passes/path_view.h"
#include "graph/passes/rates.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;

/// A set of numbers that is put together from smaller ones.
class Islands {
 public:
  explicit Islands(std::size_t count) : root_(count) { std::iota(root_.begin(), root_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (root_[i] != i) i = root_[i] = root_[root_[i]];
    return i;
  }
  void unite(std::size_t a, std::size_t b) { root_[std::max(find(a), find(b))] = std::min(find(a), find(b)); }

 private:
  std::vector<std::size_t> root_;
};

class Fold {
 public:
  Fold(const std::vector<PathGraph>& paths, const Context& context, bool consolidate)
      : paths_(paths), context_(context), consolidate_(consolidate) {
    graph_.name = context.original.name;
    graph_.services = context.original.services;
    graph_.artifacts = context.original.artifacts;
    graph_.original_edges = context.original.original_edges;
  }

  Rewrite run() {
    find_islands();
    for (std::size_t p = 0; p < paths_.size(); ++p) add(p);
    for (auto& [key, edge] : edges_) graph_.add_edge(std::get<0>(key), std::get<2>(key), std::move(edge));
    for (const auto v : graph_.nodes())
      graph_[v].rate = PacketsPerSecond{static_cast<std::uint64_t>(std::llround(rates_[v]))};
    for (auto entry : context_.original.entries) {
      entry.node = entries_.at(entry.path);
      graph_.entries.push_back(std::move(entry));
    }
    name_nodes();
    report_sharing();
    return {std::move(graph_), std::move(report_)};
  }

 private:
  using EdgeKey = std::tuple<Vertex, Gate, Vertex, std::vector<std::uint32_t>, std::string>;

  const Step& step(std::size_t p, StepRef s) const { return paths_[p][s]; }
  /// Whether it does not matter whose uNF a packet passes.
  static bool is_anybodys(const Kind& kind) { return kind.effects.deterministic && !kind.effects.remembers(); }
  bool is_owned(const Kind& kind) const {
    return !consolidate_ || is_io(kind.type) || !context_.holds(Condition::r2_own_state_per_owner, is_anybodys(kind));
  }

  /// Paths that must or may share uNFs: those that meet in one owner's, and beyond that as many as a core can take.
  void find_islands() {
    Islands islands{paths_.size()};
    std::map<Owner, std::size_t> met;
    std::vector<double> demand(paths_.size(), 0);
    for (std::size_t p = 0; p < paths_.size(); ++p) {
      planned_.push_back(planned_shares(paths_[p]));
      demand[p] = demand_of(p);
      for (const auto s : paths_[p].order()) {
        const auto& kind = *step(p, s).kind;
        if (is_io(kind.type) || is_anybodys(kind)) continue;
        const auto [at, first] = met.emplace(step(p, s).owners[0], p);
        if (!first) islands.unite(at->second, p);
      }
    }
    double largest = 0;
    const auto* host = context_.inventory.find_host(context_.original[context_.original.nodes().at(0)].host);
    for (const auto& core : host->cores) largest = std::max(largest, core.capacity());
    std::map<std::size_t, double> total;
    for (std::size_t p = 0; p < paths_.size(); ++p) total[islands.find(p)] += demand[p];
    // Next fit; in modes with a core for each uNF there is nothing to keep apart.
    const bool fused = host->mode == RunMode::fused || host->mode == RunMode::threads;
    std::map<std::size_t, std::size_t> group;
    double filled = 0;
    std::size_t groups = 0;
    for (const auto& [root, load] : total) {
      if (fused && filled > 0 && filled + load > largest) {
        ++groups;
        filled = 0;
      }
      filled += load;
      group[root] = groups;
    }
    island_.resize(paths_.size());
    for (std::size_t p = 0; p < paths_.size(); ++p) island_[p] = group.at(islands.find(p));
  }

  /// CPU time of runners that a path needs [cycles/s].
  double demand_of(std::size_t p) const {
    double cycles = 0;
    for (const auto s : paths_[p].order()) {
      const auto& kind = *step(p, s).kind;
      if (!is_io(kind.type)) cycles += planned_[p][s] * static_cast<double>(kind.cost.get());
    }
    return cycles * paths_[p].rate;
  }

  /// Which steps of a path are one uNF.
  std::vector<Vertex> places_on(std::size_t p, const std::vector<StepRef>& order) {
    std::vector<Vertex> place(paths_[p].node_count() + 1, UnfGraph::sink());
    std::map<std::pair<Owner, const Kind*>, Vertex> known;  // copies of a step are one uNF while they do the same
    std::map<const Kind*, std::vector<StepRef>> kinds;
    std::set<Vertex> taken;
    for (const auto s : order) {
      const auto& here = step(p, s);
      const auto [at, first] = known.emplace(std::pair{here.owners[0], here.kind}, UnfGraph::sink());
      if (first) {
        if (is_owned(*here.kind)) {
          at->second = owned(here);
        } else {
          const auto twin = twin_of(p, s, kinds[here.kind]);
          at->second = twin ? place[*twin] : shared(here, island_[p], taken);
          kinds[here.kind].push_back(s);
        }
        taken.insert(at->second);
      }
      place[s] = at->second;
    }
    return place;
  }

  /// R2: a step of the same kind on another branch, whose tables can serve both.
  std::optional<StepRef> twin_of(std::size_t p, StepRef s, const std::vector<StepRef>& same) const {
    if (step(p, s).kind->effects.state != StateClass::config) return std::nullopt;
    for (const auto other : same) {
      if (!reaches(paths_[p], other, s)) return other;
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
  Vertex shared(const Step& here, std::size_t island, const std::set<Vertex>& taken) {
    auto& places = shared_[{here.kind->index, island}];
    const auto free = [&](Vertex v) { return !taken.contains(v); };
    auto at = std::ranges::find_if(places, [&](Vertex v) { return free(v) && own_[v].contains(here.owners[0]); });
    if (at == places.end()) at = std::ranges::find_if(places, free);
    if (at == places.end()) at = places.insert(places.end(), make(here));
    return *at;
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

  void add(std::size_t p) {
    const auto& path = paths_[p];
    const auto order = path.order();
    const auto place = places_on(p, order);
    // Copies of a step on one path: the packets of each but the first are on a path of their own.
    std::map<Vertex, std::size_t> copies;
    std::vector<std::string> tag(path.node_count() + 1, path.path);
    for (const auto s : order) {
      const auto copy = copies[place[s]]++;
      if (copy != 0) tag[s] = tag_of(path.path, copy);
    }
    for (const auto s : order) {
      const auto v = place[s];
      const auto& owners = step(p, s).owners;
      own_[v].insert(owners[0]);
      all_[v].insert(owners.begin(), owners.end());
      rates_[v] += path.rate * planned_[p][s];
      for (const auto e : path.out_edges(s)) {
        const auto t = path.target(e);
        const auto& hop = path[e];
        const bool goes_over = t != PathGraph::sink() && tag[t] != tag[s] &&
                               context_.left_out != Condition::r17_path_tells_successors_apart;
        add_edge({v, hop.gate, place[t], hop.stands_for, goes_over ? tag[t] : std::string{}}, tag[s]);
      }
    }
    entries_[path.path] = place[path.entry];
  }

  std::string tag_of(const std::string& path, std::size_t copy) {
    auto tag = fmt::format("{}~{}", path, copy);
    graph_.tags.emplace(tag, path);
    return tag;
  }

  void add_edge(EdgeKey key, const std::string& path) {
    auto [at, first] = edges_.try_emplace(std::move(key));
    auto& edge = at->second;
    if (first) {
      const auto& [from, gate, to, stands_for, becomes] = at->first;
      edge.gate = context_.catalog.find(graph_[from].type)->descriptor.gates[gate];
      edge.stands_for.assign(stands_for.begin(), stands_for.end());
      edge.becomes = becomes;
    }
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
      auto id = context_.name(*own_[v].begin());
      for (const auto owner : own_[v]) id = std::min(id, context_.name(owner));
      for (const auto owner : all_[v]) {
        node.instances = std::max(node.instances, context_.original[owner].instances);
        node.owners.push_back(context_.original[owner].owners[0]);
        const bool same = context_.original[owner].type == node.type;
        if (same && uses.at(owner) == 1) id = std::min(id, context_.name(owner));
      }
      std::ranges::sort(node.owners);
      const auto [begin, end] = std::ranges::unique(node.owners);
      node.owners.erase(begin, end);
      node.id = std::move(id);
    }
    make_ids_unique();
  }

  /// Two uNFs may do one owner's work, each on some ways.
  void make_ids_unique() {
    std::map<NodeId, std::size_t> seen;
    for (const auto v : graph_.nodes()) {
      const auto n = ++seen[graph_[v].id];
      if (n > 1) graph_[v].id = NodeId{fmt::format("{}@{}", graph_[v].id.get(), n)};
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

  const std::vector<PathGraph>& paths_;
  const Context& context_;
  bool consolidate_;
  UnfGraph graph_;
  std::vector<std::vector<double>> planned_;  // by path: planned_shares
  std::vector<std::size_t> island_;           // by path
  std::map<Owner, Vertex> owned_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Vertex>> shared_;  // by kind and island
  std::map<EdgeKey, UnfGraph::Edge> edges_;
  std::map<std::string, Vertex> entries_;
  std::vector<double> rates_{0};                    // by vertex
  std::vector<std::set<Owner>> own_{{}}, all_{{}};  // by vertex: those whose steps it is; and in whose place it decides
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
    path.rate = static_cast<double>(view.rate.get());
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

Rewrite fold(const std::vector<PathGraph>& paths, const Context& context, bool consolidate) {
  return Fold{paths, context, consolidate}.run();
}

}  // namespace unf::graph
