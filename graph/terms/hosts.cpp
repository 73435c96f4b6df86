#include "graph/terms/hosts.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace unf::graph {
namespace {

using Vnf = ServiceRequest::Vnf;

/// For each endpoint that a path names.
bool has_nics(const ServiceRequest& request, const Host& host) {
  return std::ranges::all_of(request.endpoints, [&](const auto& endpoint) {
    const auto names = [&](const auto& path) { return path.in == endpoint.name || path.out == endpoint.name; };
    return std::ranges::none_of(request.paths, names) ||
           !nics_on(host, endpoint.network.empty() ? endpoint.name : endpoint.network).empty();
  });
}

Result<void> check_zones(const Vnf& vnf, const Host& host) {
  for (const auto& [node, zone] : vnf.zones) {
    if (host.zone.empty() || host.zone == zone) continue;
    return fail(Errc::no_capacity,
                "VNF '{}': {} is to be in zone '{}', but host '{}', which has its networks, is in '{}'", vnf.name, node,
                zone, host.name.get(), host.zone);
  }
  return {};
}

std::uint32_t instances_in(const Vnf& vnf, const std::vector<std::string>& nodes) {
  std::uint32_t count = 0;
  for (const auto& node : vnf.graph.nodes) {
    if (std::ranges::find(nodes, node.name) != nodes.end()) count += instances_of(vnf, node.name);
  }
  return count;
}

Result<void> check_apart(const Vnf& vnf, const Host& host) {
  for (const auto& affinity : vnf.affinity) {
    if (!affinity.anti || instances_in(vnf, affinity.nodes) < 2) continue;
    return fail(
        Errc::no_capacity,
        "VNF '{}': the instances of {} are to be apart (anti-affinity, scope {}), but a graph runs on one host: "
        "here '{}'",
        vnf.name, fmt::join(affinity.nodes, ", "), affinity.scope, host.name.get());
  }
  return {};
}

}  // namespace

std::vector<const Nic*> nics_on(const Host& host, const std::string& network) {
  std::vector<const Nic*> found;
  for (const auto& nic : host.nics) {
    if (host.name.get() + "." + nic.name.get() == network) return {&nic};
    if (!network.empty() && nic.network == network) found.push_back(&nic);
  }
  return found;
}

const Host* choose_host(const ServiceRequest& request, const Inventory& inventory, const HostId& before) {
  const Host* chosen = nullptr;
  bool fits = false;
  for (const auto& host : inventory.hosts) {
    if (!has_nics(request, host)) continue;
    const bool does = check_place(request, host).has_value();
    if (chosen == nullptr || (does && (!fits || host.name == before))) chosen = &host;
    fits = fits || does;
  }
  return chosen;
}

bool has_runner_each(const Host& host) { return host.mode == RunMode::isolated || host.mode == RunMode::container; }

double largest_core(const Host& host) {
  double largest = 0;
  for (const auto& core : host.cores) largest = std::max(largest, core.capacity());
  return largest;
}

Result<void> check_place(const ServiceRequest& request, const Host& host) {
  for (const auto& vnf : request.vnfs) {
    if (auto checked = check_zones(vnf, host); !checked) return checked;
    if (auto checked = check_apart(vnf, host); !checked) return checked;
  }
  return {};
}

}  // namespace unf::graph
