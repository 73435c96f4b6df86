#include "vnfm/rest/query/schema_path.h"

namespace unf::vnfm {
namespace {
using nlohmann::json;

constexpr std::size_t kMaxNames = 16;

std::string decode_name(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1')) {
      name += text[++i] == '0' ? '~' : '/';
    } else {
      name += text[i];
    }
  }
  return name;
}

}  // namespace

const json& element_schema(const json& schema) {
  const auto* at = &schema;
  while (at->value("type", "") == "array" && at->contains("items")) at = &(*at)["items"];
  return *at;
}

const json* member_schema(const json& schema, const std::string& name) {
  if (const auto properties = schema.find("properties"); properties != schema.end()) {
    if (const auto at = properties->find(name); at != properties->end()) return &*at;
  }
  const auto others = schema.find("additionalProperties");
  return others != schema.end() && others->is_object() ? &*others : nullptr;
}

Result<SchemaAttribute> find_attribute(const json& schema, std::string_view path, bool keys) {
  static const json kKey{{"type", "string"}};
  SchemaAttribute found{.schema = &schema};
  for (auto left = path;;) {
    const auto end = left.find('/');
    found.path.push_back(decode_name(left.substr(0, end)));
    const auto& parent = element_schema(*found.schema);
    if (keys && end == left.npos && left == "@key" && parent.contains("additionalProperties")) {
      found.schema = &kKey;
    } else {
      found.schema = member_schema(parent, found.path.back());
    }
    if (found.schema == nullptr || found.path.size() > kMaxNames) {
      return fail(Errc::malformed, "{}: the resource has no such attribute", path);
    }
    if (end == left.npos) return found;
    left.remove_prefix(end + 1);
  }
}

}  // namespace unf::vnfm
