#pragma once

#include <vector>

#include "dataplane/net/flow_table.h"
#include "dataplane/runner/unf_type.h"
#include "graph/model/filter_rules.h"

namespace unf::dataplane {

/// What decides which rule of a file matches a packet.
inline constexpr auto kRuleFields =
    fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
           Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport);

/// The rows of a rule file; their verdict is one more than that of the file's line. Errors: malformed, one line a
/// problem.
[[nodiscard]] Result<std::vector<FlowRule>> parse_flow_rules(const Artifact& file, const FilterVerdicts& verdicts);

/// The table of a uNF's rule file, on DPDK's heap.
class RuleFileTable {
 public:
  /// The one that share made, if `setup` has it; else one of this process's own. Errors: as of find_rules,
  /// parse_flow_rules, FlowTable::build.
  [[nodiscard]] static Result<RuleFileTable> of(const UnfSetup& setup, const FilterVerdicts& verdicts);
  /// For UnfType::build_shared. Errors: as of `of`.
  [[nodiscard]] static Result<void*> share(const nlohmann::json& config, const Artifacts& artifacts,
                                           const FilterVerdicts& verdicts);
  static void free(void* shared) { FlowTable::free(static_cast<FlowTable*>(shared)); }

  [[nodiscard]] const FlowTable& operator*() const noexcept { return *table_; }

 private:
  RuleFileTable(const FlowTable* table, OwnFlowTable own) noexcept : table_(table), own_(std::move(own)) {}

  const FlowTable* table_;
  OwnFlowTable own_;  // where this process made it for itself
};

}  // namespace unf::dataplane
