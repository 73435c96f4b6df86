#include "tosca/sol001/ns_endpoints.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace unf::tosca {

std::string NsEndpoints::of_sap(const std::string& sap) {
  const auto network = links_.network_of.find(sap);
  return add(sap, network == links_.network_of.end() ? sap : network->second);
}

std::optional<std::string> NsEndpoints::at_port(const NsPort* port, const SourcePlace& at, const std::string& path,
                                                Problems& problems) {
  if (port == nullptr) {
    problems.add(at, "path `{}` begins or ends at no virtual link, expected a port with one", path);
    return std::nullopt;
  }
  const auto saps = links_.saps_on.find(port->link);
  if (saps == links_.saps_on.end()) return add(port->link, port->link);
  if (saps->second.size() == 1) return of_sap(saps->second.front());
  problems.add(at, "path `{}` begins or ends at {}, which has SAPs {}, expected a position for one of them", path,
               port->link, fmt::join(saps->second, ", "));
  return std::nullopt;
}

std::string NsEndpoints::add(const std::string& name, const std::string& network) {
  if (std::ranges::find(endpoints_, name, &ServiceRequest::Endpoint::name) == endpoints_.end()) {
    endpoints_.push_back({name, network});
  }
  return name;
}

}  // namespace unf::tosca
