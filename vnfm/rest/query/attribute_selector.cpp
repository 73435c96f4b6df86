#include "vnfm/rest/query/attribute_selector.h"

#include <algorithm>

namespace unf::vnfm {
namespace {
using nlohmann::json;

bool is_required(const json& schema, const std::string& name) {
  const auto at = schema.find("required");
  return at != schema.end() && std::find(at->begin(), at->end(), name) != at->end();
}

/// `value`, or each of its elements where it is a list, changed by `change`.
template <typename Change>
json in_each(const json& value, Change change) {
  if (!value.is_array()) return change(value);
  auto list = json::array();
  for (const auto& element : value) list.push_back(in_each(element, change));
  return list;
}

const json& schema_of_member(const json& schema, const std::string& name) {
  static const json kAnything = json::object();
  const auto* member = member_schema(schema, name);
  return member == nullptr ? kAnything : element_schema(*member);
}

}  // namespace

void AttributeSelector::Tree::add(const AttributePath& path) {
  auto* at = this;
  for (const auto& name : path) at = &at->members[name];
  at->whole = true;
}

Result<AttributeSelector> AttributeSelector::parse(const Query& query, const json& schema,
                                                   const std::vector<std::string>& excluded_by_default) {
  const bool all = query.has("all_fields"), by_default = query.has("exclude_default"), fields = query.has("fields");
  const auto* exclude = query.has("exclude_fields") ? "exclude_fields" : "exclude-fields";
  const bool excludes = query.has(exclude);
  if ((all && (fields || excludes || by_default)) || (excludes && (fields || by_default))) {
    return fail(Errc::malformed,
                "attribute selectors: expected one of all_fields, fields, exclude_fields and "
                "exclude_default, or fields with exclude_default");
  }
  AttributeSelector selector;
  selector.schema_ = &schema;
  selector.only_included_ = fields && !by_default;
  const auto add = [&](const char* parameter, Tree& tree) -> Result<void> {
    for (auto left = query.value(parameter).value_or("");;) {
      const auto comma = left.find(',');
      auto attribute = find_attribute(schema, left.substr(0, comma));
      if (!attribute) return fail(Errc::malformed, "{}: {}", parameter, attribute.error().message);
      tree.add(attribute->path);
      if (comma == left.npos) return {};
      left.remove_prefix(comma + 1);
    }
  };
  Result<void> added;
  if (fields) added = add("fields", selector.included_);
  if (excludes) added = add(exclude, selector.excluded_);
  if (!added) return fail(added.error());
  if (!all && !excludes && !selector.only_included_) {
    for (const auto& name : excluded_by_default) selector.excluded_.add({name});
  }
  return selector;
}

json AttributeSelector::apply(const json& resource) const {
  if (only_included_) return only(resource, included_, *schema_);
  auto shown = without(resource, excluded_, *schema_);
  for (const auto& [name, tree] : included_.members) {  // fields with exclude_default
    const auto at = resource.find(name);
    if (at == resource.end()) continue;
    shown[name] = tree.whole ? *at : only(*at, tree, schema_of_member(*schema_, name));
  }
  return shown;
}

json AttributeSelector::without(const json& value, const Tree& excluded, const json& schema) {
  return in_each(value, [&](const json& one) {
    if (!one.is_object()) return one;
    auto shown = json::object();
    for (const auto& [name, member] : one.items()) {
      const auto at = excluded.members.find(name);
      if (at == excluded.members.end() || (at->second.whole && is_required(schema, name))) {
        shown[name] = member;
      } else if (!at->second.whole) {
        shown[name] = without(member, at->second, schema_of_member(schema, name));
      }
    }
    return shown;
  });
}

json AttributeSelector::only(const json& value, const Tree& included, const json& schema) {
  return in_each(value, [&](const json& one) {
    if (!one.is_object()) return one;
    auto shown = json::object();
    for (const auto& [name, member] : one.items()) {
      const auto at = included.members.find(name);
      const bool asked_for = at != included.members.end();
      if (!member.is_structured() || is_required(schema, name) || (asked_for && at->second.whole)) {
        shown[name] = member;
      } else if (asked_for) {
        shown[name] = only(member, at->second, schema_of_member(schema, name));
      }
    }
    return shown;
  });
}

}  // namespace unf::vnfm
