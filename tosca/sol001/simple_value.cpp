#include "tosca/sol001/simple_value.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <limits>
#include <utility>

#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kUnbounded = "UNBOUNDED";

std::optional<double> to_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_integer(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with("0x") || text.starts_with("0o")) {
    const auto digits =
        std::string_view{"0123456789abcdefABCDEF"}.substr(0, text[1] == 'o' ? 8 : std::string_view::npos);
    return text.size() > 2 && text.find_first_not_of(digits, 2) == text.npos;
  }
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

std::string_view simple_type(std::string_view name) {
  static constexpr std::string_view kSimple[] = {"string",
                                                 "integer",
                                                 "float",
                                                 "boolean",
                                                 "timestamp",
                                                 "version",
                                                 "range",
                                                 "list",
                                                 "map",
                                                 "any",
                                                 "scalar-unit.size",
                                                 "scalar-unit.time",
                                                 "scalar-unit.frequency",
                                                 "scalar-unit.bitrate"};
  const auto* found = std::ranges::find(kSimple, name);
  return found == std::end(kSimple) ? std::string_view{} : *found;
}

bool is_of_simple_type(std::string_view type, const Value& value) {
  if (!value.is_scalar()) return false;
  if (type == "integer") return is_integer(value.text);
  if (type == "float") return to_number(value.text).has_value();
  if (type == "boolean") return to_boolean(value.text).has_value();
  if (const auto unit = unit_of(type)) return to_scalar(*unit, value.text).has_value();
  return true;
}

bool is_range(const Value& value) {
  if (!value.is_list() || value.items.size() != 2) return false;
  const auto low = to_number(value.items[0]->text);
  const auto high =
      value.items[1]->text == kUnbounded ? std::numeric_limits<double>::infinity() : to_number(value.items[1]->text);
  return low && high && *low <= *high;
}

std::optional<bool> to_boolean(std::string_view text) {
  static constexpr std::pair<std::string_view, bool> kBooleans[] = {{"true", true}, {"false", false}, {"yes", true},
                                                                    {"no", false},  {"on", true},     {"off", false}};
  const auto* found = std::ranges::find_if(kBooleans, [&](const auto& one) {
    return std::ranges::equal(one.first, text, [](char a, unsigned char b) { return a == std::tolower(b); });
  });
  return found == std::end(kBooleans) ? std::nullopt : std::optional{found->second};
}

std::optional<double> to_comparable(std::string_view type, const Value& value) {
  const auto unit = unit_of(type);
  return unit ? to_scalar(*unit, value.text) : to_number(value.text);
}

}  // namespace unf::tosca
