#include "vnfm/rest/query/byte_range.h"

#include <algorithm>
#include <charconv>

namespace unf::vnfm {

std::optional<ByteRange> parse_byte_range(std::string_view range, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const auto dash = range.find('-');
  if (!range.starts_with(kUnit) || dash == range.npos || size == 0) return std::nullopt;
  const auto number = [](std::string_view digits, std::uint64_t otherwise) -> std::optional<std::uint64_t> {
    if (digits.empty()) return otherwise;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{value} : std::nullopt;
  };
  const auto first_digits = range.substr(kUnit.size(), dash - kUnit.size()), last_digits = range.substr(dash + 1);
  auto first = number(first_digits, 0), last = number(last_digits, size - 1);
  if (!first || !last || (first_digits.empty() && last_digits.empty())) return std::nullopt;
  if (first_digits.empty()) {  // the last bytes
    first = *last < size ? size - *last : 0;
    last = size - 1;
  }
  last = std::min(*last, size - 1);
  if (*first > *last) return std::nullopt;
  return ByteRange{.first = *first, .last = *last};
}

}  // namespace unf::vnfm
