#include "tosca/text/scalar.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

namespace unf::tosca {
namespace {

using Factor = std::pair<std::string_view, double>;

constexpr std::array<Factor, 9> kSizes{{{"b", 1},
                                        {"kb", 1e3},
                                        {"kib", 1024.},
                                        {"mb", 1e6},
                                        {"mib", 1048576.},
                                        {"gb", 1e9},
                                        {"gib", 1073741824.},
                                        {"tb", 1e12},
                                        {"tib", 1099511627776.}}};
constexpr std::array<Factor, 7> kTimes{
    {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}};
constexpr std::array<Factor, 4> kFrequencies{{{"hz", 1}, {"khz", 1e3}, {"mhz", 1e6}, {"ghz", 1e9}}};
/// TOSCA has bps to Tibps, and the same of bytes with a large B: `MBps` is bytes, `Mbps` bits.
constexpr std::array<Factor, 9> kBitrates{{{"bps", 1},
                                           {"kbps", 1e3},
                                           {"kibps", 1024.},
                                           {"mbps", 1e6},
                                           {"mibps", 1048576.},
                                           {"gbps", 1e9},
                                           {"gibps", 1073741824.},
                                           {"tbps", 1e12},
                                           {"tibps", 1099511627776.}}};

template <std::size_t size>
std::optional<double> factor_of(const std::array<Factor, size>& units, std::string_view written) {
  const auto same = [&](const Factor& unit) {
    return std::ranges::equal(unit.first, written, [](char a, unsigned char b) { return a == std::tolower(b); });
  };
  const auto found = std::ranges::find_if(units, same);
  return found == units.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace

std::optional<Unit> unit_of(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, Unit>, 4> kTypes{{{"scalar-unit.size", Unit::size},
                                                                            {"scalar-unit.time", Unit::time},
                                                                            {"scalar-unit.frequency", Unit::frequency},
                                                                            {"scalar-unit.bitrate", Unit::bitrate}}};
  const auto* found = std::ranges::find(kTypes, type, &std::pair<std::string_view, Unit>::first);
  return found == kTypes.end() ? std::nullopt : std::optional{found->second};
}

std::optional<double> to_scalar(Unit unit, std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  if (text.empty()) return unit == Unit::size || unit == Unit::bitrate ? std::optional{number} : std::nullopt;
  std::optional<double> factor;
  switch (unit) {
    case Unit::size:
      factor = factor_of(kSizes, text);
      break;
    case Unit::time:
      factor = factor_of(kTimes, text);
      break;
    case Unit::frequency:
      factor = factor_of(kFrequencies, text);
      break;
    case Unit::bitrate:
      factor = factor_of(kBitrates, text);
      if (factor && text.ends_with("Bps")) *factor *= 8;
      break;
  }
  return factor ? std::optional{number * *factor} : std::nullopt;
}

std::string_view example_of(Unit unit) {
  switch (unit) {
    case Unit::size:
      return "a size such as `512 MiB`";
    case Unit::time:
      return "a time such as `10 ms`";
    case Unit::frequency:
      return "a frequency such as `2.4 GHz`";
    case Unit::bitrate:
      return "a bitrate such as `1 Gbps`";
  }
  return {};
}

}  // namespace unf::tosca
