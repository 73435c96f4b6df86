#pragma once

#include <cstddef>
#include <string_view>

#include "dataplane/unfs/byte_filter.h"

namespace unf::dataplane {

/// Undoes one level of encoding of a URL: %XX, %uXXXX (quotes and full-width forms become the ASCII that servers take
/// them for), plus as space, overlong UTF-8. What is not a valid escape stays. `to` has room for `from.size()` bytes
/// and may be its begin. Returns how many bytes it wrote.
[[nodiscard]] std::size_t url_decode(std::string_view from, char* to) noexcept;

/// A text without any of these is its own decoding.
[[nodiscard]] ByteSet encoding_bytes();

}  // namespace unf::dataplane
