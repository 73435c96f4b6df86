#pragma once

#include <nlohmann/json.hpp>

#include "vnfm/lifecycle/records.h"

/// What operations say that they have changed: Operation::outcome, as version 2 of the interface has it.
namespace unf::vnfm {

/// ExtVirtualLinkInfo (SOL003 5.5.3.2) of ExtVirtualLinkData.
[[nodiscard]] nlohmann::json ext_virtual_link_info(const nlohmann::json& links);

/// The same as version 1 has it.
[[nodiscard]] nlohmann::json without_current_cps(nlohmann::json link_infos);

/// VnfExtCpConfig by cpConfigId (SOL003 4.4.1.10) of VnfExtCpData; there is always one.
[[nodiscard]] nlohmann::json cp_config(const nlohmann::json& cp);

/// Notes how an operation changes what is known of its service: VnfInfoModifications (SOL003 5.5.2.12), or
/// ModificationsTriggeredByVnfPkgChange.
void note_modifications(Operation& operation, const Service& service);

/// What version `major` says of them.
[[nodiscard]] nlohmann::json outcome_in(unsigned major, nlohmann::json outcome);

}  // namespace unf::vnfm
