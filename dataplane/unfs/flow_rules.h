#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/net/flow_table.h"
#include "graph/model/artifacts.h"

namespace unf::dataplane {

/// The words that a rule of a uNF may begin with, and what they are to its table.
struct FlowVerdicts {
  std::string_view form;                                      ///< of the word, as the line's form has it
  std::string_view what;                                      ///< what the word says; for messages
  std::string_view expected;                                  ///< all of them; for messages
  std::optional<std::uint32_t> (*of)(std::string_view word);  ///< never 0
};

/// Rules of a file of lines `VERDICT PROTO SRC SPORTS DST DPORTS`. Errors: malformed, one line a problem.
[[nodiscard]] Result<std::vector<FlowRule>> parse_flow_rules(const Artifact& file, const FlowVerdicts& verdicts);

/// The table of the file that `config["rules"]` names. Errors: as of find_rules, parse_flow_rules, FlowTable::build.
[[nodiscard]] Result<OwnFlowTable> build_flow_table(const nlohmann::json& config, const Artifacts& artifacts,
                                                    const FlowVerdicts& verdicts);

/// What a rule calls a protocol: `tcp`, or its number.
[[nodiscard]] std::string protocol_name(std::uint8_t proto);

}  // namespace unf::dataplane
