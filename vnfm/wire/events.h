#pragma once

#include <chrono>
#include <string>

#include "vnfm/store/store.h"
#include "vnfm_types.h"

namespace unf::vnfm {

/// What became of a tenant's packages, VNF instances and operations from revision `since` on (0: nothing, and where
/// that which is to come begins). If nothing has, waits for it, at most `patience`. Errors: as Watch::next.
[[nodiscard]] Result<wire::Events> events_since(Store& store, const std::string& tenant, Revision since,
                                                std::chrono::milliseconds patience);

}  // namespace unf::vnfm
