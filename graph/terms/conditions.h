#pragma once

#include <cstdint>
#include <string_view>

namespace unf::graph {

/// The side conditions of the rewrite rules (docs/design/graph.md, "Rewrite rules").
enum class Condition : std::uint8_t {
  r1_boundary_is_neutral,
  r2_own_state_per_owner,
  r3_successors_equal,
  r4_is_deterministic,
  r4_keeps_nothing,
  r4_emits_nothing,
  r4_writes_nothing,
  r4_nothing_between_writes_its_fields,
  r4_nothing_between_emits,
  r5_fact_is_preserved,
  r5_only_checks,
  r6_labels_agree,
  r7_commutes,
  r8_defaults_are_kept,
  r9_writes_are_forgotten,
  r9_otherwise_is_possible,
  r10_crossed_keeps_nothing,
  r10_crossed_drops_nothing,
  r10_facts_needed_are_there,
  r11_label_is_not_used,
  r12_nothing_between_reads,
  r12_later_write_wins,
  r17_path_tells_successors_apart,
  p1_fields_are_apart,
  p2_effects_can_wait,
  p2_second_needs_no_verdict,
};
inline constexpr std::size_t kConditions = 26;

[[nodiscard]] std::string_view name(Condition condition);

/// Which conditions are in force: a rewrite asks before it relies on one. Here all are. A test hands in others, and
/// shows that packets are then treated differently: a condition that nothing depends on is none.
class Conditions {
 public:
  Conditions() = default;
  Conditions(const Conditions&) = delete;
  Conditions& operator=(const Conditions&) = delete;
  virtual ~Conditions() = default;

  /// Whether a rewrite may go on as if `condition` were met; `met` says whether it is.
  [[nodiscard]] virtual bool hold(Condition condition, bool met) const;

  [[nodiscard]] static const Conditions& all();
};

}  // namespace unf::graph
