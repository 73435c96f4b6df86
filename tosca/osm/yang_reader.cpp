#include "tosca/osm/yang_reader.h"

#include <algorithm>

namespace unf::tosca {

std::string_view without_module(std::string_view name) { return name.substr(name.rfind(':') + 1); }

const Value* YangReader::find(const Value& map, std::string_view key) {
  if (!map.is_map()) return nullptr;
  const auto* value = map.find(key);
  if (value == nullptr) {
    const auto with_module =
        std::ranges::find_if(map.members, [&](const auto& member) { return without_module(member.key->text) == key; });
    if (with_module != map.members.end()) value = with_module->value.get();
  }
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::vector<const Value*> YangReader::entries(const Value& map, std::string_view key) {
  const auto* value = find(map, key);
  if (value == nullptr) return {};
  if (value->is_map()) return {value};
  std::vector<const Value*> found;
  if (!value->is_list()) {
    problems_.add(value->at(), "`{}` is {}, expected a list", key, value->describe());
    return found;
  }
  for (const auto& item : value->items) {
    if (item->is_map()) {
      found.push_back(item.get());
    } else {
      problems_.add(item->at(), "an entry of `{}` is {}, expected a map", key, item->describe());
    }
  }
  return found;
}

std::vector<const Value*> YangReader::texts(const Value& map, std::string_view key) {
  const auto* value = find(map, key);
  if (value == nullptr) return {};
  std::vector<const Value*> found;
  const auto take = [&](const Value& one) {
    if (one.is_scalar() && !one.text.empty()) {
      found.push_back(&one);
    } else {
      problems_.add(one.at(), "`{}` is {}, expected one value or a list of them", key, one.describe());
    }
  };
  if (!value->is_list()) take(*value);
  for (const auto& item : value->items) take(*item);
  return found;
}

const Value* YangReader::text(const Value& map, std::string_view key) {
  const auto* value = find(map, key);
  if (value == nullptr || (value->is_scalar() && value->text.empty())) return nullptr;
  if (value->is_scalar()) return value;
  problems_.add(value->at(), "`{}` is {}, expected one value", key, value->describe());
  return nullptr;
}

std::string YangReader::text_at(const Value& map, std::string_view key) {
  const auto* value = text(map, key);
  return value == nullptr ? std::string{} : value->text;
}

std::optional<std::uint32_t> YangReader::count(const Value& map, std::string_view key, std::uint32_t least,
                                               std::uint32_t most, std::string_view what) {
  const auto* value = text(map, key);
  if (value == nullptr) return std::nullopt;
  const auto number = to_unsigned(value->text);
  if (number && *number >= least && *number <= most) return static_cast<std::uint32_t>(*number);
  problems_.add(value->at(), "`{}` of {} is {}, expected {} to {}", key, what, value->describe(), least, most);
  return std::nullopt;
}

const Value* YangReader::id(const Value& map, std::string_view what, std::string_view key) {
  const auto* value = find(map, key);
  if (value != nullptr && value->is_scalar() && !value->text.empty()) return value;
  problems_.add(value == nullptr ? map.at() : value->at(), "{} has {}, expected `{}`", what,
                value == nullptr ? fmt::format("no `{}`", key) : fmt::format("the `{}` {}", key, value->describe()),
                key);
  return nullptr;
}

void YangReader::check_keys(const Value& map, std::span<const std::string_view> known, std::string_view what) {
  for (const auto& [key, value] : map.members) {
    const auto name = without_module(key->text);
    if (std::ranges::find(known, name) != known.end()) continue;
    const auto meant = problems_.suggest(name, std::vector<std::string_view>{known.begin(), known.end()});
    if (meant.empty()) {
      report_.warnings.add(key->at(), "unknown key `{}` in {}, expected one of SOL006 or OSM: it is left out",
                           key->text, what);
    } else {
      problems_.add(key->at(), "unknown key `{}` in {}, expected one of SOL006 or OSM{}", key->text, what, meant);
    }
  }
}

void YangReader::ignore(const Value& map, std::span<const Ignored> members, std::string_view of) {
  for (const auto& [key, element, why] : members) {
    const auto* value = find(map, key);
    if (value != nullptr) report_.map(value->at(), fmt::format("{} of {}", element, of), "", std::string{why});
  }
}

}  // namespace unf::tosca
