#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "graph/model/plan.h"
#include "vnfm_types.h"

namespace unf::vnfm {

[[nodiscard]] std::string state_name(wire::ServiceState::type state);

/// `vnfm plan`: what runs where, and what the compiler did and why not.
[[nodiscard]] std::string plan_text(const Plan& plan);

/// `vnfm show`: what passed each uNF and each link, what was dropped and why, what each owner saw, the processes.
/// `shown` as vnfm.thrift has it.
[[nodiscard]] std::string show_text(const nlohmann::json& shown);

/// `vnfm top`: as show_text without what stands still; `before` (empty at first) and `seconds` give rates.
[[nodiscard]] std::string top_text(const nlohmann::json& shown, const nlohmann::json& before, double seconds);

/// One line: what came in, went out and was dropped.
[[nodiscard]] std::string summary_line(const nlohmann::json& shown);

/// `vnfm list`. `managers` says who answers for each.
[[nodiscard]] std::string list_text(const std::vector<wire::ServiceInfo>& services,
                                    const std::vector<std::string>& managers);
[[nodiscard]] nlohmann::json list_json(const std::vector<wire::ServiceInfo>& services,
                                       const std::vector<std::string>& managers);
[[nodiscard]] nlohmann::json to_json(const wire::ServiceInfo& service);

}  // namespace unf::vnfm
