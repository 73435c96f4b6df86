#pragma once

#include <string_view>

namespace unf::tosca {

/// `NAME` of `MODULE:NAME`, or of `NAME` alone.
[[nodiscard]] constexpr std::string_view local_part(std::string_view name) { return name.substr(name.rfind(':') + 1); }

/// `MODULE` of `MODULE:NAME`; empty if the name has no module.
[[nodiscard]] constexpr std::string_view module_part(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == name.npos ? std::string_view{} : name.substr(0, colon);
}

}  // namespace unf::tosca
