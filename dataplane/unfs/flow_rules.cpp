#include "dataplane/unfs/flow_rules.h"

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {

Result<std::vector<FlowRule>> parse_flow_rules(const Artifact& file, const FilterVerdicts& verdicts) {
  return parse_filter_rules(file, verdicts).map([](const std::vector<FilterRule>& lines) {
    std::vector<FlowRule> rules;
    for (const auto& line : lines) {
      rules.push_back({.match = line.match, .verdict = static_cast<std::uint32_t>(line.verdict + 1)});
    }
    return rules;
  });
}

Result<OwnFlowTable> build_flow_table(const nlohmann::json& config, const Artifacts& artifacts,
                                      const FilterVerdicts& verdicts) {
  return find_rules(config, artifacts)
      .and_then([&](const Artifact* file) { return parse_flow_rules(*file, verdicts); })
      .and_then([](const std::vector<FlowRule>& rules) { return FlowTable::build(rules); })
      .map([](FlowTable* table) { return OwnFlowTable{table}; });
}

}  // namespace unf::dataplane
