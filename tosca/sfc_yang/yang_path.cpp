#include "tosca/sfc_yang/yang_path.h"

#include <libyang/libyang.h>

#include <algorithm>
#include <charconv>

#include "tosca/sfc_yang/yang_name.h"
#include "tosca/sfc_yang/yang_schema.h"
#include "tosca/sfc_yang/yang_value.h"

namespace unf::tosca {
namespace {

bool same_value(const Value& value, std::string_view text) {
  if (!value.is_scalar()) return false;
  if (value.text == text) return true;
  return module_part(value.text).empty() != module_part(text).empty() && local_part(value.text) == local_part(text);
}

bool has_keys(const Value& item, const std::vector<std::pair<std::string, std::string>>& keys) {
  return std::ranges::all_of(keys, [&](const auto& key) {
    if (key.first == ".") return same_value(item, key.second);
    const auto* member = item.is_map() ? yang_member_at(item, key.first) : nullptr;
    return member != nullptr && same_value(*member->value, key.second);
  });
}

const Value::Member* member_of(const Value& map, const YangPathStep& step, bool prefer_last) {
  if (!prefer_last) return yang_member_at(map, step.name);
  const Value::Member* last = nullptr;
  for (const auto& member : map.members) {
    if (local_part(member.key->text) == local_part(step.name)) last = &member;
  }
  return last;
}

/// The entry of a list with the keys of the step. Without keys, the last one that begins by `line` if that is known.
const Value* entry_of(const Value& list, const YangPathStep& step, int line, bool prefer_last) {
  const bool by_line = step.keys.empty() && line > 0;
  const Value* found = nullptr;
  for (const auto& entry : list.items) {
    if (!has_keys(*entry, step.keys) || (by_line && entry->line > line)) continue;
    if (found == nullptr || prefer_last || by_line) found = entry.get();
  }
  return found;
}

/// Adds the maps that `path` leads to from a value that its first `depth` steps have led to.
void add_maps(const Value& value, std::span<const YangPathStep> path, std::size_t depth, std::vector<YangMap>& maps) {
  if (value.is_list()) {
    for (const auto& item : value.items) add_maps(*item, path, depth, maps);
    return;
  }
  if (!value.is_map()) return;
  if (depth == path.size()) {
    maps.push_back({&value, true});
    return;
  }
  if (const auto* member = yang_member_at(value, path[depth].name); member != nullptr) {
    add_maps(*member->value, path, depth + 1, maps);
    return;
  }
  for (auto absent = depth; absent < path.size(); ++absent) {
    const auto* node = yang_node_at(path.first(absent + 1));
    if (node == nullptr || node->nodetype != LYS_CONTAINER || (node->flags & LYS_PRESENCE) != 0) return;
  }
  if (depth > 0) maps.push_back({&value, false});
}

}  // namespace

std::vector<YangPathStep> yang_path(std::string_view path) {
  std::vector<YangPathStep> steps;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    auto& step = steps.emplace_back();
    const auto name = path.substr(0, path.find_first_of("/["));
    step.name = name;
    path.remove_prefix(name.size());
    while (path.starts_with('[')) {
      const auto equals = path.find('=');
      if (equals == path.npos || equals + 1 >= path.size()) return steps;
      const auto quote = path[equals + 1];
      const auto end = path.find(quote, equals + 2);
      if ((quote != '\'' && quote != '"') || end == path.npos) return steps;
      step.keys.emplace_back(path.substr(1, equals - 1), path.substr(equals + 2, end - equals - 2));
      path.remove_prefix(std::min(path.size(), end + 2));
    }
  }
  return steps;
}

YangErrorPlace yang_error_place(std::string_view where) {
  constexpr std::string_view kData = "Data location \"", kSchema = "Schema location \"", kLine = "ine number ";
  YangErrorPlace place;
  if (where.ends_with('.')) where.remove_suffix(1);
  if (const auto at = where.rfind(kLine); at != where.npos) {
    const auto number = where.substr(at + kLine.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), place.line);
    if (error != std::errc{} || end != number.data() + number.size()) place.line = 0;
    if (place.line != 0 && at > 3) where = where.substr(0, at - 3);  // ", l"
  }
  place.is_schema = where.starts_with(kSchema);
  const auto begin = place.is_schema ? kSchema.size() : where.starts_with(kData) ? kData.size() : 0;
  if (begin != 0 && where.size() > begin) place.steps = yang_path(where.substr(begin, where.size() - begin - 1));
  return place;
}

const lysc_node* yang_node_at(std::span<const YangPathStep> path) {
  const lysc_node* node = nullptr;
  for (const auto& step : path) {
    if (node != nullptr && !has_children(*node)) return nullptr;
    node = yang_child(node, step.name);
    if (node == nullptr) return nullptr;
  }
  return node;
}

YangLocation follow_yang_path(const Value& document, std::span<const YangPathStep> path, int line, bool prefer_last) {
  YangLocation found{&document, document.at(), 0};
  for (const auto& step : path) {
    const auto* member = found.value->is_map() ? member_of(*found.value, step, prefer_last) : nullptr;
    if (member == nullptr) break;
    found = {member->value.get(), member->key->at(), found.depth + 1};
    if (!found.value->is_list()) continue;
    const auto* entry = entry_of(*found.value, step, line, prefer_last);
    if (entry == nullptr) break;
    found.value = entry;
    found.at = entry->at();
  }
  if (found.value->is_scalar()) found.at = found.value->at();
  return found;
}

std::vector<YangMap> yang_maps_at(const Value& document, std::span<const YangPathStep> path) {
  std::vector<YangMap> maps;
  add_maps(document, path, 0, maps);
  return maps;
}

}  // namespace unf::tosca
