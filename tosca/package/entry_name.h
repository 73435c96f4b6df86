#pragma once

#include <string_view>

namespace unf::tosca {

/// Whether a name of a file in an archive is relative, of plain names between slashes, in UTF-8.
[[nodiscard]] bool is_safe_name(std::string_view name);

}  // namespace unf::tosca
