#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "agent/wire/agent.h"
#include "dataplane/wire/counters.h"
#include "graph/model/plan.h"

namespace unf::agent {

/// What a graph shows of itself.
struct View {
  wire::GraphInfo info;  ///< without unf-io's process
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const dataplane::CounterFile> counters;
  OwnerCounts base;      ///< what the plan's owners had counted when its generation began
  bool serving = false;  ///< whether unf-io serves it
};

/// The graphs of a host as observe and stats see them: nobody who looks waits for a change. Any thread.
class Views {
 public:
  /// Shows `view` of a graph and, in the same step, the graphs `gone` no more.
  void put(const GraphId& id, View view, const std::vector<GraphId>& gone = {});
  void erase(const GraphId& id);
  [[nodiscard]] std::optional<View> find(const GraphId& id) const;
  [[nodiscard]] std::map<GraphId, View> all() const;
  /// Whether the host has no graph.
  [[nodiscard]] bool empty() const;

 private:
  mutable std::mutex mutex_;
  std::map<GraphId, View> views_;
};

}  // namespace unf::agent
