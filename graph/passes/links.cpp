#include "graph/passes/links.h"

namespace unf::graph {

LinkCosts link_costs(const Host& host) {
  LinkCosts costs;
  const auto measure = [&](const char* kind, double& cost) {
    const auto at = host.cycles.find(kind);
    if (at != host.cycles.end()) cost = static_cast<double>(at->second.get());
  };
  measure("call", costs.call);
  measure("ring", costs.ring);
  measure("numa_ring", costs.numa_ring);
  return costs;
}

}  // namespace unf::graph
