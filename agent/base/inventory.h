#pragma once

#include <string>

#include "graph/model/inventory.h"
#include "graph/model/result.h"

namespace unf::agent {

/// Reads an inventory (docs/design/wire.md, "Inventory"). `file` is for messages.
/// Errors: malformed, FILE:LINE and what was expected, a line a problem.
[[nodiscard]] Result<Inventory> read_inventory(const std::string& file, const std::string& text);

}  // namespace unf::agent
