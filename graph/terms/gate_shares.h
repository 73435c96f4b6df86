#pragma once

#include <nlohmann/json.hpp>

#include "graph/model/plan.h"
#include "graph/model/result.h"
#include "graph/terms/pass.h"

namespace unf::graph {

/// How often uNFs take their gates, read from JSON: either as somebody says, `{OWNER: {GATE: SHARE}}`, or as counted,
/// what `vnfm show -o json` prints: of each uNF of the plan that still is of its owner's type. Errors: malformed,
/// naming the member.
[[nodiscard]] Result<GateShares> read_gate_shares(const nlohmann::json& json);

}  // namespace unf::graph
