#include "tosca/paper/fields.h"

namespace unf::tosca {

std::optional<std::string> paper_name(const Value& value, std::string_view what, Problems& problems) {
  const auto* name = value.is_map() ? value.find("name") : nullptr;
  if (name != nullptr && name->is_scalar() && !name->text.empty() && name->text.size() <= 128 &&
      name->text.find_first_of("/#") == std::string::npos)
    return name->text;
  problems.add(name == nullptr ? value.at() : name->at(),
               "{} has {}, expected a `name` of 1 to 128 characters without `/` and `#`", what,
               name == nullptr ? "no name" : fmt::format("the name {}", name->describe()));
  return std::nullopt;
}

const Value* paper_reference(const Value& value, std::string_view key, std::string_view what, Problems& problems) {
  const auto* found = value.is_map() ? value.find(key) : nullptr;
  if (found != nullptr && found->is_scalar() && !found->text.empty()) return found;
  problems.add(found == nullptr ? value.at() : found->at(), "{} has {}, expected `{}`", what,
               found == nullptr ? fmt::format("no `{}`", key) : fmt::format("the `{}` {}", key, found->describe()),
               key);
  return nullptr;
}

const std::vector<ValuePtr>& paper_list(const Value& map, std::string_view key, Problems& problems) {
  static const std::vector<ValuePtr> kNone;
  const auto* list = list_at(map, key, problems);
  return list == nullptr ? kNone : list->items;
}

}  // namespace unf::tosca
