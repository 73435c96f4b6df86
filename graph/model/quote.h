#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace unf {

/// `text` shortened and made printable, for messages.
[[nodiscard]] inline std::string quote(std::string_view text) {
  constexpr std::size_t kMax = 80;
  std::string result = "'";
  for (const char c : text.substr(0, kMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f)
      result += fmt::format("\\x{:02x}", byte);
    else
      result += c;
  }
  return result + (text.size() > kMax ? "...'" : "'");
}

}  // namespace unf
