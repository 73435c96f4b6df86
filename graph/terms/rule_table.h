#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/descriptor.h"
#include "graph/model/filter_rules.h"
#include "graph/terms/flow_space.h"

namespace unf::graph {

inline constexpr std::string_view kL3L4Filter = "L3L4Filter";
inline constexpr std::string_view kHeaderClassifier = "HeaderClassifier";

/// What a uNF that sorts packets by their headers does. Packets come to the first table; the first row of a table that
/// matches says which gate they take, or which table behind it decides. What no row of a table matches takes the gate
/// `otherwise`, and so does what is not IP or has a defect in its IP header.
struct RuleTables {
  std::vector<FilterTable> list{1};  ///< their verdicts are a HeaderClassifier's
  Gate otherwise = kDropGate;

  [[nodiscard]] std::size_t row_count() const;
  [[nodiscard]] bool can_take(Gate gate) const;
  /// By gate, of which there are so many: what the packets of `space` that take it are like. nullopt: none can.
  [[nodiscard]] std::vector<std::optional<FlowSpace>> parts(const FlowSpace& space, std::size_t gates) const;
  /// The rows that packets of `space` can meet, without those that change nothing.
  [[nodiscard]] RuleTables pruned(const FlowSpace& space) const;
};

[[nodiscard]] inline bool decides_by_tables(std::string_view type) {
  return type == kL3L4Filter || type == kHeaderClassifier;
}
/// The digests that `config` names as `rules`: one, or a list of them.
[[nodiscard]] std::vector<std::string> rule_digests(const nlohmann::json& config);
/// nullopt: no such type, or a rule file that cannot be read.
[[nodiscard]] std::optional<RuleTables> rule_tables(const std::string& type, const nlohmann::json& config,
                                                    const Artifacts& artifacts);

}  // namespace unf::graph
