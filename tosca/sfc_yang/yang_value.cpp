#include "tosca/sfc_yang/yang_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "tosca/sfc_yang/yang_name.h"

namespace unf::tosca {
namespace {

void append_json(const Value& value, std::string& out) {
  const auto quote = [&](const std::string& text) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  const char* separator = "";
  switch (value.kind) {
    case Value::Kind::null:
      out += "null";
      break;
    case Value::Kind::scalar:
      if (value.plain) {
        out += value.text;
      } else {
        quote(value.text);
      }
      break;
    case Value::Kind::list:
      out += '[';
      for (const auto& item : value.items) {
        out += std::exchange(separator, ",");
        append_json(*item, out);
      }
      out += ']';
      break;
    case Value::Kind::map:
      out += '{';
      for (const auto& [key, member] : value.members) {
        out += std::exchange(separator, ",");
        quote(key->text);
        out += ':';
        append_json(*member, out);
      }
      out += '}';
      break;
  }
}

}  // namespace

std::string to_json_text(const Value& value) {
  std::string text;
  append_json(value, text);
  return text;
}

std::optional<std::string> json_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  auto digits = text.substr(negative ? 1 : 0);
  if (!negative && digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return (negative ? "-" : "") + std::string{digits};
}

const Value::Member* yang_member_at(const Value& map, std::string_view name) {
  if (const auto* exact = map.find_member(name); exact != nullptr) return exact;
  for (const auto& member : map.members) {
    if (local_part(member.key->text) == local_part(name)) return &member;
  }
  return nullptr;
}

std::shared_ptr<Value> value_like(const Value& original, Value::Kind kind) {
  auto value = std::make_shared<Value>();
  value->kind = kind;
  value->file = original.file;
  value->line = original.line;
  value->column = original.column;
  return value;
}

ValuePtr scalar_like(const Value& original, std::string text, bool plain) {
  auto value = value_like(original, Value::Kind::scalar);
  value->text = std::move(text);
  value->plain = plain;
  return value;
}

ValuePtr list_of(ValuePtr item) {
  auto value = value_like(*item, Value::Kind::list);
  value->items.push_back(std::move(item));
  return value;
}

ValuePtr empty_leaf(const Value& original) { return list_of(value_like(original, Value::Kind::null)); }

}  // namespace unf::tosca
