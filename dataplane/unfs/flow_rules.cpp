#include "dataplane/unfs/flow_rules.h"

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

static_assert(kMaxTables <= FlowTableList::kCapacity);

std::vector<FlowRule> flow_rules(const FilterTable& lines) {
  std::vector<FlowRule> rules;
  for (const auto& line : lines) {
    rules.push_back({.match = line.match, .verdict = static_cast<std::uint32_t>(line.verdict + 1)});
  }
  return rules;
}

Result<OwnFlowTableList> build(const nlohmann::json& config, const Artifacts& artifacts,
                               const FilterVerdicts& verdicts) {
  return find_rules(config, artifacts, verdicts.most_files)
      .and_then([&](const std::vector<const Artifact*>& files) { return parse_filter_tables(files, verdicts); })
      .and_then([](const std::vector<FilterTable>& files) {
        std::vector<std::vector<FlowRule>> tables;
        for (const auto& file : files) tables.push_back(flow_rules(file));
        return FlowTableList::build(tables);
      })
      .map([](FlowTableList* list) { return OwnFlowTableList{list}; });
}

}  // namespace

Result<RuleFileTables> RuleFileTables::of(const UnfSetup& setup, const FilterVerdicts& verdicts) {
  if (setup.shared != nullptr) return RuleFileTables{static_cast<const FlowTableList*>(setup.shared), nullptr};
  return build(setup.config, setup.artifacts, verdicts).map([](OwnFlowTableList list) {
    const auto* borrowed = list.get();
    return RuleFileTables{borrowed, std::move(list)};
  });
}

Result<void*> RuleFileTables::share(const nlohmann::json& config, const Artifacts& artifacts,
                                    const FilterVerdicts& verdicts) {
  return build(config, artifacts, verdicts).map([](OwnFlowTableList list) -> void* { return list.release(); });
}

}  // namespace unf::dataplane
