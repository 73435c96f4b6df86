#include "graph/rewrite/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace unf::graph {
namespace {

/// The hops of a step but those by which it drops.
PathGraph::EdgeRefs onwards(const PathGraph& graph, StepRef v) {
  PathGraph::EdgeRefs hops;
  for (const auto e : graph.out_edges(v)) {
    if (graph[e].gate != kDropGate || graph.target(e) != PathGraph::sink()) hops.push_back(e);
  }
  return hops;
}

bool may_drop(const PathGraph& graph, StepRef v) {
  return std::ranges::any_of(graph.out_edges(v), [&](HopRef e) { return graph.target(e) == PathGraph::sink(); });
}

std::set<Gate> gates_of(const PathGraph& graph, const std::vector<StepRef>& steps) {
  std::set<Gate> gates;
  for (const auto v : steps) {
    for (const auto e : graph.out_edges(v)) gates.insert(graph[e].gate);
  }
  return gates;
}

/// `hop` and the next one as one.
Hop both(const PathGraph& graph, HopRef hop, HopRef next) {
  auto one = graph[hop];
  one.go_on_by(graph[next]);
  return one;
}

/// Whether all packets of `first` that the next one sends to `gate` go nowhere.
bool all_end(const PathGraph& graph, StepRef first, Gate gate) {
  return std::ranges::all_of(onwards(graph, first), [&](HopRef hop) {
    const auto next = graph.hop(graph.target(hop), gate);
    return !next || graph.target(*next) == PathGraph::sink();
  });
}

/// Whether, of packets that all end at `gate`, owners count different things by where they came from: that is not known
/// yet where they are dropped first.
bool gates_differ(const PathGraph& graph, StepRef first, Gate gate, const Context& context) {
  if (!all_end(graph, first, gate)) return false;
  std::set<Counted> counts;
  for (const auto hop : onwards(graph, first)) {
    const auto next = graph.hop(graph.target(hop), gate);
    if (next) counts.insert(counted(both(graph, hop, *next).stands_for, context.original));
  }
  return counts.size() > 1;
}

}  // namespace

std::vector<StepRef> partners(const PathGraph& graph, StepRef first) {
  std::set<StepRef> found;
  for (const auto e : onwards(graph, first)) {
    const auto next = graph.target(e);
    if (next == PathGraph::sink() || is_io(graph[next].kind->type)) return {};
    found.insert(next);
  }
  if (found.empty() || is_io(graph[first].kind->type)) return {};
  const auto* kind = graph[*found.begin()].kind;
  const auto alone = [&](StepRef v) {
    return graph[v].kind == kind &&
           std::ranges::all_of(graph.in_edges(v), [&](HopRef e) { return graph.source(e) == first; });
  };
  if (!std::ranges::all_of(found, alone)) return {};
  return {found.begin(), found.end()};
}

std::string why_not_exchange(const PathGraph& graph, StepRef first, const Context& context) {
  const auto others = partners(graph, first);
  const auto& u = graph[first].kind->effects;
  const auto& v = graph[others[0]].kind->effects;
  const auto name = [&](StepRef w) { return context.name(graph[w].owners[0]).get(); };
  const bool apart = !u.writes.intersects(v.reads | v.writes) && !v.writes.intersects(u.reads);
  if (!context.holds(Condition::r7_commutes, apart)) {
    return fmt::format("{} and {} read or write the same fields", name(first), name(others[0]));
  }
  if (!context.holds(Condition::r10_facts_needed_are_there,
                     !v.needs.intersects(u.establishes) && !u.needs.intersects(v.establishes) &&
                         u.preserves.includes(v.needs) && v.preserves.includes(u.needs))) {
    return fmt::format("one of {} and {} makes sure of what the other needs", name(first), name(others[0]));
  }
  if (u.emits != Emits::none || v.emits != Emits::none) return "one of them emits packets";
  if (!u.deterministic || !v.deterministic) return "one of them does not do the same each time";
  const bool second_drops = std::ranges::any_of(others, [&](StepRef w) { return may_drop(graph, w); });
  if (!context.holds(Condition::r10_crossed_keeps_nothing, !second_drops || !u.remembers())) {
    return fmt::format("{} would not see what {} drops", name(first), name(others[0]));
  }
  if (!context.holds(Condition::r10_crossed_drops_nothing, !may_drop(graph, first))) {
    return fmt::format("{} drops packets: they would be {}'s to drop", name(first), name(others[0]));
  }
  if (v.remembers() && u.drops) return fmt::format("{} would see what {} drops", name(others[0]), name(first));
  for (const auto gate : gates_of(graph, others)) {
    if (gates_differ(graph, first, gate, context)) return "what they drop counts for different owners";
  }
  if (v.remembers() && others.size() > 1) return "each owner's has a state of its own";
  return {};
}

PathGraph exchange(const PathGraph& graph, StepRef first) {
  const auto others = partners(graph, first);
  const auto hops = onwards(graph, first);
  const auto& second = graph[others[0]];

  auto now = graph.without_steps();
  std::vector<StepRef> renamed(graph.node_count() + 1, PathGraph::sink());
  for (const auto v : graph.order()) {
    if (v != first && std::ranges::find(others, v) == others.end()) renamed[v] = now.add_node(graph[v]);
  }
  auto moved = second;
  for (const auto other : others) moved.adopt(graph[other].owners);
  const auto front = now.add_node(std::move(moved));
  for (const auto v : graph.order()) {
    if (renamed[v] == PathGraph::sink()) continue;
    for (const auto e : graph.out_edges(v)) {
      const auto to = graph.target(e);
      now.add_edge(renamed[v], to == first ? front : renamed[to], graph[e]);
    }
  }
  now.entry = renamed[graph.entry];

  // How often packets of `first` take each gate of the second, over all ways there.
  for (const auto gate : gates_of(graph, others)) {
    double share = 0;
    for (const auto hop : hops) {
      const auto next = graph.hop(graph.target(hop), gate);
      if (!next) continue;
      share += graph[hop].share * graph[*next].share;
    }
    if (all_end(graph, first, gate)) {
      const auto hop =
          *std::ranges::find_if(hops, [&](HopRef e) { return graph.hop(graph.target(e), gate).has_value(); });
      auto end = both(graph, hop, *graph.hop(graph.target(hop), gate));
      now.add_edge(front, PathGraph::sink(), {.gate = gate, .share = share, .stands_for = std::move(end.stands_for)});
      continue;
    }
    const auto behind = now.add_node(graph[first]);
    now.add_edge(front, behind, {.gate = gate, .share = share});
    for (const auto hop : hops) {
      const auto next = graph.hop(graph.target(hop), gate);
      if (!next) continue;
      auto onward = both(graph, hop, *next);
      if (share > 0) onward.share *= graph[*next].share / share;
      now.add_edge(behind, renamed[graph.target(*next)], std::move(onward));
    }
  }
  return now;
}

}  // namespace unf::graph
