#include "tosca/sfc_yang/yang_schema.h"

#include <fmt/ranges.h>
#include <libyang/libyang.h>

#include <algorithm>
#include <limits>
#include <map>

#include "tosca/sfc_yang/modules.h"
#include "tosca/sfc_yang/yang_context.h"
#include "tosca/sfc_yang/yang_name.h"
#include "tosca/text/problems.h"

namespace unf::tosca {
namespace {

const lysc_node* child_in(const lysc_node* parent, const lys_module& module, std::string_view name) {
  return lys_find_child(parent, &module, name.data(), name.size(), 0, 0);
}

/// Calls `visit` with each member of `parent`, or of the module if that is nullptr.
template <typename Visit>
void for_each_child(const lysc_node* parent, const lysc_module* module, const Visit& visit) {
  const lysc_node* child = nullptr;
  while ((child = lys_getnext(child, parent, module, 0)) != nullptr) visit(*child);
}

std::vector<std::string> names_of_enums(const lysc_type& type) {
  std::vector<std::string> names;
  const auto& enums = reinterpret_cast<const lysc_type_enum&>(type).enums;
  for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(enums); ++i) names.emplace_back(enums[i].name);
  return names;
}

std::vector<std::string> names_of_bits(const lysc_type& type) {
  std::vector<std::string> names;
  const auto& bits = reinterpret_cast<const lysc_type_bits&>(type).bits;
  for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(bits); ++i) names.emplace_back(bits[i].name);
  return names;
}

std::vector<std::string> names_of_identities(const lysc_type& type) {
  std::vector<std::string> names;
  for (const auto* identity : yang_identities(type))
    names.push_back(fmt::format("{}:{}", identity->module->name, identity->name));
  return names;
}

/// `a number from 0 to 255` of an unsigned type whose greatest value is `max`.
std::string numbers_of(const lysc_type& type, std::uint64_t max) {
  const auto* range = reinterpret_cast<const lysc_type_num&>(type).range;
  if (range == nullptr) return fmt::format("a number from 0 to {}", max);
  std::vector<std::string> parts;
  for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(range->parts); ++i)
    parts.push_back(fmt::format("{} to {}", range->parts[i].min_u64, range->parts[i].max_u64));
  return fmt::format("a number from {}", fmt::join(parts, " or from "));
}

/// `a text of type NAME`, the name as the module has it.
std::string text_expectation(const lysc_node& leaf) {
  if (leaf.priv == nullptr) return "a text";
  const auto* parsed = static_cast<const lysp_node*>(leaf.priv);
  const char* name = parsed->nodetype == LYS_LEAF ? reinterpret_cast<const lysp_node_leaf*>(parsed)->type.name
                                                  : reinterpret_cast<const lysp_node_leaflist*>(parsed)->type.name;
  return name == nullptr ? "a text" : fmt::format("a text of type {}", local_part(name));
}

/// "one of a, b".
std::string one_of_names(const std::vector<std::string>& names) { return one_of({names.begin(), names.end()}); }

}  // namespace

const lys_module* yang_module(std::string_view name) {
  auto* module = ly_ctx_get_module_implemented(&compiled_yang_modules(), std::string{name}.c_str());
  return module != nullptr && module->compiled != nullptr ? module : nullptr;
}

const lys_module* yang_module_of_namespace(std::string_view uri) {
  static const auto kAll = [] {
    std::map<std::string_view, const lys_module*> all;
    for (const auto& [name, text] : yang_modules()) {
      if (const auto* module = yang_module(name); module != nullptr) all.emplace(module->ns, module);
    }
    return all;
  }();
  const auto found = kAll.find(uri);
  return found == kAll.end() ? nullptr : found->second;
}

const lysc_node* yang_child(const lysc_node* parent, std::string_view name) {
  const auto prefix = module_part(name), local = local_part(name);
  if (!prefix.empty()) {
    const auto* module = yang_module(prefix);
    return module == nullptr ? nullptr : child_in(parent, *module, local);
  }
  if (parent != nullptr) {
    if (const auto* own = child_in(parent, *parent->module, local); own != nullptr) return own;
  }
  for (const auto& module : yang_modules()) {
    const auto* loaded = yang_module(module.name);
    if (loaded == nullptr) continue;
    if (const auto* found = child_in(parent, *loaded, local); found != nullptr) return found;
  }
  return nullptr;
}

const lysc_node* yang_member(const lysc_node* parent, std::string_view name) {
  const auto prefix = module_part(name);
  const bool is_request =
      parent == nullptr && local_part(name) == "input" && (prefix.empty() || prefix == module_part(kRenderRequest));
  return yang_child(parent, is_request ? kRenderRequest : name);
}

const lysc_node* yang_member(const lysc_node* parent, const lys_module& module, std::string_view name) {
  const bool is_request = parent == nullptr && name == "input" && module.name == module_part(kRenderRequest);
  return child_in(parent, module, is_request ? local_part(kRenderRequest) : name);
}

bool has_children(const lysc_node& node) {
  return (node.nodetype & (LYS_CONTAINER | LYS_LIST | LYS_RPC | LYS_INPUT)) != 0;
}

bool is_array(const lysc_node& node) { return (node.nodetype & (LYS_LIST | LYS_LEAFLIST)) != 0; }

std::string yang_member_name(const lysc_node& node, const lysc_node* parent) {
  return parent != nullptr && parent->module == node.module ? node.name
                                                            : fmt::format("{}:{}", node.module->name, node.name);
}

std::vector<std::string> yang_member_names(const lysc_node* parent) {
  std::vector<std::string> names;
  const auto add = [&](const lysc_node& child) {
    if ((child.flags & LYS_CONFIG_R) == 0 && (child.nodetype & (LYS_RPC | LYS_NOTIF)) == 0)
      names.push_back(yang_member_name(child, parent));
  };
  if (parent != nullptr) {
    for_each_child(parent, nullptr, add);
    return names;
  }
  for (const auto& module : yang_modules()) {
    if (const auto* loaded = yang_module(module.name); loaded != nullptr)
      for_each_child(nullptr, loaded->compiled, add);
  }
  return names;
}

std::vector<std::string> yang_choice_members(const lysc_node& parent, std::string_view choice) {
  std::vector<std::string> names;
  for_each_child(&parent, nullptr, [&](const lysc_node& child) {
    const auto* over = child.parent;
    while (over != nullptr && over != &parent && over->nodetype != LYS_CHOICE) over = over->parent;
    if (over != nullptr && over->nodetype == LYS_CHOICE && over->name == choice) names.emplace_back(child.name);
  });
  return names;
}

const lysc_type* yang_leaf_type(const lysc_node& node) {
  if (node.nodetype == LYS_LEAF) return reinterpret_cast<const lysc_node_leaf&>(node).type;
  if (node.nodetype == LYS_LEAFLIST) return reinterpret_cast<const lysc_node_leaflist&>(node).type;
  return nullptr;
}
const lysc_type& yang_value_type(const lysc_type& type) {
  return type.basetype == LY_TYPE_LEAFREF ? *reinterpret_cast<const lysc_type_leafref&>(type).realtype : type;
}

YangJsonKind yang_json_kind(const lysc_type& type) {
  switch (type.basetype) {
    case LY_TYPE_UINT8:
    case LY_TYPE_UINT16:
    case LY_TYPE_UINT32:
    case LY_TYPE_INT8:
    case LY_TYPE_INT16:
    case LY_TYPE_INT32:
      return YangJsonKind::number;
    case LY_TYPE_BOOL:
      return YangJsonKind::boolean;
    case LY_TYPE_EMPTY:
      return YangJsonKind::empty;
    default:
      return YangJsonKind::string;
  }
}

std::vector<const lysc_ident*> yang_identities(const lysc_type& type) {
  std::vector<const lysc_ident*> found;
  if (type.basetype != LY_TYPE_IDENT) return found;
  const auto take = [&](const auto& self, const lysc_ident& base) -> void {
    for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(base.derived); ++i) {
      if (std::ranges::find(found, base.derived[i]) != found.end()) continue;
      found.push_back(base.derived[i]);
      self(self, *base.derived[i]);
    }
  };
  const auto& bases = reinterpret_cast<const lysc_type_identityref&>(type).bases;
  for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(bases); ++i) take(take, *bases[i]);
  return found;
}

std::string yang_expectation(const lysc_node& leaf) {
  const auto& type = yang_value_type(*yang_leaf_type(leaf));
  switch (type.basetype) {
    case LY_TYPE_BOOL:
      return "true or false";
    case LY_TYPE_EMPTY:
      return "[null]";
    case LY_TYPE_ENUM:
      return one_of_names(names_of_enums(type));
    case LY_TYPE_BITS:
      return fmt::format("any of {}", fmt::join(names_of_bits(type), ", "));
    case LY_TYPE_IDENT:
      return one_of_names(names_of_identities(type));
    case LY_TYPE_UINT8:
      return numbers_of(type, std::numeric_limits<std::uint8_t>::max());
    case LY_TYPE_UINT16:
      return numbers_of(type, std::numeric_limits<std::uint16_t>::max());
    case LY_TYPE_UINT32:
      return numbers_of(type, std::numeric_limits<std::uint32_t>::max());
    case LY_TYPE_UINT64:
      return numbers_of(type, std::numeric_limits<std::uint64_t>::max());
    default:
      return text_expectation(leaf);
  }
}

}  // namespace unf::tosca
