#pragma once

#include <vector>

#include "dataplane/net/flow_table.h"
#include "dataplane/runner/unf_type.h"

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
      .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
                      Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport),
      .state = StateClass::config,
      .nominal_cycles = 55,
      .config = R"({"type":"object","properties":{"rules":{"type":"string","format":"unf-artifact",)"
                R"("description":"rule file, a line each: allow|deny PROTO SRC SPORTS DST DPORTS"}},)"
                R"("required":["rules"],"additionalProperties":false})",
      .counters = {"denied", "no_match", "not_ip", "malformed"}};

  static Result<L3L4Filter> make(const UnfSetup& setup);
  /// Errors: malformed for the rule file, no_capacity.
  static Result<void*> build_shared(const nlohmann::json& config, const Artifacts& artifacts, Memory&);
  static void free_shared(void* table);

  void process(const Burst& burst, Context& context) noexcept;

 private:
  explicit L3L4Filter(const FlowTable* table, OwnFlowTable own) noexcept : table_(table), own_(std::move(own)) {}

  const FlowTable* table_;
  OwnFlowTable own_;  // where this process made it for itself
};

}  // namespace unf::dataplane
