#include "tosca/sfc_yang/yang_xml.h"

#include <libyang/libyang.h>

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tosca/sfc_yang/yang_name.h"
#include "tosca/sfc_yang/yang_schema.h"
#include "tosca/sfc_yang/yang_value.h"
#include "tosca/text/xml.h"

namespace unf::tosca {
namespace {

/// Makes values of elements. An element that no module describes becomes a map or a text, for validation to report.
class YangXmlReader {
 public:
  explicit YangXmlReader(std::string_view file) : file_(file) {}

  ValuePtr document(const std::vector<XmlElement>& roots) {
    auto root = make(Value::Kind::map, roots.empty() ? 1 : roots.front().line, 1);
    add_members(*root, roots, nullptr);
    return root;
  }

 private:
  std::shared_ptr<Value> make(Value::Kind kind, int line, int column) const {
    auto value = std::make_shared<Value>();
    value->kind = kind;
    value->file = file_;
    value->line = line;
    value->column = column;
    return value;
  }

  void add_members(Value& map, const std::vector<XmlElement>& elements, const lysc_node* parent) {
    std::unordered_map<const lysc_node*, std::shared_ptr<Value>> lists;
    for (const auto& element : elements) {
      const auto* module = yang_module_of_namespace(element.uri);
      const auto* node = module == nullptr ? nullptr : yang_member(parent, *module, element.name);
      const auto list = lists.find(node);
      if (node != nullptr && list != lists.end()) {
        list->second->items.push_back(value(element, node));
        continue;
      }
      auto key = make(Value::Kind::scalar, element.line, element.column);
      key->text = node == nullptr ? element.name : yang_member_name(*node, parent);
      auto member = value(element, node);
      if (node != nullptr && is_array(*node)) {
        auto items = make(Value::Kind::list, element.line, element.column);
        items->items.push_back(std::move(member));
        lists.emplace(node, items);
        member = std::move(items);
      }
      map.members.push_back({std::move(key), std::move(member)});
    }
  }

  ValuePtr value(const XmlElement& element, const lysc_node* node) {
    if (node == nullptr ? !element.children.empty() : has_children(*node)) {
      auto map = make(Value::Kind::map, element.line, element.column);
      add_members(*map, element.children, node);
      return map;
    }
    auto scalar = make(Value::Kind::scalar, element.line, element.column);
    scalar->text = element.text;
    const auto* declared = node == nullptr ? nullptr : yang_leaf_type(*node);
    if (declared == nullptr) return scalar;
    const auto& type = yang_value_type(*declared);
    const auto kind = yang_json_kind(type);
    if (kind == YangJsonKind::empty) return empty_leaf(*scalar);
    if (type.basetype != LY_TYPE_STRING) trim(scalar->text);
    if (type.basetype == LY_TYPE_IDENT) resolve(scalar->text, element);
    if (kind == YangJsonKind::boolean) scalar->plain = scalar->text == "true" || scalar->text == "false";
    // JSON has numbers of 64 bits as texts.
    const bool is_long = type.basetype == LY_TYPE_INT64 || type.basetype == LY_TYPE_UINT64;
    if (kind == YangJsonKind::number || is_long) {
      if (auto number = json_number(scalar->text)) {
        scalar->text = std::move(*number);
        scalar->plain = !is_long;
      }
    }
    return scalar;
  }

  static void trim(std::string& text) {
    constexpr const char* kSpace = " \t\r\n";
    const auto from = std::min(text.find_first_not_of(kSpace), text.size());
    text = text.substr(from, text.find_last_not_of(kSpace) + 1 - from);
  }

  /// Replaces the prefix of an identity by its module's name.
  static void resolve(std::string& text, const XmlElement& element) {
    const auto* uri = XmlScope::find(element.scope.get(), module_part(text));
    const auto* module = uri == nullptr ? nullptr : yang_module_of_namespace(*uri);
    if (module != nullptr) text = fmt::format("{}:{}", module->name, local_part(text));
  }

  std::string_view file_;
};

}  // namespace

ValuePtr parse_yang_xml(std::string_view file, const std::string& text, Problems& problems) {
  const auto elements = read_xml(text);
  if (elements) return YangXmlReader{file}.document(*elements);
  problems.add({std::string{file}, elements.error().line}, "{}", elements.error().message);
  return nullptr;
}

}  // namespace unf::tosca
