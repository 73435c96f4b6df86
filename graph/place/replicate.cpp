#include "graph/place/replicate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "graph/place/units.h"
#include "graph/terms/effects.h"
#include "graph/terms/hosts.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;
using EdgeRef = UnfGraph::EdgeRef;
using Unit = std::vector<Vertex>;

class Replication {
 public:
  Replication(UnfGraph graph, const Context& context) : graph_(std::move(graph)), context_(context) {}

  Result<Rewrite> run() {
    for (const auto v : graph_.nodes()) {
      if (at_nic(graph_, v) && graph_[v].instances > 1) {
        add_line({v}, false, "the host's Rx and Tx take all packets of a NIC");
      }
    }
    const auto edges = all_edges();
    const auto units = units_of(graph_, context_);
    for (std::size_t i = 0; i < units.size(); ++i) {
      for (const auto v : units[i]) graph_[v].unit = i;
      if (graph_[units[i][0]].stage != 0) continue;  // its packets are the whole stage's
      const auto count = count_of(units[i]);
      if (!count) return fail(count.error());
      if (*count > 1) copy(units[i], *count);
    }
    for (const auto e : edges) rewire(e);
    return Rewrite{std::move(graph_), std::move(report_)};
  }

 private:
  const Effects& effects(Vertex v) const { return context_.kinds.of(graph_[v].type, graph_[v].config)->effects; }

  std::vector<EdgeRef> all_edges() const {
    std::vector<EdgeRef> edges;
    for (const auto v : graph_.nodes()) {
      const auto out = graph_.out_edges(v);
      edges.insert(edges.end(), out.begin(), out.end());
    }
    return edges;
  }

  /// How many replicas a unit gets.
  Result<std::uint32_t> count_of(const Unit& unit) {
    std::uint32_t asked = 1;
    for (const auto v : unit) asked = std::max(asked, graph_[v].instances);
    if (asked > kMaxReplicas) {
      return fail(Errc::no_capacity, "{}: {} instances are asked for, at most {} can run", names(unit), asked,
                  kMaxReplicas);
    }
    const auto needed = needed_by_rate(unit);
    if (asked == 1 && needed == 1) return 1;
    if (const auto obstacle = why_one(unit); !obstacle.empty()) {
      add_line(unit, false, obstacle);
      return 1;
    }
    const auto count = std::max(asked, needed);
    add_line(unit, true,
             count == asked ? fmt::format("{} instances are asked for", count)
                            : fmt::format("{} instances: one core is too slow for their rate", count));
    return count;
  }

  /// By the largest core, as if packets came from its NUMA node; 1 where kMaxReplicas would not do: then it fits
  /// nowhere.
  std::uint32_t needed_by_rate(const Unit& unit) {
    const auto& host = *context_.inventory.find_host(graph_[unit[0]].host);
    if (!largest_) largest_ = largest_core(host);
    const auto needed = std::ceil(demand_of(graph_, unit, link_costs(host)) / *largest_);
    return needed >= 1 && needed <= kMaxReplicas ? static_cast<std::uint32_t>(needed) : 1;
  }

  /// What keeps a unit from being several; empty: nothing.
  std::string why_one(const Unit& unit) const {
    for (const auto v : unit) {
      if (is_io(graph_[v])) return fmt::format("{} hands packets on from VNF to VNF", graph_[v].id.get());
      if (is_beside_stage(v)) return fmt::format("a stage begins or ends at {}", graph_[v].id.get());
      const auto state = effects(v).state;
      if (state == StateClass::ordered || state == StateClass::global) {
        return fmt::format("the state of {} depends on packets of all flows", graph_[v].id.get());
      }
      // Its packets would go on in another lane, and past those that do not pass it.
      if (unit.size() > 1 && !keeps_flow(v)) {
        return fmt::format("branches meet again behind {}, which changes what flows are told by", graph_[v].id.get());
      }
    }
    return {};
  }

  bool is_beside_stage(Vertex v) const {
    return std::ranges::any_of(graph_.out_edges(v), [&](EdgeRef e) { return graph_[e].branch; }) ||
           std::ranges::any_of(graph_.in_edges(v), [&](EdgeRef e) { return graph_[graph_.source(e)].stage != 0; });
  }

  void copy(const Unit& unit, std::uint32_t count) {
    for (const auto v : unit) {
      const auto rate = graph_[v].rate.get();
      auto& replicas = replicas_[v];
      for (std::uint32_t k = 0; k < count; ++k) {
        replicas.push_back(k == 0 ? v : graph_.add_node(graph_[v]));
        graph_[replicas[k]].replica = k;
        graph_[replicas[k]].rate = PacketsPerSecond{rate * (k + 1) / count - rate * k / count};
      }
    }
  }

  void rewire(EdgeRef e) {
    const auto source = graph_.source(e);
    const auto from = replicas_of(source), to = replicas_of(graph_.target(e));
    if (from.size() == 1 && to.size() == 1) return;
    // Balancing again by the same hash over as many gives the same lane.
    const bool same_lane = from.size() == to.size() && keeps_flow(source);
    auto edge = graph_[e];
    edge.balanced = to.size() > 1 && !same_lane;
    edge.rate /= static_cast<double>(same_lane ? from.size() : from.size() * to.size());
    graph_.remove_edge(e);
    for (std::size_t j = 0; j < from.size(); ++j) {
      for (std::size_t k = 0; k < to.size(); ++k) {
        if (!same_lane || j == k) graph_.add_edge(from[j], to[k], edge);
      }
    }
  }

  std::vector<Vertex> replicas_of(Vertex v) const {
    const auto at = replicas_.find(v);
    return at == replicas_.end() ? std::vector{v} : at->second;
  }

  /// Whether what leaves `v` is of the flow that it was dealt to `v` by.
  bool keeps_flow(Vertex v) const {
    return !effects(v).writes.intersects(kFlowFields) && effects(v).emits == Emits::none;
  }

  void add_line(const Unit& unit, bool applied, std::string reason) {
    Plan::ReportLine line{.rule = "R15", .applied = applied, .reason = std::move(reason)};
    for (const auto v : unit) line.nodes.push_back(graph_[v].id);
    report_.push_back(std::move(line));
  }

  std::string names(const Unit& unit) const {
    std::vector<std::string> ids;
    for (const auto v : unit) ids.push_back(graph_[v].id.get());
    return fmt::format("{}", fmt::join(ids, ", "));
  }

  UnfGraph graph_;
  const Context& context_;
  std::optional<double> largest_;                   // core [cycles/s]
  std::map<Vertex, std::vector<Vertex>> replicas_;  // of those that have several
  std::vector<Plan::ReportLine> report_;
};

}  // namespace

Result<Rewrite> replicate(UnfGraph graph, const Context& context) {
  return Replication{std::move(graph), context}.run();
}

}  // namespace unf::graph
