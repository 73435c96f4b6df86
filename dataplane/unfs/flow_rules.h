#pragma once

#include <vector>

#include "dataplane/net/flow_table.h"
#include "graph/model/filter_rules.h"

namespace unf::dataplane {

/// The rows of a rule file; their verdict is one more than that of the file's line. Errors: malformed, one line a
/// problem.
[[nodiscard]] Result<std::vector<FlowRule>> parse_flow_rules(const Artifact& file, const FilterVerdicts& verdicts);

/// The table of the file that `config["rules"]` names. Errors: as of find_rules, parse_flow_rules, FlowTable::build.
[[nodiscard]] Result<OwnFlowTable> build_flow_table(const nlohmann::json& config, const Artifacts& artifacts,
                                                    const FilterVerdicts& verdicts);

}  // namespace unf::dataplane
