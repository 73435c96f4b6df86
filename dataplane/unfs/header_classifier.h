#pragma once

#include <vector>

#include "dataplane/net/flow_table.h"
#include "dataplane/runner/unf_type.h"

namespace unf::dataplane {

/// Sorts packets into classes by addresses, protocol and ports: the first rule of its file that matches names the gate.
/// Its table lies on DPDK's heap.
class HeaderClassifier {
 public:
  enum : Gate { drop, other, c1 };  // and on to c14
  enum : std::size_t { denied };
  static constexpr UnfDescriptor kDescriptor{
      .type = "HeaderClassifier",
      .gates = {"drop", "other", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13",
                "c14"},
      .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
                      Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport),
      .state = StateClass::config,
      .nominal_cycles = 55,
      .config = R"({"type":"object","properties":{"rules":{"type":"string","format":"unf-artifact",)"
                R"("description":"rule file, a line each: GATE PROTO SRC SPORTS DST DPORTS"}},)"
                R"("required":["rules"],"additionalProperties":false})",
      .counters = {"denied"}};

  static Result<HeaderClassifier> make(const UnfSetup& setup);
  /// Errors: malformed for the rule file, no_capacity.
  static Result<void*> build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&);
  static void free_shared(void* table);

  /// Gates: `other` where no rule matches, for what is not IP, and for a broken IP header; else the rule's.
  void process(const Burst& burst, Context& context) noexcept;

 private:
  explicit HeaderClassifier(const FlowTable* table, OwnFlowTable own) noexcept : table_(table), own_(std::move(own)) {}

  const FlowTable* table_;
  OwnFlowTable own_;  // where this process made it for itself
};

}  // namespace unf::dataplane
