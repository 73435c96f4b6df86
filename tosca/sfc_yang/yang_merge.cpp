#include "tosca/sfc_yang/yang_merge.h"

#include <libyang/libyang.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tosca/sfc_yang/yang_schema.h"
#include "tosca/sfc_yang/yang_value.h"

namespace unf::tosca {
namespace {

class YangMerger {
 public:
  explicit YangMerger(Problems& problems) : problems_(problems) {}

  /// The map that has the members of both, which are members of `parent`.
  ValuePtr merged(const Value& into, const Value& more, const lysc_node* parent) {
    auto result = std::make_shared<Value>(into);
    result->by_key.clear();
    std::unordered_map<std::string_view, std::size_t> known;
    for (std::size_t i = 0; i < into.members.size(); ++i) known.emplace(into.members[i].key->text, i);
    for (const auto& member : more.members) {
      const auto same = known.find(member.key->text);
      if (same == known.end()) {
        result->members.push_back(member);
        continue;
      }
      auto& value = result->members[same->second].value;
      value = both(*value, member, yang_child(parent, member.key->text));
    }
    return result;
  }

 private:
  ValuePtr both(const Value& one, const Value::Member& other, const lysc_node* node) {
    const auto& value = *other.value;
    if (node != nullptr && has_children(*node) && one.is_map() && value.is_map()) return merged(one, value, node);
    if (node != nullptr && is_array(*node) && one.is_list() && value.is_list()) return lists(one, value, *node);
    if (to_json_text(one) != to_json_text(value))
      problems_.add(value.at(), "`{}` is {}, and {} in {}:{}; expected one value", other.key->text, value.describe(),
                    one.describe(), one.file, one.line);
    return std::make_shared<Value>(one);
  }

  /// The values of an entry's keys; of a leaf-list, the entry itself.
  static std::string key_of(const Value& item, const lysc_node& node) {
    if (!item.is_map()) return to_json_text(item);
    std::string keys;
    for (const auto* child = lysc_node_child(&node); child != nullptr && (child->flags & LYS_KEY) != 0;
         child = child->next) {
      const auto* member = yang_member_at(item, child->name);
      keys += member == nullptr ? "?" : to_json_text(*member->value);
      keys += ' ';
    }
    return keys;
  }

  ValuePtr lists(const Value& one, const Value& other, const lysc_node& node) {
    auto result = std::make_shared<Value>(one);
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < one.items.size(); ++i) known.emplace(key_of(*one.items[i], node), i);
    for (const auto& item : other.items) {
      const auto same = known.find(key_of(*item, node));
      if (same == known.end()) {
        result->items.push_back(item);
        continue;
      }
      auto& value = result->items[same->second];
      if (value->is_map() && item->is_map()) value = merged(*value, *item, &node);
    }
    return result;
  }

  Problems& problems_;
};

}  // namespace

ValuePtr merge_yang(const Value& one, const Value& other, Problems& problems) {
  return YangMerger{problems}.merged(one, other, nullptr);
}

}  // namespace unf::tosca
