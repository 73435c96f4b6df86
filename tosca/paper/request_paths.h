#pragma once

#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/paper/request_links.h"
#include "tosca/paper/request_nodes.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Reads `paths` of `sfc`. If there are none, all packets go one path, both ways: from the endpoint that links lead
/// from to the one that links lead to, through all VNFs in the order of links. That path is called `service`.
[[nodiscard]] std::vector<ServiceRequest::Path> read_request_paths(const Value& sfc, const std::string& service,
                                                                   const RequestNodes& nodes, const RequestLinks& links,
                                                                   Report& report);

}  // namespace unf::tosca
