#pragma once

#include <string>
#include <string_view>

#include "tosca/text/value.h"

namespace unf::tosca {

/// Reads JSON of RFC 8259 with the limits of parse_yaml, which does not take all of it. Numbers and booleans are plain
/// scalars, texts are not. nullptr: it is none, or has a member twice, and `problems` says why.
[[nodiscard]] ValuePtr parse_json(std::string_view file, const std::string& text, Problems& problems);

}  // namespace unf::tosca
