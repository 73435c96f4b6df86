#pragma once

#include "graph/model/catalog.h"

namespace unf::vnfm {

/// samples/catalog.json, as it was when the program was built.
[[nodiscard]] const Catalog& builtin_catalog();

}  // namespace unf::vnfm
