#include "graph/passes/dedupe.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "graph/passes/effects.h"
#include "graph/passes/path_view.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;
using EdgeRef = UnfGraph::EdgeRef;

/// uNFs that do the same to the same packet.
using Kind = std::pair<std::string, nlohmann::json>;

/// What is known, of the packets of a path at an edge, about the latest result of a kind of uNF.
struct Known {
  enum class State { unreached, never_had, known, lost };
  State state = State::unreached;
  std::string gate;     ///< known: the gate all of them took
  std::set<Vertex> by;  ///< known or lost: the uNFs that took them
  std::string why_lost;

  friend bool operator==(const Known&, const Known&) = default;
};

Known lost(std::set<Vertex> by, std::string why) { return {Known::State::lost, {}, std::move(by), std::move(why)}; }

/// Where packets with `a` and packets with `b` come together.
Known meet(const Known& a, const Known& b) {
  using enum Known::State;
  if (a.state == unreached) return b;
  if (b.state == unreached) return a;
  auto by = a.by;
  by.insert(b.by.begin(), b.by.end());
  if (a.state == lost || b.state == lost) return graph::lost(std::move(by), a.state == lost ? a.why_lost : b.why_lost);
  if (a.state != b.state) return graph::lost(std::move(by), "not every packet has passed it before");
  if (a.gate != b.gate) {
    return graph::lost(std::move(by), fmt::format("'{}' on one way here, '{}' on another", a.gate, b.gate));
  }
  return {a.state, a.gate, std::move(by), {}};
}

std::string field_names(FieldSet set) {
  std::vector<std::string_view> names;
  set.each([&](Field field) { names.push_back(FieldSet::name(field)); });
  return fmt::format("{}", fmt::join(names, ", "));
}

class Dedupe {
 public:
  Dedupe(UnfGraph graph, const Context& context) : graph_(std::move(graph)), context_(context) {}

  Rewrite run() {
    std::map<Kind, std::vector<Vertex>> kinds;
    for (const auto v : graph_.nodes()) {
      if (!is_io(graph_[v])) kinds[{graph_[v].type, graph_[v].config}].push_back(v);
    }
    for (const auto& [kind, nodes] : kinds) {
      if (nodes.size() > 1) treat(nodes);
    }
    graph_.compact();
    return {std::move(graph_), std::move(report_)};
  }

 private:
  using Flow = std::map<EdgeRef, Known>;             ///< for each edge that packets of the path take
  using Heirs = std::map<Vertex, std::set<Vertex>>;  ///< uNF -> those that decide in its place

  const UnfDescriptor& descriptor(Vertex v) const { return context_.catalog.find(graph_[v].type)->descriptor; }

  void treat(const std::vector<Vertex>& nodes) {
    const auto obstacle = why_not_repeatable(descriptor(nodes[0]));
    if (obstacle.empty()) {
      while (pass_by(nodes)) {
      }
    }
    std::vector<Flow> flows;
    for (const auto& path : paths_of(graph_)) flows.push_back(analyse(path, nodes));
    const auto heirs = obstacle.empty() ? heirs_of(nodes, flows) : Heirs{};
    for (const auto v : nodes) report_on(v, heirs, flows, obstacle);
    adopt(heirs);
  }

  /// R4's conditions on the uNF itself: what it does the second time must be nothing but take the same gate.
  static std::string why_not_repeatable(const UnfDescriptor& d) {
    if (!d.deterministic) return "the same packet may take another gate the second time";
    if (d.state != StateClass::none && d.state != StateClass::config) return "each owner's has a state of its own";
    if (d.emits != Emits::none) return "it emits packets each time";
    if (!d.writes.empty()) return "it changes the packet each time: " + field_names(d.writes);
    return {};
  }

  /// Leads edges past uNFs of one kind wherever the result is known. Returns whether there was one.
  bool pass_by(const std::vector<Vertex>& nodes) {
    // Edge -> gate -> the paths whose packets would all take it.
    std::map<std::pair<Vertex, std::size_t>, std::pair<EdgeRef, std::map<std::string, PathSet>>> known;
    std::map<EdgeRef, std::size_t> travelled;
    for (const auto& path : paths_of(graph_)) {
      const auto flow = analyse(path, nodes);
      for (const auto v : nodes) {
        const auto in_edges = graph_.in_edges(v);
        for (std::size_t i = 0; i < in_edges.size(); ++i) {
          const auto at = flow.find(in_edges[i]);
          if (at == flow.end()) continue;
          ++travelled[in_edges[i]];
          if (at->second.state != Known::State::known) continue;
          auto& [edge, gates] = known[{v, i}];
          edge = in_edges[i];
          gates[at->second.gate].push_back(path);
        }
      }
    }
    std::size_t passing = 0;
    for (auto& [where, found] : known) {
      auto& [edge, gates] = found;
      for (auto& [gate, paths] : gates) {
        const bool all = paths.size() == travelled.at(edge);
        std::sort(paths.begin(), paths.end());
        passing += graph_.bypass(all ? edge : split(edge, std::move(paths)), gate);
      }
    }
    return passing > 0;
  }

  /// Gives `paths` an edge of their own beside `edge`; or this one, if it is left with no other.
  EdgeRef split(EdgeRef edge, PathSet paths) {
    const auto all = graph_[edge].paths.empty() ? sorted_paths() : graph_[edge].paths;
    PathSet rest;
    std::set_difference(all.begin(), all.end(), paths.begin(), paths.end(), std::back_inserter(rest));
    if (rest.empty()) {
      graph_[edge].paths = std::move(paths);
      return edge;
    }
    auto part = graph_[edge];
    part.paths = std::move(paths);
    graph_[edge].paths = std::move(rest);
    return graph_.add_edge(graph_.source(edge), graph_.target(edge), std::move(part));
  }

  PathSet sorted_paths() const {
    auto paths = paths_of(graph_);
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  /// Follows the packets of a path and what is known of them (an available-expressions analysis).
  Flow analyse(const std::string& path, const std::vector<Vertex>& kind) const {
    const auto view = path_view(graph_, path);
    const std::set<Vertex> same(kind.begin(), kind.end());
    const auto& repeated = descriptor(kind[0]);
    const auto reads = read_by(repeated);
    const bool passable = why_not_repeatable(repeated).empty();
    std::map<Vertex, std::vector<Known>> before;
    before[view.entry] = {{Known::State::never_had, {}, {}, {}}};
    Flow flow;
    for (const auto v : view.order) {
      Known here;
      for (const auto& in : before[v]) here = meet(here, in);
      for (const auto e : graph_.out_edges(v)) {
        if (!carries(graph_[e], path)) continue;
        auto known = !same.contains(v) ? after(v, here, reads)
                     : passable        ? decided(v, graph_[e].gate, before[v])
                                       : Known{Known::State::known, graph_[e].gate, {v}, {}};
        if (known.state == Known::State::unreached) continue;
        before[graph_.target(e)].push_back(known);
        flow[e] = std::move(known);
      }
    }
    return flow;
  }

  /// What is known where packets leave `v` by `gate`: those of which it was known before will pass `v` by.
  static Known decided(Vertex v, const std::string& gate, const std::vector<Known>& before) {
    Known out;
    for (const auto& in : before) {
      if (in.state != Known::State::known) {
        out = meet(out, {Known::State::known, gate, {v}, {}});
      } else if (in.gate == gate) {
        out = meet(out, in);
      }
    }
    return out;
  }

  /// What remains known behind a uNF of another kind.
  Known after(Vertex v, const Known& known, FieldSet reads) const {
    if (known.state != Known::State::known || is_io(graph_[v])) return known;
    const auto& d = descriptor(v);
    if (const auto both = written_by(d) & reads; !both.empty()) {
      return lost(known.by, fmt::format("{} writes what it reads: {}", graph_[v].id.get(), field_names(both)));
    }
    if (d.emits != Emits::none)
      return lost(known.by, fmt::format("{} emits packets that have not passed it", graph_[v].id.get()));
    return known;
  }

  /// A line for each uNF that came, or comes, behind another of its kind.
  void report_on(Vertex v, const Heirs& heirs, const std::vector<Flow>& flows, const std::string& obstacle) {
    if (const auto passed = heirs.find(v); passed != heirs.end()) {
      add_line(v, passed->second, true,
               "its packets have passed one of the same configuration, and nothing between writes what it reads");
    }
    Known refused;
    for (const auto& flow : flows) {
      for (const auto e : graph_.in_edges(v)) {
        const auto at = flow.find(e);
        if (at == flow.end()) continue;
        if (at->second.state == Known::State::known) refused = meet(refused, lost(at->second.by, obstacle));
        if (at->second.state == Known::State::lost) refused = meet(refused, at->second);
      }
    }
    if (!refused.by.empty()) add_line(v, refused.by, false, obstacle.empty() ? refused.why_lost : obstacle);
  }

  void add_line(Vertex v, const std::set<Vertex>& by, bool applied, std::string reason) {
    std::set<NodeId> ids;
    for (const auto u : by) ids.insert(graph_[u].id);
    ids.erase(graph_[v].id);
    Plan::ReportLine line{.rule = "R4", .nodes = {graph_[v].id}, .applied = applied, .reason = std::move(reason)};
    line.nodes.insert(line.nodes.end(), ids.begin(), ids.end());
    report_.push_back(std::move(line));
  }

  /// Who decides in the place of whom: an edge that stands for a way through a uNF of this kind is taken by packets of
  /// which it is known by whom they were decided.
  Heirs heirs_of(const std::vector<Vertex>& nodes, const std::vector<Flow>& flows) const {
    std::map<OwnerPath, Vertex> node_of;
    for (const auto v : nodes) node_of[graph_[v].owners[0]] = v;
    Heirs heirs;
    for (const auto& flow : flows) {
      for (const auto& [e, known] : flow) {
        const auto& crossed = graph_[e].stands_for;
        for (std::size_t i = 1; i < crossed.size(); ++i) {
          const auto passed = node_of.find(graph_.original_edges[crossed[i]].from);
          if (passed != node_of.end()) heirs[passed->second].insert(known.by.begin(), known.by.end());
        }
      }
    }
    return heirs;
  }

  /// Those that decide in the place of others gain their owners, and run as often as any of these asks for; the only
  /// one in the place of one that goes, its id too, if that is the smaller.
  void adopt(const Heirs& all_heirs) {
    std::set<Vertex> reached;
    for (const auto& path : paths_of(graph_)) {
      const auto view = path_view(graph_, path);
      reached.insert(view.order.begin(), view.order.end());
    }
    std::map<Vertex, OwnerPath> owner_of;
    std::map<Vertex, std::uint32_t> asked;
    for (const auto& [v, heirs] : all_heirs) {
      owner_of[v] = graph_[v].owners[0];
      asked[v] = graph_[v].instances;
    }
    for (const auto& [v, heirs] : all_heirs) {
      for (const auto u : heirs) {
        graph_[u].instances = std::max(graph_[u].instances, asked[v]);
        auto& owners = graph_[u].owners;
        owners.push_back(owner_of[v]);
        std::sort(owners.begin(), owners.end());
        owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
        if (heirs.size() == 1 && !reached.contains(v)) graph_[u].id = std::min(graph_[u].id, NodeId{owner_of[v].get()});
      }
    }
  }

  UnfGraph graph_;
  const Context& context_;
  std::vector<Plan::ReportLine> report_;
};

}  // namespace

Result<Rewrite> dedupe(UnfGraph graph, const Context& context) { return Dedupe{std::move(graph), context}.run(); }

}  // namespace unf::graph
