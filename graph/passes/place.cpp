#include "graph/passes/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "graph/passes/path_view.h"
#include "graph/passes/units.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;
/// The nodes of a unit, by replica.
using Lanes = std::vector<std::vector<Vertex>>;

class NextFit {
 public:
  NextFit(UnfGraph& graph, const Host& host) : graph_(graph), host_(host), used_(host.cores.size(), 0) {}

  /// Puts the first lane on the current core, or on the next that takes it; each other on a core without one of the
  /// unit, if there is one, and where the same lane of the unit before is, if that can be.
  Result<void> add(const Lanes& lanes) {
    std::vector<std::size_t> taken;
    for (const auto& nodes : lanes) {
      const auto demand = demand_of(graph_, nodes);
      const auto core = taken.empty() ? next(demand) : beside(taken, lanes.size(), demand);
      if (!core) return no_capacity(nodes, demand);
      used_[*core] += demand;
      for (const auto v : nodes) graph_[v].core = host_.cores[*core].id;
      taken.push_back(*core);
    }
    before_ = std::move(taken);
    return {};
  }

  /// Puts a member of a stage on a core that nobody else is on.
  Result<void> add_member(Vertex v) {
    const auto demand = demand_of(graph_, {v});
    for (std::size_t core = 0; core < used_.size(); ++core) {
      if (used_[core] != 0 || !fits(core, demand)) continue;
      used_[core] = host_.cores[core].capacity();
      graph_[v].core = host_.cores[core].id;
      return {};
    }
    return no_capacity({v}, demand);
  }

 private:
  bool fits(std::size_t core, double demand) const { return used_[core] + demand <= host_.cores[core].capacity(); }

  std::optional<std::size_t> next(double demand) {
    while (current_ < used_.size() && !fits(current_, demand)) ++current_;
    return current_ == used_.size() ? std::nullopt : std::optional{current_};
  }

  std::optional<std::size_t> beside(const std::vector<std::size_t>& taken, std::size_t lanes, double demand) const {
    const auto lane = taken.size();
    std::optional<std::size_t> best;
    const auto rank = [&](std::size_t core) {
      const bool follows = before_.size() == lanes && before_[lane] == core;
      const auto distance = (core + used_.size() - current_) % used_.size();
      return std::tuple{std::count(taken.begin(), taken.end(), core), !follows, distance};
    };
    for (std::size_t core = 0; core < used_.size(); ++core) {
      if (fits(core, demand) && (!best || rank(core) < rank(*best))) best = core;
    }
    return best;
  }

  Result<void> no_capacity(const std::vector<Vertex>& nodes, double demand) const {
    const auto& first = graph_[nodes[0]];
    const auto with =
        nodes.size() == 1 ? std::string{} : fmt::format(" with the {} it must share a core with", nodes.size() - 1);
    double most = 0;
    for (const auto& core : host_.cores) most = std::max(most, core.capacity());
    return fail(Errc::no_capacity,
                "{} ({}){} needs {:.3f} G cycles/s, and no core of host '{}' has as much left ({} cores, the largest "
                "{:.3f} GHz)",
                first.plan_id().get(), first.type, with, demand / 1e9, host_.name.get(), host_.cores.size(),
                most / 1e9);
  }

  UnfGraph& graph_;
  const Host& host_;
  std::size_t current_ = 0;
  std::vector<double> used_;         // [cycles/s], by core
  std::vector<std::size_t> before_;  // the cores of the last unit's lanes
};

Result<void> check_outputs(const UnfGraph& graph) {
  std::map<RunnerId, std::set<RunnerId>> leads_to;
  for (const auto v : graph.nodes()) {
    const auto& from = graph[v].runner;
    for (const auto e : graph.out_edges(v)) {
      const auto next = graph.target(e);
      if (next != UnfGraph::sink() && graph[next].runner != from) leads_to[from].insert(graph[next].runner);
    }
  }
  for (const auto& [runner, others] : leads_to) {
    if (runner == RunnerId{"io"} || others.size() <= Plan::kMaxOutputs) continue;
    return fail(Errc::no_capacity, "runner {} would lead to {} others, at most {}: expected fewer instances, or cores",
                runner.get(), others.size(), Plan::kMaxOutputs);
  }
  return {};
}

}  // namespace

Result<Rewrite> place(UnfGraph graph, const Context& context) {
  std::map<std::size_t, Lanes> units;
  std::vector<Vertex> members;
  const Host* host = nullptr;
  for (const auto v : node_order(graph)) {
    host = context.inventory.find_host(graph[v].host);
    if (at_nic(graph, v)) {
      graph[v].core = host->io_core;
      graph[v].runner = RunnerId{"io"};
      continue;
    }
    if (graph[v].stage != 0) {
      members.push_back(v);
      continue;
    }
    auto& lanes = units[graph[v].unit];
    const auto lane = graph[v].replica.value_or(0);
    lanes.resize(std::max<std::size_t>(lanes.size(), lane + 1));
    lanes[lane].push_back(v);
  }
  if (units.empty()) return Rewrite{std::move(graph), {}};

  const bool alone = host->mode == RunMode::isolated || host->mode == RunMode::container;
  NextFit fit{graph, *host};
  std::map<CoreId, RunnerId> runner_of;
  std::size_t runners = 0;
  for (const auto& [unit, lanes] : units) {
    if (auto placed = fit.add(lanes); !placed) return fail(std::move(placed.error()));
    for (const auto& nodes : lanes) {
      auto runner = alone ? RunnerId{} : runner_of[graph[nodes[0]].core];
      if (runner.get().empty()) runner = RunnerId{fmt::format("r{}", ++runners)};
      if (!alone) runner_of[graph[nodes[0]].core] = runner;
      for (const auto v : nodes) graph[v].runner = runner;
    }
  }
  for (const auto v : members) {
    if (auto placed = fit.add_member(v); !placed) return fail(std::move(placed.error()));
    graph[v].runner = RunnerId{fmt::format("r{}", ++runners)};
  }
  if (auto checked = check_outputs(graph); !checked) return fail(std::move(checked.error()));
  return Rewrite{std::move(graph), {}};
}

}  // namespace unf::graph
