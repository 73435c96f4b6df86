#pragma once

#include <nlohmann/json.hpp>

#include "graph/model/inventory.h"
#include "graph/model/result.h"

namespace unf::dataplane {

/// A host's entry of the inventory as JSON, keys as in the YAML: what the agent hands to `Io.load`.
[[nodiscard]] nlohmann::json to_json(const Host& host);
/// Errors: malformed, naming the member.
[[nodiscard]] Result<Host> host_from_json(const nlohmann::json& json);

}  // namespace unf::dataplane
