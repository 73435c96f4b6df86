#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/descriptor.h"
#include "graph/passes/flow_space.h"

namespace unf::graph {

inline constexpr std::string_view kL3L4Filter = "L3L4Filter";
inline constexpr std::string_view kHeaderClassifier = "HeaderClassifier";

/// What a uNF that sorts packets by their headers does: the first row that matches decides. What no row matches, what
/// is not IP and what has a defect in its IP header takes the gate `otherwise`.
struct RuleTable {
  struct Row {
    Match match;
    Gate gate = kDropGate;
  };
  std::vector<Row> rows;
  Gate otherwise = kDropGate;

  [[nodiscard]] bool can_take(Gate gate) const;
  /// By gate, of which there are so many: what the packets of `space` that take it are like. nullopt: none can.
  [[nodiscard]] std::vector<std::optional<FlowSpace>> parts(const FlowSpace& space, std::size_t gates) const;
  /// The rows that packets of `space` can meet, without those that change nothing.
  [[nodiscard]] RuleTable pruned(const FlowSpace& space) const;
};

/// nullopt: no such type, or a rule file that cannot be read.
[[nodiscard]] std::optional<RuleTable> rule_table(const std::string& type, const nlohmann::json& config,
                                                  const Artifacts& artifacts);

}  // namespace unf::graph
