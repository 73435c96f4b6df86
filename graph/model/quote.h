#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "graph/model/utf8.h"

namespace unf {

/// `text` shortened and made printable, for messages: UTF-8, whatever `text` is.
[[nodiscard]] inline std::string quote(std::string_view text) {
  constexpr std::size_t kMax = 80;
  std::string result = "'";
  for (auto left = text; !left.empty();) {
    const auto size = utf8_character(left);
    if (text.size() - left.size() + size > kMax || text.size() - left.size() == kMax) return result + "...'";
    const auto byte = static_cast<unsigned char>(left.front());
    if (size == 0 || byte < ' ' || byte == 0x7f)
      result += fmt::format("\\x{:02x}", byte);
    else
      result += left.substr(0, size);
    left.remove_prefix(size == 0 ? 1 : size);
  }
  return result + "'";
}

}  // namespace unf
