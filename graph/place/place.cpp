#include "graph/place/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <ranges>
#include <tuple>
#include <utility>

#include "graph/place/units.h"
#include "graph/terms/hosts.h"
#include "graph/terms/links.h"
#include "graph/terms/path_view.h"
#include "graph/terms/rates.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;
/// The nodes of a unit, by replica.
using Lanes = std::vector<std::vector<Vertex>>;

class Placement {
 public:
  Placement(UnfGraph graph, Cores& cores, std::size_t first_core)
      : graph_(std::move(graph)), links_(link_costs(cores.host())), cores_(cores), current_(first_core) {}
  ~Placement() { cores_.release(share_); }
  Placement(const Placement&) = delete;
  Placement& operator=(const Placement&) = delete;

  Result<Placed> run() {
    std::map<std::size_t, Lanes> units;
    std::vector<Vertex> members;
    for (const auto v : node_order(graph_)) {
      if (at_nic(graph_, v)) {
        graph_[v].core = cores_.host().io_core;
        graph_[v].runner = RunnerId{"io"};
      } else if (graph_[v].stage != 0) {
        members.push_back(v);
      } else {
        auto& lanes = units[graph_[v].unit];
        const auto lane = graph_[v].replica.value_or(0);
        lanes.resize(std::max<std::size_t>(lanes.size(), lane + 1));
        lanes[lane].push_back(v);
      }
    }
    for (const auto& [unit, lanes] : units) {
      if (auto placed = add(lanes); !placed) return fail(std::move(placed.error()));
    }
    for (const auto v : members) {
      if (auto placed = add_member(v); !placed) return fail(std::move(placed.error()));
    }
    if (auto linked = link_runners(); !linked) return fail(std::move(linked.error()));
    auto report = report_of_links();
    return Placed{{std::move(graph_), std::move(report)}, std::exchange(share_, {})};
  }

 private:
  /// Puts the first lane on the current core, or on the next that takes it; each other on a core without one of the
  /// unit, if there is one, and where the same lane of the unit before is, if that can be.
  Result<void> add(const Lanes& lanes) {
    std::vector<std::size_t> taken;
    for (const auto& nodes : lanes) {
      const auto demand = demand_for(nodes);
      const auto core = taken.empty() ? next(demand) : beside(taken, lanes.size(), demand);
      if (!core) return no_capacity(nodes, demand);
      put(nodes, *core, added(*core, demand));
      taken.push_back(*core);
    }
    before_ = std::move(taken);
    return {};
  }

  /// Puts a member of a stage on a core that nobody else is on, on the NUMA node where the stage begins and ends.
  Result<void> add_member(Vertex v) {
    const auto split = place_of_.at(graph_.source(graph_.in_edges(v)[0])).core;
    const auto demand = demand_for({v});
    const bool apart = std::ranges::any_of(demand.to_core, [&](const auto& to) { return is_across(split, to.first); });
    for (std::size_t core = 0; core < cores_.count() && !apart; ++core) {
      if (!cores_.is_free(core) || is_across(split, core) || !fits(core, demand)) continue;
      put({v}, core, cores_.host().cores[core].capacity());
      return {};
    }
    return fail(Errc::no_capacity,
                "{} ({}) needs a core of its own on the NUMA node where its stage begins and ends, and {}",
                graph_[v].plan_id().get(), graph_[v].type, apart ? "these are two" : "none is left there");
  }

  void put(const std::vector<Vertex>& nodes, std::size_t core, double demand) {
    const Cores::Share::Load load{core, demand, cores_.runner_for(core)};
    cores_.take(load);
    share_.loads.push_back(load);
    for (const auto v : nodes) {
      graph_[v].core = cores_.host().cores[core].id;
      graph_[v].runner = RunnerId{fmt::format("r{}", load.runner)};
      place_of_[v] = {load.core, load.runner};
    }
  }

  [[nodiscard]] bool is_across(std::size_t core, std::size_t other) const {
    return cores_.host().cores[core].numa != cores_.host().cores[other].numa;
  }

  /// CPU time that nodes would need [cycles/s].
  struct Demand {
    double alone = 0;  ///< in a runner that nothing else of the graph is in, its neighbours on the same NUMA node
    std::map<std::size_t, double> from_core, to_core;  ///< what is placed: packets/s that come from, and go there
  };
  [[nodiscard]] Demand demand_for(const std::vector<Vertex>& nodes) const {
    Demand demand{demand_of(graph_, nodes, links_), {}};
    for (const auto v : nodes) {
      for (const auto e : graph_.in_edges(v)) {
        const auto before = place_of_.find(graph_.source(e));
        if (before != place_of_.end()) demand.from_core[before->second.core] += graph_[e].rate;
      }
      for (const auto e : graph_.out_edges(v)) {
        const auto next = place_of_.find(graph_.target(e));
        if (next != place_of_.end()) demand.to_core[next->second.core] += graph_[e].rate;
      }
    }
    return demand;
  }

  /// What they would add to what runs on `core` [cycles/s]. What is sent is taken to go by a ring, until who gets it
  /// comes to the same runner and takes that off.
  [[nodiscard]] double added(std::size_t core, const Demand& demand) const {
    auto cycles = demand.alone;
    for (const auto& [from, rate] : demand.from_core) {
      if (from == core && !cores_.has_runner_each())
        cycles += rate * (links_.call - links_.to_receive() - links_.to_send());
      else if (is_across(from, core))
        cycles += rate * (links_.numa_ring - links_.ring);
    }
    // Of two on different NUMA nodes the one that is placed later pays for that.
    for (const auto& [to, rate] : demand.to_core) {
      if (is_across(core, to)) cycles += rate * (links_.numa_ring - links_.ring);
    }
    return cycles;
  }
  [[nodiscard]] bool fits(std::size_t core, const Demand& demand) const {
    return cores_.fits(core, added(core, demand));
  }

  /// The current core while there is room, else the next that has room, and none that was left: runners of a graph
  /// never lead back.
  std::optional<std::size_t> next(const Demand& demand) {
    if (current_ < cores_.count() && fits(current_, demand)) return current_;
    left_.insert(current_);
    std::optional<std::size_t> best;
    for (std::size_t core = 0; core < cores_.count(); ++core) {
      if (left_.contains(core) || !fits(core, demand)) continue;
      if (!best || distance(core) < distance(*best)) best = core;
    }
    if (best) current_ = *best;
    return best;
  }

  std::optional<std::size_t> beside(const std::vector<std::size_t>& taken, std::size_t lanes,
                                    const Demand& demand) const {
    const auto lane = taken.size();
    std::optional<std::size_t> best;
    const auto rank = [&](std::size_t core) {
      const bool follows = before_.size() == lanes && before_[lane] == core;
      return std::tuple{std::count(taken.begin(), taken.end(), core), !follows, distance(core)};
    };
    for (std::size_t core = 0; core < cores_.count(); ++core) {
      if (fits(core, demand) && (!best || rank(core) < rank(*best))) best = core;
    }
    return best;
  }

  /// How far a core is from the current one: another NUMA node is farther than any core of the same.
  [[nodiscard]] std::pair<bool, std::size_t> distance(std::size_t core) const {
    return {is_across(current_, core), (core + cores_.count() - current_) % cores_.count()};
  }

  /// R14: which neighbours hand packets over by a ring, and what the others are spared.
  [[nodiscard]] std::vector<Plan::ReportLine> report_of_links() const {
    std::vector<Plan::ReportLine> report;
    std::set<std::pair<NodeId, NodeId>> seen;  // replicas are called alike
    double spared = 0;                         // [cycles/s]
    for (const auto v : node_order(graph_)) {
      const auto from = place_of_.find(v);
      if (from == place_of_.end()) continue;
      for (const auto e : graph_.out_edges(v)) {
        const auto to = place_of_.find(graph_.target(e));
        if (to == place_of_.end()) continue;
        if (from->second.runner == to->second.runner) {
          spared += graph_[e].rate * (links_.ring - links_.call);
        } else if (seen.emplace(graph_[v].id, graph_[to->first].id).second) {
          report.push_back({.rule = "R14",
                            .nodes = {graph_[v].id, graph_[to->first].id},
                            .applied = false,
                            .reason = ring_between(v, to->first)});
        }
      }
    }
    const auto entering = load_of(graph_).entering;
    if (spared > 0 && entering > 0) {
      report.push_back({.rule = "R14",
                        .applied = true,
                        .reason = fmt::format("neighbours in a runner call each other: {:.0f} cycles less for a mean "
                                              "packet than by rings",
                                              spared / entering)});
    }
    return report;
  }

  [[nodiscard]] std::string ring_between(Vertex v, Vertex next) const {
    const auto& from = graph_[v];
    const auto& to = graph_[next];
    const bool across = is_across(place_of_.at(v).core, place_of_.at(next).core);
    const auto cost = across ? links_.numa_ring : links_.ring;
    if (from.core == to.core) return fmt::format("each has a runner of its own: a ring, {:.0f} cycles", cost);
    return fmt::format("they are on cores {} and {}{}: a ring, {:.0f} cycles", from.core.get(), to.core.get(),
                       across ? " of two NUMA nodes" : "", cost);
  }

  Result<void> link_runners() {
    for (const auto& [v, place] : place_of_) {
      for (const auto e : graph_.out_edges(v)) {
        const auto next = graph_.target(e);
        if (next == UnfGraph::sink()) continue;
        const auto to = place_of_.find(next);
        share_.links.emplace(place.runner, to == place_of_.end() ? Cores::kIoRunner : to->second.runner);
      }
    }
    std::erase_if(share_.links, [](const auto& link) { return link.first == link.second; });
    for (const auto& [from, to] : share_.links) cores_.link(from, to);
    for (const auto& [from, to] : share_.links) {
      if (cores_.outputs(from) <= Plan::kMaxOutputs) continue;
      return fail(Errc::no_capacity,
                  "runner r{} would lead to {} others, at most {}: expected fewer instances, or cores", from,
                  cores_.outputs(from), Plan::kMaxOutputs);
    }
    return {};
  }

  Result<void> no_capacity(const std::vector<Vertex>& nodes, const Demand& demand) const {
    const auto& first = graph_[nodes[0]];
    const auto with =
        nodes.size() == 1 ? std::string{} : fmt::format(" with the {} it must share a core with", nodes.size() - 1);
    auto needed = demand.alone;  // on the core where the least of it is missing
    for (double least = std::numeric_limits<double>::max(); std::size_t core : std::views::iota(0UL, cores_.count())) {
      const auto missing = added(core, demand) - cores_.room(core);
      if (missing < least) std::tie(least, needed) = std::pair{missing, added(core, demand)};
    }
    return fail(Errc::no_capacity,
                "{} ({}){} needs {:.3f} G cycles/s, and no core of host '{}' has as much left ({} cores, the largest "
                "{:.3f} GHz)",
                first.plan_id().get(), first.type, with, needed / 1e9, cores_.host().name.get(), cores_.count(),
                largest_core(cores_.host()) / 1e9);
  }

  struct Place {
    std::size_t core = 0;
    std::size_t runner = 0;
  };

  UnfGraph graph_;
  LinkCosts links_;
  Cores& cores_;
  std::size_t current_;
  std::set<std::size_t> left_;       // cores
  std::vector<std::size_t> before_;  // the cores of the last unit's lanes
  Cores::Share share_;
  std::map<Vertex, Place> place_of_;  // without those at NICs
};

/// The core where all of a graph fits: the one it was on, else the first. Where there is none, the first of all.
std::size_t first_core_for(const UnfGraph& graph, const Cores& cores, std::optional<std::size_t> before) {
  auto nodes = graph.nodes();
  std::erase_if(nodes, [&](Vertex v) { return at_nic(graph, v); });
  const auto links = link_costs(cores.host());
  double demand = 0;
  if (cores.has_runner_each()) {
    for (const auto v : nodes) demand += demand_of(graph, {v}, links);
  } else {
    demand = demand_of(graph, nodes, links);
  }
  if (before && cores.fits(*before, demand)) return *before;
  for (std::size_t core = 0; core < cores.count(); ++core) {
    if (cores.fits(core, demand)) return core;
  }
  return 0;
}

}  // namespace

Cores::Cores(const Host& host) : host_(&host), runner_each_(graph::has_runner_each(host)), cores_(host.cores.size()) {}

bool Cores::fits(std::size_t core, double demand) const {
  constexpr double kTolerance = 1e-9;  // of sums
  return demand <= room(core) + kTolerance * host_->cores[core].capacity();
}

std::size_t Cores::runner_for(std::size_t core) const {
  return runner_each_ || is_free(core) ? *free_runners_.begin() : cores_[core].runner;
}

void Cores::take(const Share::Load& load) {
  auto& core = cores_[load.core];
  core.used += load.demand;
  core.runner = load.runner;
  ++core.loads;
  if (++loads_of_[load.runner] > 1) return;
  if (load.runner == *free_runners_.rbegin()) free_runners_.insert(load.runner + 1);
  free_runners_.erase(load.runner);
}

std::size_t Cores::outputs(std::size_t runner) const {
  const auto at = links_.find(runner);
  return at == links_.end() ? 0 : at->second.size();
}

void Cores::take(const Share& share) {
  for (const auto& load : share.loads) take(load);
  for (const auto& [from, to] : share.links) link(from, to);
}

void Cores::release(const Share& share) {
  for (const auto& load : share.loads) {
    auto& core = cores_[load.core];
    core.used = --core.loads == 0 ? 0 : core.used - load.demand;
    if (--loads_of_[load.runner] > 0) continue;
    loads_of_.erase(load.runner);
    free_runners_.insert(load.runner);
  }
  for (const auto& [from, to] : share.links) {
    auto& others = links_[from];
    if (--others[to] == 0) others.erase(to);
    if (others.empty()) links_.erase(from);
  }
}

Result<Placed> place(UnfGraph graph, Cores& cores, std::optional<std::size_t> core_before) {
  const auto first_core = first_core_for(graph, cores, core_before);
  return Placement{std::move(graph), cores, first_core}.run();
}

}  // namespace unf::graph
