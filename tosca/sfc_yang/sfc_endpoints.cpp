#include "tosca/sfc_yang/sfc_endpoints.h"

#include <algorithm>

#include "tosca/sfc_yang/sfc_entries.h"

namespace unf::tosca {

std::vector<ServiceRequest::Endpoint> SfcEndpoints::of(const Value& classifier) {
  std::vector<ServiceRequest::Endpoint> endpoints;
  for (const auto& attached : sfc_list(&classifier, "scl-service-function-forwarder")) {
    const auto forwarder = sfc_leaf(*attached, "name");
    auto interface = sfc_leaf(*attached, "interface");
    if (interface.empty()) interface = sfc_leaf(*attached, "bridge");
    if (interface.empty()) {
      report_.map(attached->at(),
                  fmt::format("forwarder `{}` of classifier `{}`", forwarder, sfc_leaf(classifier, "name")), "",
                  "it names neither interface nor bridge");
      continue;
    }
    const auto node = functions_.node_of(forwarder);
    const auto network = node.empty() ? interface : fmt::format("{}.{}", node, interface);
    const auto [other, is_new] = networks_.emplace(interface, network);
    ServiceRequest::Endpoint endpoint{is_new || other->second == network ? interface : network, network};
    if (std::ranges::find(endpoints, endpoint.name, &ServiceRequest::Endpoint::name) == endpoints.end())
      endpoints.push_back(std::move(endpoint));
  }
  if (endpoints.empty()) endpoints.push_back({kSfcIn, kSfcIn});
  return endpoints;
}

}  // namespace unf::tosca
