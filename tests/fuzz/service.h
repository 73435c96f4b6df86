#pragma once

#include <algorithm>

#include "graph/model/service_request.h"
#include "tests/fuzz/target.h"

namespace unf::fuzz {

/// What has to hold of the paths of any service.
inline void check_paths(const ServiceRequest& service) {
  for (const auto& path : service.paths) {
    for (const auto& hop : path.hops) {
      expect(std::ranges::find(service.vnfs, hop, &ServiceRequest::Vnf::name) != service.vnfs.end(),
             "a path goes through VNFs of the service");
    }
    for (const auto& end : {path.in, path.out}) {
      expect(std::ranges::find(service.endpoints, end, &ServiceRequest::Endpoint::name) != service.endpoints.end(),
             "a path begins and ends at endpoints of the service");
    }
  }
}

}  // namespace unf::fuzz
