#pragma once

#include <string_view>

#include "graph/model/result.h"

namespace unf::agent {

/// The enumerator's name, as it crosses in `Refused.code`.
[[nodiscard]] std::string_view to_string(Errc code);
/// What a peer named; `internal` if we do not know it.
[[nodiscard]] Errc errc(std::string_view name);

}  // namespace unf::agent
