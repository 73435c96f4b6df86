#include "graph/model/service_request.h"

#include <algorithm>
#include <numeric>

namespace unf {
namespace {

using Numbers = std::map<std::string, std::uint32_t>;

std::optional<std::uint32_t> find(const Numbers& numbers, const std::string& name) {
  const auto at = numbers.find(name);
  return at == numbers.end() ? std::nullopt : std::optional{at->second};
}

std::optional<std::uint32_t> find(const std::map<std::string, Numbers>& by_level, const std::string& level,
                                  const std::string& name) {
  const auto at = by_level.find(level);
  return at == by_level.end() ? std::nullopt : find(at->second, name);
}

}  // namespace

std::uint32_t scale_level(const ServiceRequest::Vnf& vnf, const std::string& aspect) {
  if (const auto chosen = find(vnf.scale, aspect)) return *chosen;
  return find(vnf.levels, vnf.level, aspect).value_or(0);
}

std::uint32_t instances_of(const ServiceRequest::Vnf& vnf, const std::string& node) {
  auto instances = find(vnf.initial, node).value_or(1);
  bool scales = false;
  for (const auto& aspect : vnf.aspects) {
    const auto deltas = aspect.node_deltas.find(node);
    if (deltas == aspect.node_deltas.end()) continue;
    scales = true;
    const auto steps = std::min<std::size_t>(scale_level(vnf, aspect.name), deltas->second.size());
    instances =
        std::accumulate(deltas->second.begin(), deltas->second.begin() + static_cast<std::ptrdiff_t>(steps), instances);
  }
  return scales ? instances : find(vnf.level_instances, vnf.level, node).value_or(instances);
}

}  // namespace unf
