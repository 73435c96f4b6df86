#include "vnfm/rest/query/paging.h"

#include <algorithm>
#include <cctype>

#include "tests/fuzz/target.h"

namespace unf::vnfm {
namespace {

std::string lower(std::string_view text) {
  std::string lowered{text};
  std::ranges::transform(lowered, lowered.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

/// `marker` as it comes from a client, and as what a list goes on after.
void check(std::string_view scope, std::string_view marker) {
  const PageMarkers markers{"secret"};
  if (const auto after = markers.read(scope, marker)) {
    fuzz::expect(markers.make(scope, *after) == lower(marker), "only what was made is read");
  } else {
    fuzz::expect(after.error().code == Errc::malformed, "a bad marker is malformed");
  }
  const auto made = markers.make(scope, marker);
  const auto read = markers.read(scope, made);
  fuzz::expect(read && *read == marker, "what was made is read");
  fuzz::expect(!markers.read(fmt::format("{}.", scope), made), "a marker is of no use in another scope");
}

}  // namespace
}  // namespace unf::vnfm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto marker = unf::fuzz::text_of(data, size);
  const auto scope = unf::fuzz::take_line(marker);
  unf::vnfm::check(scope, marker);
  return 0;
}
