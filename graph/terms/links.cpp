#include "graph/terms/links.h"

#include <algorithm>

namespace unf::graph {

LinkCosts link_costs(const Host& host) {
  const auto measured_or = [&](double nominal, const char* kind) {
    const auto at = host.cycles.find(kind);
    return at == host.cycles.end() ? nominal : static_cast<double>(at->second.get());
  };
  LinkCosts costs;
  costs.call = measured_or(costs.call, "call");
  costs.ring = measured_or(costs.ring, "ring");
  costs.numa_ring = std::max(costs.ring, measured_or(LinkCosts::kNumaFactor * costs.ring, "numa_ring"));
  return costs;
}

}  // namespace unf::graph
