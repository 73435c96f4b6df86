#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "vnfm/lifecycle/lifecycle.h"

namespace unf::vnfm {

/// Resources of the VNF lifecycle management interface as clients see them (ETSI GS NFV-SOL 003 5.5.2): of major
/// version `major`, with links below `root` (`http://HOST:PORT/vnflcm/v1`). Secrets are left out.
struct LcmView {
  std::string root;
  unsigned major = 1;

  /// VnfInstance. What its package and its graph say of it is asked of `lifecycle`.
  [[nodiscard]] nlohmann::json instance(const Service& service, Lifecycle& lifecycle) const;
  /// VnfLcmOpOcc.
  [[nodiscard]] nlohmann::json operation(const Operation& operation) const;

  [[nodiscard]] std::string instance_uri(const std::string& id) const { return root + "/vnf_instances/" + id; }
  [[nodiscard]] std::string operation_uri(const std::string& id) const { return root + "/vnf_lcm_op_occs/" + id; }

 private:
  [[nodiscard]] nlohmann::json instantiated_info(const Service& service, Lifecycle& lifecycle) const;
  [[nodiscard]] nlohmann::json instance_links(const Service& service) const;
};

}  // namespace unf::vnfm
