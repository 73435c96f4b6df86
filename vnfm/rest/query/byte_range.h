#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace unf::vnfm {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// One range of bytes (RFC 9110 14.1.2) of `size`: `bytes=FIRST-LAST`, either of which may be left out. None, if it is
/// no such range, or has no byte of them.
[[nodiscard]] std::optional<ByteRange> parse_byte_range(std::string_view range, std::uint64_t size);

}  // namespace unf::vnfm
