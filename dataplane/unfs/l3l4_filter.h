#pragma once

#include "dataplane/unfs/flow_rules.h"

namespace unf::dataplane {

/// Allows or denies by addresses, protocol and ports: the first rule of its file that matches decides, none denies. Its
/// table lies on DPDK's heap.
class L3L4Filter {
 public:
  enum : Gate { drop, out };
  enum : std::size_t { denied, no_match, not_ip, malformed };
  static constexpr UnfDescriptor kDescriptor{
      .type = "L3L4Filter",
      .gates = {"drop", "out"},
      .reads = kRuleFields,
      .state = StateClass::config,
      .nominal_cycles = 55,
      .config = R"({"type":"object","properties":{"rules":{"type":"string","format":"unf-artifact",)"
                R"("description":"rule file, a line each: allow|deny PROTO SRC SPORTS DST DPORTS"}},)"
                R"("required":["rules"],"additionalProperties":false})",
      .counters = {"denied", "no_match", "not_ip", "malformed"}};

  /// Errors: malformed for the rule file, no_capacity.
  static Result<L3L4Filter> make(const UnfSetup& setup);
  static Result<void*> build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&) {
    return RuleFileTables::share(config, artifacts, kFilterVerdicts);
  }
  static void free_shared(void* tables) { RuleFileTables::free(tables); }

  void process(const Burst& burst, Context& context) noexcept;

 private:
  explicit L3L4Filter(RuleFileTables tables) noexcept : tables_(std::move(tables)) {}

  RuleFileTables tables_;
};

}  // namespace unf::dataplane
