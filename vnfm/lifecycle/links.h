#pragma once

#include <nlohmann/json.hpp>

#include "graph/model/result.h"

/// ExtVirtualLinkData, ETSI GS NFV-SOL 003 4.4.1.10: networks, and the connection points of a VNF that are on them.
namespace unf::vnfm {

/// Puts `changes` in the place of those of `links` that have the same id, or an extCp for the same connection points.
/// Both as check_links takes them.
void relink(nlohmann::json& links, const nlohmann::json& changes);

/// Whether `links` is a list of ExtVirtualLinkData as far as relink reads it. Errors: malformed.
[[nodiscard]] Result<void> check_links(const nlohmann::json& links);

}  // namespace unf::vnfm
