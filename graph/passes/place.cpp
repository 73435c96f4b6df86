#include "graph/passes/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "graph/passes/path_view.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;

double capacity(const Core& core) { return core.ghz * 1e9; }

/// Cuts `order` into the shortest groups between which packets of a path go to one node only. So no packet can overtake
/// another of its flow by way of a third runner (dataplane.md 3).
std::vector<std::vector<Vertex>> groups(const UnfGraph& graph, const std::vector<Vertex>& order) {
  std::map<Vertex, std::size_t> position;
  for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
  std::vector<bool> may_cut(order.size(), true);  // before position i
  for (const auto& path : paths_of(graph)) {
    std::vector<std::optional<Vertex>> target(order.size());
    for (const auto v : path_view(graph, path).order) {
      if (!position.contains(v)) continue;
      for (const auto e : graph.out_edges(v)) {
        const auto next = position.find(graph.target(e));
        if (next == position.end() || !carries(graph[e], path)) continue;
        if (next->second < position[v]) {  // back to an earlier one: on a cycle over several paths
          for (auto i = next->second + 1; i <= position[v]; ++i) may_cut[i] = false;
        }
        for (auto i = position[v] + 1; i <= next->second; ++i) {
          if (target[i] && *target[i] != next->first) may_cut[i] = false;
          target[i] = next->first;
        }
      }
    }
  }
  std::vector<std::vector<Vertex>> found;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || may_cut[i]) found.emplace_back();
    found.back().push_back(order[i]);
  }
  return found;
}

class NextFit {
 public:
  NextFit(UnfGraph& graph, const Host& host) : graph_(graph), host_(host) {}

  /// Puts `nodes` together on the current core, or on the next that takes them.
  Result<void> add(const std::vector<Vertex>& nodes) {
    double demand = 0;
    for (const auto v : nodes) demand += demand_of(v);
    while (core_ < host_.cores.size() && used_ + demand > capacity(host_.cores[core_])) {
      ++core_;
      used_ = 0;
    }
    if (core_ == host_.cores.size()) return no_capacity(nodes, demand);
    used_ += demand;
    for (const auto v : nodes) graph_[v].core = host_.cores[core_].id;
    return {};
  }

 private:
  double demand_of(Vertex v) const { return static_cast<double>((graph_[v].cost * graph_[v].rate).get()); }

  Result<void> no_capacity(const std::vector<Vertex>& nodes, double demand) const {
    const auto& first = graph_[nodes[0]];
    const auto with =
        nodes.size() == 1 ? std::string{} : fmt::format(" with the {} it must share a core with", nodes.size() - 1);
    double most = 0;
    for (const auto& core : host_.cores) most = std::max(most, capacity(core));
    return fail(Errc::no_capacity,
                "{} ({}){} needs {:.3f} G cycles/s, and no core of host '{}' has as much left ({} cores, the largest "
                "{:.3f} GHz)",
                first.id.get(), first.type, with, demand / 1e9, host_.name.get(), host_.cores.size(), most / 1e9);
  }

  UnfGraph& graph_;
  const Host& host_;
  std::size_t core_ = 0;
  double used_ = 0;
};

}  // namespace

Result<Rewrite> place(UnfGraph graph, const Context& context) {
  std::vector<Vertex> order;
  const Host* host = nullptr;
  for (const auto v : node_order(graph)) {
    host = context.inventory.find_host(graph[v].host);
    if (at_nic(graph, v)) {
      graph[v].core = host->io_core;
      graph[v].runner = RunnerId{"io"};
    } else {
      order.push_back(v);
    }
  }
  if (order.empty()) return Rewrite{std::move(graph), {}};

  const bool alone = host->mode == RunMode::isolated || host->mode == RunMode::container;
  NextFit fit{graph, *host};
  std::map<CoreId, RunnerId> runner_of;
  std::size_t runners = 0;
  const auto next_runner = [&] { return RunnerId{fmt::format("r{}", ++runners)}; };
  for (const auto& group : alone ? std::vector<std::vector<Vertex>>{} : groups(graph, order)) {
    if (auto placed = fit.add(group); !placed) return fail(std::move(placed.error()));
    for (const auto v : group) {
      auto& runner = runner_of[graph[v].core];
      if (runner.get().empty()) runner = next_runner();
      graph[v].runner = runner;
    }
  }
  for (const auto v : alone ? order : std::vector<Vertex>{}) {
    if (auto placed = fit.add({v}); !placed) return fail(std::move(placed.error()));
    graph[v].runner = next_runner();
  }
  return Rewrite{std::move(graph), {}};
}

}  // namespace unf::graph
