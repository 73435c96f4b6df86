#pragma once

#include <map>
#include <string>

#include "agent/wire/transport.h"
#include "graph/model/ids.h"
#include "graph/model/inventory.h"
#include "graph/model/result.h"

namespace unf::agent {

/// unf-io, over its socket; a connection a call. Errors: what unf-io answered, else unavailable.
class IoClient {
 public:
  explicit IoClient(std::string socket) : endpoint_{.path = std::move(socket)} {}

  [[nodiscard]] bool answers() const;
  /// The RunnerSpec of each runner that shall be started.
  [[nodiscard]] Result<std::map<RunnerId, std::string>> load(const GraphId& graph, const std::string& plan_json,
                                                             const Host& host, const std::string& counters_path) const;
  [[nodiscard]] Result<void> unload(const GraphId& graph) const;
  /// The RunnerSpec of the successor.
  [[nodiscard]] Result<std::string> recover(const GraphId& graph, const RunnerId& runner) const;
  [[nodiscard]] Result<std::string> report(const GraphId& graph) const;

 private:
  Endpoint endpoint_;
};

}  // namespace unf::agent
