#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/paper/request_nodes.h"
#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

struct RequestLinks {
  std::vector<ServiceRequest::Link> between_vnfs;
  /// Names of the VNFs and endpoints that links lead to, by where the links lead from.
  std::map<std::string, std::vector<std::string>> next;
};

/// Reads `links` of `sfc`: from an endpoint or an output of a VNF to an input of a VNF or an endpoint.
[[nodiscard]] RequestLinks read_request_links(const Value& sfc, const RequestNodes& nodes, Problems& problems);

}  // namespace unf::tosca
