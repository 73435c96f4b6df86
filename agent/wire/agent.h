#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent_types.h"
#include "graph/model/catalog.h"
#include "graph/model/ids.h"
#include "graph/model/result.h"

namespace unf::agent {

/// Which desired state of a graph is meant. A manager takes a higher epoch each time it takes over.
struct Version {
  std::int64_t epoch = 0;
  std::int64_t generation = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

/// The agent of one host, far or near (agent.thrift says what the calls mean). Calls may come from any thread.
class Agent {
 public:
  Agent() = default;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  virtual ~Agent() = default;

  /// An empty `plan_json` removes the graph. NICs, state and counters of the graphs `replaces` go to this one in the
  /// same step. Errors: conflict for an older version, or a NIC that another graph uses; malformed, no_capacity,
  /// unavailable. What ran before then runs on.
  virtual Result<wire::GraphInfo> apply(const GraphId& graph, Version version, const std::string& plan_json,
                                        const std::vector<GraphId>& replaces = {}) = 0;
  virtual Result<wire::Observation> observe() = 0;
  /// {graph: {"edges": …, "owners": …, "nodes": …, "nics": …, "unmatched": n, "reports": …, "processes": […]}}
  virtual Result<nlohmann::json> stats() = 0;
  virtual Result<Catalog> catalog() = 0;
  /// Those with a number above `since`; waits up to a second for the first.
  virtual Result<std::vector<wire::Event>> events(std::int64_t since) = 0;
};

}  // namespace unf::agent
