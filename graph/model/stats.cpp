#include "graph/model/stats.h"

#include <algorithm>
#include <iterator>

namespace unf {
namespace {

/// Packets on `edges`, of `paths` only unless that is empty. A count that was not kept by path counts for all.
std::uint64_t packets_on(const GraphStats& stats, const std::vector<EdgeId>& edges,
                         const std::vector<std::string>& paths) {
  std::uint64_t sum = 0;
  for (const auto& edge : edges) {
    for (auto at = stats.edges.lower_bound({edge, ""}); at != stats.edges.end() && at->first.first == edge; ++at) {
      const auto& path = at->first.second;
      const bool counts = paths.empty() || path.empty() || std::find(paths.begin(), paths.end(), path) != paths.end();
      if (counts) sum += at->second.packets;
    }
  }
  return sum;
}

}  // namespace

EdgeCount& EdgeCount::operator+=(const EdgeCount& other) {
  packets += other.packets;
  bytes += other.bytes;
  drops += other.drops;
  return *this;
}

OwnerCount& OwnerCount::operator+=(const OwnerCount& other) {
  in += other.in;
  out += other.out;
  drop += other.drop;
  return *this;
}

OwnerCounts& operator+=(OwnerCounts& counts, const OwnerCounts& others) {
  for (const auto& [owner, count] : others) counts[owner] += count;
  return counts;
}

OwnerCounts owner_counts(const Plan& plan, const GraphStats& stats) {
  OwnerCounts counts;
  for (const auto& counter : plan.counters) {
    auto& count = counts[counter.owner];
    count.in += packets_on(stats, counter.in, counter.paths);
    count.out += packets_on(stats, counter.out, counter.paths);
    count.drop += packets_on(stats, counter.drop, counter.paths);
  }
  return counts;
}

nlohmann::json to_json(const OwnerCounts& counts) {
  auto json = nlohmann::json::object();
  for (const auto& [owner, count] : counts) {
    json[owner.get()] = {{"in", count.in}, {"out", count.out}, {"drop", count.drop}};
  }
  return json;
}

nlohmann::json to_json(const Plan& plan, const GraphStats& stats) {
  std::map<EdgeId, EdgeCount> by_edge;
  for (const auto& edge : plan.edges) by_edge[edge.id];
  for (const auto& [key, count] : stats.edges) by_edge[key.first] += count;

  nlohmann::json edges = nlohmann::json::object();
  for (const auto& [id, count] : by_edge) {
    edges[std::to_string(id.get())] = {{"packets", count.packets}, {"bytes", count.bytes}, {"drops", count.drops}};
  }
  nlohmann::json nodes = nlohmann::json::object();
  for (const auto& [id, counters] : stats.counters) nodes[id.get()] = counters;
  return {{"edges", std::move(edges)}, {"owners", to_json(owner_counts(plan, stats))}, {"nodes", std::move(nodes)}};
}

}  // namespace unf
