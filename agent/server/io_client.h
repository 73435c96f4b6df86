#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/base/transport.h"
#include "graph/model/ids.h"
#include "graph/model/inventory.h"
#include "graph/model/result.h"
#include "io_types.h"

namespace unf::agent {

/// unf-io, over its socket; a connection a call. Errors: what unf-io answered, else unavailable.
class IoClient {
 public:
  explicit IoClient(std::string socket) : endpoint_{.path = std::move(socket)} {}

  [[nodiscard]] bool answers() const;
  /// The RunnerSpec of each runner that shall be started.
  [[nodiscard]] Result<std::map<RunnerId, std::string>> prepare(const GraphId& graph, std::int64_t generation,
                                                                const std::string& plan_json, const Host& host,
                                                                const std::string& counters_path,
                                                                const std::vector<GraphId>& replaces) const;
  /// Whether it took over.
  [[nodiscard]] Result<bool> switch_over(const GraphId& graph, std::int64_t generation,
                                         std::chrono::milliseconds patience, bool give_up) const;
  /// Whether it drained.
  [[nodiscard]] Result<bool> retire(const GraphId& graph, std::chrono::milliseconds patience, bool give_up) const;
  [[nodiscard]] Result<void> unload(const GraphId& graph, std::int64_t generation) const;
  /// The RunnerSpec of the successor.
  [[nodiscard]] Result<std::string> recover(const GraphId& graph, std::int64_t generation,
                                            const RunnerId& runner) const;
  [[nodiscard]] Result<std::vector<dataplane::wire::Generation>> generations() const;
  [[nodiscard]] Result<std::string> report(const GraphId& graph) const;

 private:
  Endpoint endpoint_;
};

}  // namespace unf::agent
