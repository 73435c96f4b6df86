#include "graph/rewrite/shorten.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace unf::graph {
namespace {

constexpr std::string_view kRewriterType = "HeaderRewriter";

/// A copy without `gone`: what leads to it goes on by `hop`, one of its own.
PathGraph without(const PathGraph& graph, StepRef gone, HopRef hop) {
  auto now = graph.without_steps();
  std::vector<StepRef> renamed(graph.node_count() + 1, PathGraph::sink());
  const auto order = graph.order();
  for (const auto v : order) {
    if (v != gone) renamed[v] = now.add_node(graph[v]);
  }
  for (const auto v : order) {
    if (v == gone) continue;
    for (const auto e : graph.out_edges(v)) {
      auto onwards = graph[e];
      auto to = graph.target(e);
      if (to == gone) {
        onwards.go_on_by(graph[hop]);
        to = graph.target(hop);
      }
      now.add_edge(renamed[v], renamed[to], std::move(onwards));
    }
  }
  now.entry = renamed[graph.entry];
  return now;
}

Plan::ReportLine line(const char* rule, std::vector<NodeId> nodes, std::string reason) {
  return {.rule = rule, .nodes = std::move(nodes), .applied = true, .reason = std::move(reason)};
}

/// The step whose label nothing needs; the sink: there is none.
StepRef unused_label(const PathGraph& graph, const Context& context) {
  for (const auto v : graph.order()) {
    const auto& effects = graph[v].kind->effects;
    const auto hops = graph.out_edges(v);
    if (v == graph.entry || hops.size() < 2) continue;  // one without labels was asked for as it is
    if (!effects.is_function() || !effects.writes.empty() || !effects.establishes.empty()) continue;
    const auto same = [&](HopRef e) {
      return graph.target(e) == graph.target(hops[0]) && graph[e].implies.empty() &&
             counted(graph[e].stands_for, context.original) == counted(graph[hops[0]].stands_for, context.original);
    };
    const bool alike = std::ranges::all_of(hops, same);
    if (graph.target(hops[0]) != PathGraph::sink() && context.holds(Condition::r11_label_is_not_used, alike)) return v;
  }
  return PathGraph::sink();
}

struct Writers {
  StepRef first = PathGraph::sink(), second = PathGraph::sink();
};

/// The only hop of a step; nullopt: it has others that do not drop, or drops itself and `may_drop` is false.
std::optional<HopRef> only_hop(const PathGraph& graph, StepRef v, bool may_drop) {
  std::optional<HopRef> only;
  for (const auto e : graph.out_edges(v)) {
    if (graph.target(e) == PathGraph::sink()) {
      if (!may_drop) return std::nullopt;
      continue;
    }
    if (only) return std::nullopt;
    only = e;
  }
  return only;
}

/// Addresses of different versions are set in different packets.
bool can_be_one(const nlohmann::json& first, const nlohmann::json& second) {
  return std::ranges::all_of(std::array{"ip_src", "ip_dst"}, [&](const char* name) {
    if (!first.contains(name) || !second.contains(name)) return true;
    const auto is_v6 = [&](const nlohmann::json& config) {
      return config.at(name).get_ref<const std::string&>().find(':') != std::string::npos;
    };
    return is_v6(first) == is_v6(second);
  });
}

/// Two uNFs that set fields, the second of which may do the first one's work too.
Writers writers(const PathGraph& graph, const Context& context) {
  for (const auto first : graph.order()) {
    if (graph[first].kind->type != kRewriterType || first == graph.entry) continue;
    const auto& effects = graph[first].kind->effects;
    auto hop = only_hop(graph, first, false);
    while (hop) {
      const auto next = graph.target(*hop);
      if (graph.in_degree(next) != 1) break;
      if (graph[next].kind->type == kRewriterType) {
        if (can_be_one(graph[first].kind->config, graph[next].kind->config)) return {first, next};
        break;
      }
      const auto& between = graph[next].kind->effects;
      const bool looks =
          (between.reads | between.writes).intersects(effects.writes) || between.writes.intersects(effects.reads);
      if (!context.holds(Condition::r12_nothing_between_reads, !looks) || between.emits != Emits::none) break;
      hop = only_hop(graph, next, true);
    }
  }
  return {};
}

}  // namespace

PathRewrite drop_unused_labels(PathGraph graph, const Context& context) {
  PathRewrite rewrite{std::move(graph), {}};
  for (;;) {
    auto& now = rewrite.graph;
    const auto v = unused_label(now, context);
    if (v == PathGraph::sink()) return rewrite;
    rewrite.report.push_back(line("R11", {context.name(now[v].owners[0])}, "nothing depends on the label it gives"));
    for (const auto e : now.in_edges(v)) now[now.source(e)].adopt(now[v].owners);  // what comes before answers for it
    rewrite.graph = without(now, v, now.out_edges(v)[0]);
  }
}

PathRewrite coalesce_writes(PathGraph graph, const Context& context) {
  PathRewrite rewrite{std::move(graph), {}};
  for (;;) {
    auto& now = rewrite.graph;
    const auto [first, second] = writers(now, context);
    if (first == PathGraph::sink()) return rewrite;
    rewrite.report.push_back(line("R12", {context.name(now[second].owners[0]), context.name(now[first].owners[0])},
                                  "nothing between looks at the fields they set; one sets what both leave"));
    auto config = now[second].kind->config;
    for (const auto& [field, value] : now[first].kind->config.items()) {
      if (context.holds(Condition::r12_later_write_wins, !config.contains(field))) config[field] = value;
    }
    now[second].kind = context.kinds.of(std::string{kRewriterType}, config);
    now[second].adopt(now[first].owners);
    rewrite.graph = without(now, first, *only_hop(now, first, false));
  }
}

PathRewrite share_tails(const PathGraph& graph, const Context& context) {
  using Onwards = std::vector<std::tuple<Gate, StepRef, std::vector<std::uint32_t>>>;
  using Key = std::tuple<const Kind*, std::optional<NicName>, Owner, Onwards>;
  PathRewrite rewrite{graph.without_steps(), {}};
  auto& now = rewrite.graph;
  const auto share = shares(graph);
  std::map<Key, StepRef> known;
  std::vector<StepRef> renamed(graph.node_count() + 1, PathGraph::sink());
  std::vector<double> share_of{0};  // by vertex of the new graph
  auto order = graph.order();
  std::ranges::reverse(order);
  for (const auto v : order) {
    const auto& step = graph[v];
    // OpenBox took clones of one block for the same, whatever they lead to.
    const bool whatever_follows = context.holds(Condition::r3_successors_equal, false);
    const bool own = step.kind->effects.remembers() || is_io(step.kind->type) || whatever_follows;
    Key key{step.kind, step.nic, own ? step.owners[0] : Owner{0}, {}};
    auto& onwards = std::get<Onwards>(key);
    for (const auto e : graph.out_edges(v)) {
      if (whatever_follows) break;
      onwards.emplace_back(graph[e].gate, renamed[graph.target(e)], graph[e].stands_for);
    }
    std::ranges::sort(onwards);
    const auto [at, first] = known.try_emplace(std::move(key), PathGraph::sink());
    if (first) {
      at->second = renamed[v] = now.add_node(step);
      share_of.push_back(share[v]);
      for (const auto e : graph.out_edges(v)) now.add_edge(renamed[v], renamed[graph.target(e)], graph[e]);
      continue;
    }
    const auto same = renamed[v] = at->second;
    for (const auto e : graph.out_edges(v)) {  // the mean of both
      const auto hop = now.hop(same, graph[e].gate);
      const auto all = share_of[same] + share[v];
      if (hop && all > 0) now[*hop].share = (now[*hop].share * share_of[same] + graph[e].share * share[v]) / all;
    }
    share_of[same] += share[v];
    now[same].adopt(step.owners);
    const auto name = context.name(now[same].owners[0]), other = context.name(step.owners[0]);
    if (name != other)
      rewrite.report.push_back(line("R3", {name, other}, "they treat their packets alike from there on"));
  }
  now.entry = renamed[graph.entry];
  return rewrite;
}

}  // namespace unf::graph
