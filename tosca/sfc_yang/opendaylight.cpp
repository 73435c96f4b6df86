#include "tosca/sfc_yang/opendaylight.h"

#include <libyang/libyang.h>

#include <algorithm>
#include <utility>

#include "tosca/sfc_yang/yang_name.h"
#include "tosca/sfc_yang/yang_schema.h"
#include "tosca/sfc_yang/yang_value.h"

namespace unf::tosca {
namespace {

class OpenDaylightRewriter {
 public:
  explicit OpenDaylightRewriter(Problems& warnings) : warnings_(warnings) {}

  ValuePtr document(const Value& root) { return root.is_map() ? map(root, nullptr) : copy(root); }
  [[nodiscard]] bool changed() const { return changed_; }

 private:
  /// A value that the modules do not describe stays as it is, for validation to report.
  static ValuePtr copy(const Value& value) { return std::make_shared<Value>(value); }

  ValuePtr map(const Value& original, const lysc_node* parent) {
    auto rewritten = value_like(original, Value::Kind::map);
    for (const auto& [key, member] : original.members) {
      const auto* node = yang_member(parent, key->text);
      const auto prefix = module_part(key->text);
      if (node == nullptr) {
        if (!prefix.empty() && !key->text.starts_with('@') && yang_module(prefix) == nullptr) {
          warnings_.add(key->at(), "`{}` is of a module that is not known, and is left out", key->text);
        } else {
          rewritten->members.push_back({key, member});
        }
        continue;
      }
      if (parent == nullptr && (prefix.empty() || node->nodetype == LYS_RPC)) changed_ = true;
      auto value = member_value(*member, *node);
      if (value == nullptr) {
        warnings_.add(key->at(), "`{}` is empty, and is left out", key->text);
        continue;
      }
      rewritten->members.push_back({scalar_like(*key, yang_member_name(*node, parent), false), std::move(value)});
    }
    return rewritten;
  }

  /// nullptr: the member has no value.
  ValuePtr member_value(const Value& original, const lysc_node& node) {
    const bool several = is_array(node);
    if (several && original.is_list()) {
      auto list = value_like(original, Value::Kind::list);
      for (const auto& item : original.items) {
        if (auto value = one_value(*item, node); value != nullptr) list->items.push_back(std::move(value));
      }
      return list;
    }
    auto value = one_value(original, node);
    if (value == nullptr || !several) return value;
    if (original.is_null()) return nullptr;
    changed_ = true;
    return list_of(std::move(value));
  }

  ValuePtr one_value(const Value& original, const lysc_node& node) {
    const auto* type = yang_leaf_type(node);
    if (type != nullptr) return leaf(original, yang_value_type(*type), node);
    return original.is_map() && has_children(node) ? map(original, &node) : copy(original);
  }

  ValuePtr leaf(const Value& original, const lysc_type& type, const lysc_node& node) {
    const auto kind = yang_json_kind(type);
    const bool no_text = original.is_null() || (original.is_scalar() && !original.plain && original.text.empty());
    if (kind == YangJsonKind::empty) {
      const bool nothing =
          no_text || (original.is_map() && original.members.empty()) || (original.is_list() && original.items.empty());
      if (!nothing) return copy(original);
      changed_ = true;
      return empty_leaf(original);
    }
    if (original.is_null() || (no_text && type.basetype != LY_TYPE_STRING && type.basetype != LY_TYPE_BITS)) {
      changed_ = true;
      return nullptr;
    }
    if (!original.is_scalar()) return copy(original);
    if (kind == YangJsonKind::string) {
      if (original.plain) changed_ = true;
      return scalar_like(original, type.basetype == LY_TYPE_IDENT ? identity(original.text, type, node) : original.text,
                         false);
    }
    if (original.plain) return copy(original);
    if (kind == YangJsonKind::number) {
      if (auto number = json_number(original.text)) {
        changed_ = true;
        return scalar_like(original, std::move(*number), true);
      }
    } else if (original.text == "true" || original.text == "false") {
      changed_ = true;
      return scalar_like(original, original.text, true);
    }
    return copy(original);
  }

  /// An identity as `MODULE:NAME`, from a name alone, or one with the module's prefix, or `(URI?revision=...)NAME`.
  std::string identity(const std::string& text, const lysc_type& type, const lysc_node& node) {
    const auto end = text.find_last_of(":)");
    const auto name = end == text.npos ? std::string_view{text} : std::string_view{text}.substr(end + 1);
    auto of = end == text.npos ? std::string_view{} : std::string_view{text}.substr(0, end);
    if (of.starts_with('(')) of = of.substr(1, of.find('?') - 1);
    const lysc_ident* found = nullptr;
    for (const auto* identity : yang_identities(type)) {
      if (name != identity->name) continue;
      const auto& module = *identity->module;
      if (!of.empty() && of != module.name && of != module.prefix && of != module.ns) continue;
      const bool own = of.empty() && identity->module == node.module;
      if (found != nullptr && !own) return text;
      found = identity;
      if (own) break;
    }
    if (found == nullptr) return text;
    if (of.empty() ? found->module != node.module : of != found->module->name) changed_ = true;
    return fmt::format("{}:{}", found->module->name, found->name);
  }

  Problems& warnings_;
  bool changed_ = false;
};

}  // namespace

OpenDaylightRewrite rewrite_opendaylight(const Value& document, Problems& warnings) {
  OpenDaylightRewriter rewriter{warnings};
  auto rewritten = rewriter.document(document);
  return {std::move(rewritten), rewriter.changed()};
}

RenderRequests take_render_requests(const Value& document) {
  RenderRequests taken;
  auto data = value_like(document, Value::Kind::map);
  for (const auto& member : document.members) {
    if (member.key->text != kRenderRequest) {
      data->members.push_back(member);
      continue;
    }
    auto request = value_like(document, Value::Kind::map);
    request->members.push_back(member);
    taken.requests.push_back(std::move(request));
  }
  taken.data = std::move(data);
  return taken;
}

bool is_render_request(const Value& document) {
  return !document.members.empty() && std::ranges::all_of(document.members, [](const Value::Member& member) {
    return member.key->text == kRenderRequest;
  });
}

}  // namespace unf::tosca
