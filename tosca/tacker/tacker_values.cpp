#include "tosca/tacker/tacker_values.h"

#include <algorithm>
#include <cctype>

#include "tosca/sol001/functions.h"

namespace unf::tosca {

ValuePtr TackerValues::at(const Value* map, std::string_view key) const {
  const auto* member = map == nullptr ? nullptr : map->find_member(key);
  const auto value = member == nullptr ? nullptr : evaluate(documents_, document_, {}, member->value, Late::allowed);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string TackerValues::text(const Value* map, std::string_view key) const {
  const auto value = at(map, key);
  return value != nullptr && value->is_scalar() ? value->text : std::string{};
}

std::optional<std::uint32_t> TackerValues::count(const Value* map, std::string_view key) const {
  const auto number = to_unsigned(text(map, key));
  return number && *number <= UINT32_MAX ? std::optional{static_cast<std::uint32_t>(*number)} : std::nullopt;
}

bool TackerValues::truth(const Value* map, std::string_view key) const {
  auto value = text(map, key);
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return value == "true" || value == "yes" || value == "on";
}

}  // namespace unf::tosca
