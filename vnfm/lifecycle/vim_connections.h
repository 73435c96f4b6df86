#pragma once

#include <nlohmann/json.hpp>

/// VimConnectionInfo, ETSI GS NFV-SOL 003 4.4.1.6: kept by its id, as version 2 has it; version 1 has a list of those
/// that have an id.
namespace unf::vnfm {

/// Of either form.
[[nodiscard]] nlohmann::json connections_by_id(const nlohmann::json& connections);
[[nodiscard]] nlohmann::json connections_as_list(const nlohmann::json& by_id);

/// Either form without what proves who we are.
[[nodiscard]] nlohmann::json without_secrets(nlohmann::json connections);

}  // namespace unf::vnfm
