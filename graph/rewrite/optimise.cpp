#include "graph/rewrite/optimise.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graph/rewrite/exchange.h"
#include "graph/rewrite/join.h"
#include "graph/rewrite/shorten.h"

namespace unf::graph {
namespace {

constexpr double kLeastGain = 0.01;  ///< [cycles/packet]

/// What could be done to a path.
struct Proposal {
  Plan::ReportLine line;
  PathRewrite rewrite;
  double gain = 0;
};

/// Runs one pass behind another.
template <typename NextPass>
PathRewrite then(PathRewrite done, NextPass pass, const Context& context) {
  auto next = pass(std::move(done.graph), context);
  done.graph = std::move(next.graph);
  done.report.insert(done.report.end(), std::make_move_iterator(next.report.begin()),
                     std::make_move_iterator(next.report.end()));
  return done;
}

PathRewrite tidied(const PathGraph& graph, const Context& context) {
  return then(then(pass_by(graph, context), drop_unused_labels, context), coalesce_writes, context);
}

class Optimiser {
 public:
  explicit Optimiser(const Context& context) : context_(context) {}

  PathRewrite run(const PathGraph& graph) {
    now_ = tidied(graph, context_);
    // Each round makes a mean packet cheaper; the bound is for what rounding could make of that.
    for (std::size_t round = 0; round < 4 * graph.node_count(); ++round) {
      refused_.clear();
      best_.reset();
      cost_ = cost(now_.graph);
      propose_joins();
      propose_exchanges();
      if (!best_) break;
      auto report = std::move(now_.report);
      report.push_back(std::move(best_->line));
      now_ = std::move(best_->rewrite);
      now_.report.insert(now_.report.begin(), std::make_move_iterator(report.begin()),
                         std::make_move_iterator(report.end()));
    }
    now_.report.insert(now_.report.end(), std::make_move_iterator(refused_.begin()),
                       std::make_move_iterator(refused_.end()));
    return then(std::move(now_), share_tails, context_);
  }

 private:
  const NodeId& name(StepRef v) const { return context_.name(now_.graph[v].owners[0]); }

  void propose_joins() {
    const auto& graph = now_.graph;
    FlowSpace space{graph.matches};
    for (const auto first : graph.order()) {
      if (can_be_joined(*graph[first].kind)) {
        for (const auto hop : graph.out_edges(first)) {
          std::set<const Kind*> tried;
          for (const auto second : behind(graph.target(hop))) {
            if (tried.insert(graph[second].kind).second) propose_join(first, hop, second, space);
          }
        }
      }
      space = space.without(graph[first].kind->effects.writes);
      if (graph[first].kind->effects.emits != Emits::none) space = FlowSpace{};
    }
  }

  /// The first steps from `from` on that could be joined with one before them.
  std::vector<StepRef> behind(StepRef from) const {
    const auto& graph = now_.graph;
    std::vector<StepRef> found, open{from};
    std::set<StepRef> seen{PathGraph::sink()};
    while (!open.empty()) {
      const auto v = open.back();
      open.pop_back();
      if (!seen.insert(v).second) continue;
      if (can_be_joined(*graph[v].kind)) {
        found.push_back(v);
        continue;
      }
      for (const auto e : graph.out_edges(v)) open.push_back(graph.target(e));
    }
    return found;
  }

  void propose_join(StepRef first, HopRef hop, StepRef second, const FlowSpace& space) {
    const auto& graph = now_.graph;
    const auto gate = graph[hop].gate;
    const auto joint = join(*graph[first].kind, gate, *graph[second].kind, space, context_);
    Plan::ReportLine line{
        .rule = "R8", .nodes = {name(second), name(first)}, .applied = false, .reason = joint.why_not};
    if (joint.kind == nullptr) {
      if (!joint.why_not.empty()) refused_.push_back(std::move(line));
      return;
    }
    auto rewrite = tidied(joined(first, gate, second, joint), context_);
    const auto gain = cost_ - cost(rewrite.graph);
    // Shares are guesses; that the second need not look again is what makes it cheaper.
    const bool passed = std::ranges::any_of(rewrite.report, [&](const Plan::ReportLine& l) {
      return l.applied && l.rule == "R4" && l.nodes[0] == name(second);
    });
    if (gain < kLeastGain || !passed) {
      const auto obstacle = std::ranges::find_if(
          rewrite.report, [&](const Plan::ReportLine& l) { return !l.applied && l.nodes[0] == name(second); });
      line.reason = obstacle != rewrite.report.end() ? obstacle->reason
                                                     : fmt::format("as one they would take {:.1f} cycles more", -gain);
      refused_.push_back(std::move(line));
      return;
    }
    line.applied = true;
    const auto tables = joint.kind->tables == nullptr ? 1 : joint.kind->tables->list.size();
    line.reason = fmt::format(
        "{} what both would: {:.1f} cycles less",
        tables == 1 ? "one lookup decides" : fmt::format("one uNF of {} tables, one behind the other, decides", tables),
        gain);
    consider({std::move(line), std::move(rewrite), gain});
  }

  /// With the joint uNF in the place of `first`; its hops say what `second` would have done.
  PathGraph joined(StepRef first, Gate gate, StepRef second, const Joint& joint) const {
    auto graph = now_.graph;
    const auto* first_kind = graph[first].kind;
    const auto* second_kind = graph[second].kind;
    std::map<Gate, std::pair<StepRef, Hop>> hops;
    for (const auto e : graph.out_edges(first)) hops.emplace(graph[e].gate, std::pair{graph.target(e), graph[e]});
    while (graph.out_degree(first) != 0) graph.remove_edge(graph.out_edges(first)[0]);
    double second_shares = 0;
    for (const auto& outcome : joint.outcomes) {
      if (outcome.first == gate && outcome.second) {
        if (const auto e = graph.hop(second, *outcome.second)) second_shares += graph[*e].share;
      }
    }
    graph[first].kind = joint.kind;
    for (const auto& outcome : joint.outcomes) {
      const auto at = hops.find(outcome.first);
      if (at == hops.end()) continue;
      auto [target, hop] = at->second;
      hop.gate = outcome.gate;
      hop.implies.push_back({first_kind, outcome.first});
      if (outcome.second) {
        hop.implies.push_back({second_kind, *outcome.second});
        const auto e = graph.hop(second, *outcome.second);
        hop.share *= second_shares > 0 && e ? graph[*e].share / second_shares : 0;
      }
      graph.add_edge(first, target, std::move(hop));
    }
    return graph;
  }

  void propose_exchanges() {
    const auto& graph = now_.graph;
    for (const auto first : graph.order()) {
      const auto others = partners(graph, first);
      if (others.empty()) continue;
      if (!would_drop(others)) continue;  // nobody would be spared anything
      const auto obstacle = why_not_exchange(graph, first, context_);
      Plan::ReportLine line{.rule = graph.out_degree(first) > 2 ? "R11" : "R10",
                            .nodes = {name(others[0]), name(first)},
                            .applied = false,
                            .reason = obstacle};
      if (!obstacle.empty()) {
        refused_.push_back(std::move(line));
        continue;
      }
      auto rewrite = tidied(exchange(graph, first), context_);
      const auto gain = cost_ - cost(rewrite.graph);
      if (gain < kLeastGain) continue;
      line.applied = true;
      line.reason = fmt::format("it goes first: {:.1f} cycles less", gain);
      consider({std::move(line), std::move(rewrite), gain});
    }
  }

  bool would_drop(const std::vector<StepRef>& others) const {
    const auto& graph = now_.graph;
    return std::ranges::any_of(graph.out_edges(others[0]),
                               [&](HopRef e) { return graph.target(e) == PathGraph::sink(); });
  }

  void consider(Proposal proposal) {
    if (!best_ || proposal.gain > best_->gain + kLeastGain) best_ = std::move(proposal);
  }

  const Context& context_;
  PathRewrite now_;
  double cost_ = 0;
  std::optional<Proposal> best_;
  std::vector<Plan::ReportLine> refused_;  // in this round
};

}  // namespace

PathRewrite optimise(const PathGraph& graph, const Context& context) { return Optimiser{context}.run(graph); }

}  // namespace unf::graph
