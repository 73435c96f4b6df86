#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace unf::tosca {

enum class SfcFormat : std::uint8_t {
  json,  ///< RFC 7951
  xml,   ///< RFC 7950
};

/// A text that holds data of the SFC YANG modules.
struct SfcText {
  std::string_view file;  ///< Names the text in messages, and outlives everything that is read from it.
  const std::string& text;
  SfcFormat format = SfcFormat::json;
};

/// XML if the first character after blanks and a byte order mark is `<`, else JSON.
[[nodiscard]] SfcFormat sfc_format(std::string_view text);

}  // namespace unf::tosca
