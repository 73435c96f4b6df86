#include <fmt/format.h>

#include <algorithm>

#include "tests/fuzz/target.h"
#include "vnfm/rest/media_type.h"
#include "vnfm/rest/query/byte_range.h"

namespace unf::vnfm {
namespace {

void check_media_type(std::string_view header) {
  const auto type = media_type(header);
  fuzz::expect(media_type(type) == type, "a media type is that of itself");
}

void check_accept(std::string_view accept) {
  static const std::vector<std::string> kProduced{"application/json", "application/zip", "text/plain"};  // sorted
  const auto taken = acceptable(accept, kProduced);
  fuzz::expect(std::ranges::includes(kProduced, taken), "what is acceptable is produced, in its order");
  if (accept.find_first_not_of(" \t") == accept.npos) return;
  const auto more = acceptable(fmt::format("{},text/plain", accept), kProduced);
  fuzz::expect(std::ranges::includes(more, taken), "who takes more takes what he took");
}

void check_range(std::string_view text) {
  constexpr std::uint64_t kSize = 100;
  fuzz::expect(!parse_byte_range(text, 0), "nothing has no range");
  const auto range = parse_byte_range(text, kSize);
  if (!range) return;
  fuzz::expect(range->first <= range->last && range->last < kSize, "a range lies within the content");
  const auto again = parse_byte_range(fmt::format("bytes={}-{}", range->first, range->last), kSize);
  fuzz::expect(again && again->first == range->first && again->last == range->last, "what is written is read");
}

}  // namespace
}  // namespace unf::vnfm

/// The values of Content-Type, Accept and Range, a line each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto left = unf::fuzz::text_of(data, size);
  unf::vnfm::check_media_type(unf::fuzz::take_line(left));
  unf::vnfm::check_accept(unf::fuzz::take_line(left));
  unf::vnfm::check_range(left);
  return 0;
}
