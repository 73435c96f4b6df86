#include "agent/wire/errc.h"

#include <algorithm>
#include <array>

namespace unf::agent {
namespace {
constexpr std::array<std::string_view, 7> kNames{"malformed",   "not_found",   "unsupported", "conflict",
                                                 "no_capacity", "unavailable", "internal"};
static_assert(kNames.size() == static_cast<std::size_t>(Errc::internal) + 1);
}  // namespace

std::string_view to_string(Errc code) { return kNames[static_cast<std::size_t>(code)]; }

Errc errc(std::string_view name) {
  const auto* at = std::ranges::find(kNames, name);
  return at == kNames.end() ? Errc::internal : static_cast<Errc>(at - kNames.begin());
}

}  // namespace unf::agent
