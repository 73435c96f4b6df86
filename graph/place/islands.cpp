#include "graph/place/islands.h"

#include <algorithm>
#include <numeric>

#include "graph/terms/hosts.h"
#include "graph/terms/links.h"
#include "graph/terms/rates.h"

namespace unf::graph {
namespace {

/// A set of numbers that is put together from smaller ones.
class Partition {
 public:
  explicit Partition(std::size_t count) : root_(count) { std::iota(root_.begin(), root_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (root_[i] != i) i = root_[i] = root_[root_[i]];
    return i;
  }
  void unite(std::size_t a, std::size_t b) { root_[std::max(find(a), find(b))] = std::min(find(a), find(b)); }

 private:
  std::vector<std::size_t> root_;
};

/// CPU time of runners that a path needs [cycles/s].
double demand_of(const PathGraph& path, const LinkCosts& links) {
  const auto shares = planned_shares(path);
  double cycles = 0;
  for (const auto s : path.order()) {
    const bool io = is_io(path[s].kind->type);
    if (!io) cycles += shares[s] * static_cast<double>(path[s].kind->cost.get());
    each_planned_hop(path, s, [&](HopRef e, double part) {
      const auto next = path.target(e);
      if (next == PathGraph::sink()) return;
      const auto link = io ? links.to_receive() : is_io(path[next].kind->type) ? links.to_send() : links.call;
      cycles += shares[s] * part * link;
    });
  }
  return cycles * path.rate;
}

}  // namespace

std::vector<Bunch> bunches_of(const std::vector<PathGraph>& paths, const Context& context, bool consolidate) {
  Partition partition{paths.size()};
  std::map<Owner, std::size_t> met;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    for (const auto s : paths[p].order()) {
      const auto& kind = *paths[p][s].kind;
      if (is_io(kind.type) || (consolidate && kind.is_anybodys())) continue;
      const auto [at, first] = met.emplace(paths[p][s].owners[0], p);
      if (!first) partition.unite(at->second, p);
    }
  }
  const auto& host = *context.inventory.find_host(context.original[context.original.nodes().at(0)].host);
  const auto links = link_costs(host);
  const auto largest = largest_core(host);
  std::map<std::size_t, Bunch> bunches;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    auto& bunch = bunches[partition.find(p)];
    bunch.paths.push_back(p);
    if (has_runner_each(host)) continue;
    bunch.weight += std::max(1.0 / kMaxIslandPaths, demand_of(paths[p], links) / largest);
  }
  std::vector<Bunch> list;
  for (auto& [root, bunch] : bunches) list.push_back(std::move(bunch));
  return list;
}

std::optional<Islands::Id> Islands::with_room_for(double weight, std::optional<Id> except) const {
  for (auto at = by_fill_.upper_bound({1 - weight + kTolerance, ~Id{0}}); at != by_fill_.begin();) {
    --at;
    if (at->second != except) return at->second;
  }
  return std::nullopt;
}

void Islands::set(Id id, double fill) {
  erase(id);
  fill_.emplace(id, fill);
  by_fill_.emplace(fill, id);
}

void Islands::erase(Id id) {
  const auto at = fill_.find(id);
  if (at == fill_.end()) return;
  by_fill_.erase({at->second, id});
  fill_.erase(at);
}

}  // namespace unf::graph
