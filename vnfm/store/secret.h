#pragma once

#include <string>

#include "vnfm/store/led_store.h"

namespace unf::vnfm {

/// 32 random bytes, made once for each `name` and kept: the same after a restart, and for each manager of the store.
/// Errors: as Store; unavailable, if there are no random bytes.
[[nodiscard]] Result<std::string> secret_of(LedStore& store, const std::string& name);

}  // namespace unf::vnfm
