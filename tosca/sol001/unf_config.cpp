#include "tosca/sol001/unf_config.h"

#include <set>

#include "tosca/sol001/config.h"
#include "tosca/sol001/functions.h"

namespace unf::tosca {
namespace {

/// Configuration names a file by its digest; the file travels with the service. False: reported.
bool take_file(Documents& documents, const Document& document, nlohmann::json& value, const Value& written,
               Artifacts& artifacts) {
  if (!value.is_string()) return true;
  const auto file = value.get<std::string>();
  const auto* text = documents.text_of(document, file, "rule file", written.at());
  if (text == nullptr) return false;
  auto digest = digest_of(*text);
  artifacts.try_emplace(digest, Artifact{file, *text});
  value = std::move(digest);
  return true;
}

}  // namespace

std::optional<nlohmann::json> unf_config(Documents& documents, const Document& document, const Catalog::Entry& type,
                                         const std::string& name, const std::vector<Value::Member>& properties,
                                         Artifacts& artifacts) {
  Value given;
  given.kind = Value::Kind::map;
  given.file = document.file;
  bool well = true;
  std::set<std::string_view> seen;
  for (const auto& [key, value] : properties) {
    if (value->is_null() || !seen.insert(key->text).second) continue;
    auto evaluated = evaluate(documents, document, name, value);
    well = well && evaluated != nullptr;
    if (evaluated != nullptr) given.members.push_back({key, std::move(evaluated)});
  }
  if (const auto* node = document.find_node(name))
    std::tie(given.line, given.column) = std::tie(node->at.line, node->at.column);
  const auto& declared = declared_in(type.config_schema);
  auto closed = type.config_schema;
  closed["additionalProperties"] = type.config_schema.value("additionalProperties", nlohmann::json(false));
  auto config = to_config(given, closed, name, documents.problems());
  if (!config) return std::nullopt;
  for (auto& [key, value] : config->items()) {
    if (!declared.contains(key) || declared[key].value("format", "") != "unf-artifact") continue;
    const auto* written = given.find(key);
    if (written == nullptr) continue;
    if (!value.is_array()) well = take_file(documents, document, value, *written, artifacts) && well;
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
      well = take_file(documents, document, value[i], *written->items[i], artifacts) && well;
  }
  return well ? std::move(config) : std::nullopt;
}

const nlohmann::json& declared_in(const nlohmann::json& schema) {
  static const auto kNone = nlohmann::json::object();
  const auto properties = schema.find("properties");
  return properties == schema.end() ? kNone : *properties;
}

const std::vector<Value::Member>& properties_in(const Value* map) {
  static const std::vector<Value::Member> kNone;
  return map == nullptr ? kNone : map->members;
}

}  // namespace unf::tosca
