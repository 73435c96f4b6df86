#pragma once

#include <initializer_list>
#include <string>

#include "graph/model/plan.h"

namespace unf::testing_support {

/// Writes plans by hand, for what runs them: nodes and the gates between them, and nothing that a runner does not look
/// at.
class RuntimePlan {
 public:
  RuntimePlan() { plan_.graph = GraphId{"test"}; }

  RuntimePlan& node(const std::string& id, const std::string& type, const std::string& runner = "r1",
                    nlohmann::json config = nlohmann::json::object()) {
    plan_.nodes.push_back({.id = NodeId{id},
                           .type = type,
                           .config = std::move(config),
                           .owners = {OwnerPath{id}},
                           .host = HostId{"local"},
                           .core = CoreId{runner == "io" ? 0U : 1U},
                           .runner = RunnerId{runner}});
    return *this;
  }
  /// An empty `to` drops.
  RuntimePlan& edge(const std::string& from, const std::string& gate, const std::string& to,
                    std::vector<std::string> paths = {}) {
    Plan::Edge edge{.id = EdgeId{static_cast<std::uint32_t>(plan_.edges.size() + 1)},
                    .from = NodeId{from},
                    .gate = gate,
                    .paths = std::move(paths)};
    if (!to.empty()) edge.to = NodeId{to};
    plan_.edges.push_back(std::move(edge));
    return *this;
  }
  RuntimePlan& classifier(const std::string& path, const std::string& nic, const std::string& to, Match match = {}) {
    plan_.classifiers.push_back({.id = static_cast<std::uint32_t>(plan_.classifiers.size() + 1),
                                 .path = path,
                                 .in = NicName{nic},
                                 .match = match,
                                 .to = NodeId{to}});
    return *this;
  }
  /// Packets reach the egress by several runners.
  RuntimePlan& ordered() {
    for (auto& edge : plan_.edges) {
      if (edge.to && plan_.find(*edge.to)->type == "NicEgress") edge.port = Plan::Port::ordered;
    }
    return *this;
  }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  Plan& plan() { return plan_; }

 private:
  Plan plan_;
};

}  // namespace unf::testing_support
