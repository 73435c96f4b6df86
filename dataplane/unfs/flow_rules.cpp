#include "dataplane/unfs/flow_rules.h"

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

Result<OwnFlowTable> build(const nlohmann::json& config, const Artifacts& artifacts, const FilterVerdicts& verdicts) {
  return find_rules(config, artifacts)
      .and_then([&](const Artifact* file) { return parse_flow_rules(*file, verdicts); })
      .and_then([](const std::vector<FlowRule>& rules) { return FlowTable::build(rules); })
      .map([](FlowTable* table) { return OwnFlowTable{table}; });
}

}  // namespace

Result<std::vector<FlowRule>> parse_flow_rules(const Artifact& file, const FilterVerdicts& verdicts) {
  return parse_filter_rules(file, verdicts).map([](const std::vector<FilterRule>& lines) {
    std::vector<FlowRule> rules;
    for (const auto& line : lines) {
      rules.push_back({.match = line.match, .verdict = static_cast<std::uint32_t>(line.verdict + 1)});
    }
    return rules;
  });
}

Result<RuleFileTable> RuleFileTable::of(const UnfSetup& setup, const FilterVerdicts& verdicts) {
  if (setup.shared != nullptr) return RuleFileTable{static_cast<const FlowTable*>(setup.shared), nullptr};
  return build(setup.config, setup.artifacts, verdicts).map([](OwnFlowTable table) {
    const auto* borrowed = table.get();
    return RuleFileTable{borrowed, std::move(table)};
  });
}

Result<void*> RuleFileTable::share(const nlohmann::json& config, const Artifacts& artifacts,
                                   const FilterVerdicts& verdicts) {
  return build(config, artifacts, verdicts).map([](OwnFlowTable table) -> void* { return table.release(); });
}

}  // namespace unf::dataplane
