#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/sol001/ns_links.h"
#include "tosca/sol001/ns_vnfs.h"

namespace unf::tosca {

/// The endpoints of a network service, in the order in which its paths come to them: a SAP, or a virtual link that has
/// none.
class NsEndpoints {
 public:
  explicit NsEndpoints(const NsLinks& links) : links_(links) {}

  /// The name of a SAP's endpoint.
  std::string of_sap(const std::string& sap);

  /// The name of the endpoint at the virtual link of a `port` that `path` begins or ends at; nullptr: a port that is on
  /// none. nullopt: reported at `at`.
  std::optional<std::string> at_port(const NsPort* port, const SourcePlace& at, const std::string& path,
                                     Problems& problems);

  [[nodiscard]] const std::vector<ServiceRequest::Endpoint>& all() const { return endpoints_; }

 private:
  std::string add(const std::string& name, const std::string& network);

  const NsLinks& links_;
  std::vector<ServiceRequest::Endpoint> endpoints_;
};

}  // namespace unf::tosca
