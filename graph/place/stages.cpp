#include "graph/place/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graph/terms/links.h"
#include "graph/terms/path_view.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;
using EdgeRef = UnfGraph::EdgeRef;

constexpr const char* kSyncName = "SyncIngress";

/// The headers that fields are in: what the paper calls regions.
FieldSet region_of(FieldSet set) {
  FieldSet all;
  for (const auto region : {kEthernet, kIp, kTransport, kPayload}) {
    if (region.intersects(set)) all = all | region;
  }
  return all;
}

FieldSet in_conflict(FieldSet writes, FieldSet other_writes, FieldSet reads, FieldSet other_reads) {
  return (writes & (other_reads | other_writes)) | (other_writes & reads);
}

class Stages {
 public:
  Stages(UnfGraph graph, const Context& context) : graph_(std::move(graph)), context_(context) {}

  Rewrite run() {
    for (const auto v : node_order(graph_)) {
      if (taken_.contains(v)) continue;
      if (const auto members = longest_from(v); members.size() > 1) make(members);
    }
    return {std::move(graph_), std::move(report_)};
  }

 private:
  const Kind& kind(Vertex v) const { return *context_.kinds.of(graph_[v].type, graph_[v].config); }

  /// The edge that all go on by that are not dropped; nullopt: there are several ways, or none.
  std::optional<EdgeRef> only_way(Vertex v) const {
    std::optional<EdgeRef> way;
    for (const auto e : graph_.out_edges(v)) {
      if (graph_.target(e) == UnfGraph::sink()) continue;
      if (way) return std::nullopt;
      way = e;
    }
    return way;
  }

  bool can_be_member(Vertex v) const {
    if (at_nic(graph_, v) || is_io(graph_[v]) || graph_[v].instances > 1) return false;
    const auto& effects = kind(v).effects;
    const auto& descriptor = *kind(v).descriptor;
    const auto in = graph_.in_edges(v);
    const auto way = only_way(v);
    if (descriptor.gates.size() != 2 || effects.emits != Emits::none || effects.writes.contains(Field::payload_len))
      return false;
    return in.size() == 1 && graph_[in[0]].becomes.empty() && way && graph_[*way].becomes.empty() &&
           graph_[in[0]].paths == graph_[*way].paths;
  }

  /// The uNFs from `v` on that may have packets at once.
  std::vector<Vertex> longest_from(Vertex v) {
    std::vector<Vertex> members;
    for (auto at = v; members.size() < Plan::kMaxStage && can_be_member(at); at = graph_.target(*only_way(at))) {
      for (const auto earlier : members) {
        const auto pair = parallel(*kind(earlier).descriptor, kind(earlier).effects, *kind(at).descriptor,
                                   kind(at).effects, context_.conditions);
        if (pair.level != Together::no) continue;
        add_line({earlier, at}, false, pair.why_not);
        return pays(members) ? members : std::vector<Vertex>{};
      }
      members.push_back(at);
    }
    return pays(members) ? members : std::vector<Vertex>{};
  }

  bool pays(const std::vector<Vertex>& members) {
    if (members.size() < 2) return false;
    if (is_io(graph_[graph_.source(graph_.in_edges(members[0])[0])])) {
      add_line(members, false, "nothing stands before them that could split packets off: Rx hands over to one runner");
      return false;
    }
    if (!all_pass(members[0])) {
      add_line(members, false, "packets that do not pass them would overtake those that do");
      return false;
    }
    double sum = 0, longest = 0;
    for (const auto v : members) {
      const auto cycles = static_cast<double>(graph_[v].cost.get());
      sum += cycles;
      longest = std::max(longest, cycles);
    }
    const auto& host = *context_.inventory.find_host(graph_[members[0]].host);
    const auto measured = host.cycles.find(kSyncName);
    // A stage costs less than the rings that it takes the place of (tests/bench/README.md).
    const auto of_member =
        measured == host.cycles.end() ? link_costs(host).ring : static_cast<double>(measured->second.get());
    const auto sync = static_cast<double>(members.size()) * of_member;
    const auto gain = sum - longest - sync;
    if (gain <= 0) {
      add_line(members, false, fmt::format("gain {:.0f} < sync {:.0f} cycles", sum - longest, sync));
      return false;
    }
    add_line(
        members, true,
        fmt::format("a packet's way is {:.0f} cycles shorter: {:.0f} at once, {:.0f} to synchronise", gain, sum, sync));
    return true;
  }

  /// Whether no packet gets to an egress past `v`.
  bool all_pass(Vertex v) const {
    for (const auto& view : path_views(graph_)) {
      if (std::ranges::find(view.order, v) == view.order.end()) continue;
      std::set<Vertex> seen{UnfGraph::sink(), v};
      std::vector<Vertex> open{view.entry};
      while (!open.empty()) {
        const auto u = open.back();
        open.pop_back();
        if (!seen.insert(u).second) continue;
        bool ends = graph_[u].type == kNicEgress;
        for (const auto e : graph_.out_edges(u)) {
          if (!carries(graph_[e], view)) continue;
          ends = false;
          open.push_back(graph_.target(e));
        }
        if (ends) return false;
      }
    }
    return true;
  }

  /// The edge to each but the first member now comes from the split; it counts what the one from the member before did.
  void make(const std::vector<Vertex>& members) {
    const auto first = graph_.in_edges(members[0])[0];
    const auto split = graph_.source(first);
    const auto join = graph_.target(*only_way(members.back()));
    auto branch = graph_[first];
    graph_[first].branch = true;
    const auto stage = ++stages_;
    for (std::size_t i = 0; i < members.size(); ++i) {
      graph_[members[i]].stage = stage;
      graph_[members[i]].stage_position = i;
      taken_.insert(members[i]);
      if (i + 1 == members.size()) break;
      const auto way = *only_way(members[i]);
      auto out = graph_[way];
      branch.stands_for = std::exchange(out.stands_for, {});
      branch.branch = true;
      graph_.remove_edge(way);
      graph_.add_edge(split, members[i + 1], branch);
      graph_.add_edge(members[i], join, std::move(out));
    }
  }

  void add_line(const std::vector<Vertex>& members, bool applied, std::string reason) {
    Plan::ReportLine line{.rule = "R13", .applied = applied, .reason = std::move(reason)};
    for (const auto v : members) line.nodes.push_back(graph_[v].id);
    report_.push_back(std::move(line));
  }

  UnfGraph graph_;
  const Context& context_;
  std::size_t stages_ = 0;
  std::set<Vertex> taken_;
  std::vector<Plan::ReportLine> report_;
};

}  // namespace

Parallel parallel(const UnfDescriptor& first, const Effects& a, const UnfDescriptor& second, const Effects& b,
                  const Conditions& conditions) {
  if (a.emits != Emits::none || b.emits != Emits::none) return {Together::no, "one of them emits packets"};
  if (!a.deterministic || !b.deterministic) return {Together::no, "one of them does not do the same each time"};
  for (const auto* effects : {&a, &b}) {
    if (effects->writes.contains(Field::payload_len)) return {Together::no, "one of them changes the size of packets"};
  }
  const auto both = in_conflict(a.writes, b.writes, a.reads, b.reads);
  if (!conditions.hold(Condition::p1_fields_are_apart, both.empty())) {
    return {Together::no, fmt::format("{} and {} meet in {}", first.type, second.type, field_names(both))};
  }
  if (!conditions.hold(Condition::p2_second_needs_no_verdict, !b.needs.intersects(a.establishes))) {
    return {Together::no, fmt::format("{} makes sure of what {} needs", first.type, second.type)};
  }
  if (!conditions.hold(Condition::p2_effects_can_wait, !a.drops || !b.remembers() || second.deferrable)) {
    return {Together::no, fmt::format("{} would take account of what {} drops", second.type, first.type)};
  }
  if (a.drops || b.drops) return {Together::verdicts, {}};
  const bool apart =
      in_conflict(region_of(a.writes), region_of(b.writes), region_of(a.reads), region_of(b.reads)).empty();
  return {apart ? Together::regions : Together::fields, {}};
}

Result<Rewrite> parallelise(UnfGraph graph, const Context& context) { return Stages{std::move(graph), context}.run(); }

}  // namespace unf::graph
