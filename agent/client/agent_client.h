#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "agent/base/transport.h"
#include "agent/wire/agent.h"

namespace unf::agent {

namespace wire {
class AgentClient;
}

/// The agent of another process. Connects when it is first needed, and again when the agent is back. A slow call does
/// not hold up others: each has a connection of its own, kept for the next.
class AgentClient final : public Agent {
 public:
  explicit AgentClient(Endpoint endpoint, Timeouts timeouts = {});
  ~AgentClient() override;

  Result<wire::GraphInfo> apply(const GraphId& graph, Version version, const std::string& plan_json,
                                const std::vector<GraphId>& replaces = {}) override;
  Result<wire::Observation> observe() override;
  Result<nlohmann::json> stats() override;
  Result<Catalog> catalog() override;
  Result<std::vector<wire::Event>> events(std::int64_t since) override;

 private:
  /// Errors: those the agent answered, else unavailable. Every call may be made twice: a connection that the agent
  /// closed meanwhile is made anew.
  template <typename T>
  Result<T> call(const std::function<void(wire::AgentClient&, T&)>& invoke);

  Endpoint endpoint_;
  Timeouts timeouts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<wire::AgentClient>> idle_;
};

}  // namespace unf::agent
