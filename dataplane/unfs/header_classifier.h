#pragma once

#include "dataplane/unfs/flow_rules.h"

namespace unf::dataplane {

/// Sorts packets into classes by addresses, protocol and ports: the first rule of its file that matches names the gate.
/// Of a list of files each is a table, and a rule may leave it to one behind its own. They lie on DPDK's heap.
class HeaderClassifier {
 public:
  enum : Gate { drop, other, c1 };  // and on to c14
  enum : std::size_t { denied };
  static constexpr UnfDescriptor kDescriptor{
      .type = "HeaderClassifier",
      .gates = {"drop", "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13",
                "c14"},
      .reads = kRuleFields,
      .state = StateClass::config,
      .nominal_cycles = 55,
      .config = R"({"type":"object","properties":{"rules":{"type":["string","array"],"format":"unf-artifact",)"
                R"("items":{"type":"string"},"minItems":1,"maxItems":8,)"
                R"("description":"rule file, a line each: GATE PROTO SRC SPORTS DST DPORTS; of a list, GATE may be )"
                R"(tableN, and the N-th decides"}},)"
                R"("required":["rules"],"additionalProperties":false})",
      .counters = {"denied"}};

  /// Errors: malformed for the rule files, no_capacity.
  static Result<HeaderClassifier> make(const UnfSetup& setup);
  static Result<void*> build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&) {
    return RuleFileTables::share(config, artifacts, kClassifierVerdicts);
  }
  static void free_shared(void* tables) { RuleFileTables::free(tables); }

  /// Gates: `other` where no rule of the table that decides matches, for what is not IP, and for a broken IP header;
  /// else the rule's.
  void process(const Burst& burst, Context& context) noexcept;

 private:
  explicit HeaderClassifier(RuleFileTables tables) noexcept : tables_(std::move(tables)) {}

  RuleFileTables tables_;
};

}  // namespace unf::dataplane
