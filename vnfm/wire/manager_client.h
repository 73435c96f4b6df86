#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/wire/endpoint.h"
#include "graph/model/result.h"
#include "vnfm_types.h"

namespace unf::vnfm {

/// A manager in another process; a connection a call. Errors: what it answered, else unavailable.
class ManagerClient {
 public:
  explicit ManagerClient(agent::Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

  [[nodiscard]] const agent::Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] Result<wire::ServiceInfo> deploy(const wire::Sources& sources,
                                                 const wire::DeployOptions& options) const;
  [[nodiscard]] Result<std::vector<wire::ServiceInfo>> list() const;
  [[nodiscard]] Result<nlohmann::json> show(const std::string& id) const;
  [[nodiscard]] Result<void> terminate(const std::string& id) const;

 private:
  agent::Endpoint endpoint_;
};

}  // namespace unf::vnfm
