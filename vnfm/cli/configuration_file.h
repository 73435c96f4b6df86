#pragma once

#include <string>

#include "graph/model/result.h"
#include "vnfm_types.h"

namespace unf::vnfm {

/// What a file, in YAML or JSON, says of a VNF's nodes: node -> property -> value; `{}` if `file` is empty. Errors:
/// malformed, with the line; as agent::read_file.
[[nodiscard]] Result<wire::Json> read_configuration(const std::string& file);

}  // namespace unf::vnfm
