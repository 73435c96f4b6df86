#pragma once

#include <string_view>
#include <vector>

#include "dataplane/unf/unf_type.h"
#include "graph/model/catalog.h"

namespace unf::dataplane {

/// Every uNF type that is linked in, ordered by name. NicIngress and NicEgress are among them: a runner passes packets
/// through them, `unf-io` does their I/O.
[[nodiscard]] const std::vector<UnfType>& builtin_unfs();

/// nullptr if there is no such type.
[[nodiscard]] const UnfType* find_unf(std::string_view type);

/// Their descriptors, as the catalogue they make.
[[nodiscard]] const Catalog& linked_catalog();

}  // namespace unf::dataplane
