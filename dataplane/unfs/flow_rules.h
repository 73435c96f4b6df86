#pragma once

#include <vector>

#include "dataplane/tables/flow_table.h"
#include "dataplane/unf/unf_type.h"
#include "graph/model/filter_rules.h"

namespace unf::dataplane {

/// What decides which rule of a file matches a packet.
inline constexpr auto kRuleFields =
    fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
           Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport);

/// The tables of a uNF's rule files, on DPDK's heap. A row's verdict is one more than that of the file's line.
class RuleFileTables {
 public:
  /// Those that share made, if `setup` has them; else of this process's own. Errors: as of find_rules,
  /// parse_filter_tables, FlowTableList::build.
  [[nodiscard]] static Result<RuleFileTables> of(const UnfSetup& setup, const FilterVerdicts& verdicts);
  /// For UnfType::build_shared. Errors: as of `of`.
  [[nodiscard]] static Result<void*> share(const nlohmann::json& config, const Artifacts& artifacts,
                                           const FilterVerdicts& verdicts);
  static void free(void* shared) { FlowTableList::free(static_cast<FlowTableList*>(shared)); }

  [[nodiscard]] std::size_t count() const noexcept { return list_->count; }
  [[nodiscard]] const FlowTable& operator[](std::size_t index) const noexcept { return *list_->tables[index]; }

 private:
  RuleFileTables(const FlowTableList* list, OwnFlowTableList own) noexcept : list_(list), own_(std::move(own)) {}

  const FlowTableList* list_;
  OwnFlowTableList own_;  // where this process made them for itself
};

}  // namespace unf::dataplane
