#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "graph/model/ids.h"
#include "graph/model/plan.h"

namespace unf {

/// What went over an edge.
struct EdgeCount {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t drops = 0;  ///< packets the edge itself lost: a full ring, a device that refused them; not in `packets`
  EdgeCount& operator+=(const EdgeCount& other);
  friend bool operator==(const EdgeCount&, const EdgeCount&) = default;
};

/// What a graph counted. Per edge and path where the plan keeps paths apart, under path "" where it does not.
struct GraphStats {
  std::map<std::pair<EdgeId, std::string>, EdgeCount> edges;
  std::map<NodeId, std::map<std::string, std::uint64_t>> counters;  ///< the named counters of uNFs (drop reasons)
};

struct OwnerCount {
  std::uint64_t in = 0, out = 0, drop = 0;
  OwnerCount& operator+=(const OwnerCount& other);
  friend bool operator==(const OwnerCount&, const OwnerCount&) = default;
};
using OwnerCounts = std::map<OwnerPath, OwnerCount>;
OwnerCounts& operator+=(OwnerCounts& counts, const OwnerCounts& others);

/// What each owner's own uNF would have counted (docs/design/ownership.md). Packets an edge lost count as `out` of
/// nobody.
[[nodiscard]] OwnerCounts owner_counts(const Plan& plan, const GraphStats& stats);

/// {owner: {in, out, drop}}
[[nodiscard]] nlohmann::json to_json(const OwnerCounts& counts);

/// {"edges": {id: {packets, bytes, drops}}, "owners": {owner: {in, out, drop}}, "nodes": {id: {counter: n}}}
[[nodiscard]] nlohmann::json to_json(const Plan& plan, const GraphStats& stats);

}  // namespace unf
