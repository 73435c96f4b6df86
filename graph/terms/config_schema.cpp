#include "graph/terms/config_schema.h"

#include <fmt/format.h>

#include <exception>

#define VALIJSON_USE_EXCEPTIONS 1  // or it ends the process
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace unf::graph {
namespace {

/// `<root>[nodes][3][type]` as `nodes[3].type`.
std::string member_name(const std::vector<std::string>& context) {
  std::string name;
  for (const auto& step : context) {
    if (step.size() < 2 || step.front() != '[') continue;
    const auto key = step.substr(1, step.size() - 2);
    const bool index = key.find_first_not_of("0123456789") == std::string::npos;
    if (!index && !name.empty()) name += '.';
    name += index ? step : key;
  }
  return name;
}

/// valijson takes what has a `format` for a string, and fails where it is of another of several types.
nlohmann::json without_loose_formats(nlohmann::json schema) {
  if (schema.is_object() && schema.contains("type") && schema.at("type").is_array()) schema.erase("format");
  for (auto& member : schema) {
    if (member.is_structured()) member = without_loose_formats(std::move(member));
  }
  return schema;
}

}  // namespace

struct ConfigSchema::Parsed {
  valijson::Schema schema;
  std::string unusable;  // why
};

ConfigSchema::ConfigSchema(const nlohmann::json& schema) : parsed_(std::make_unique<Parsed>()) {
  try {
    const auto usable = without_loose_formats(schema);
    valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{usable}, parsed_->schema);
  } catch (const std::exception& e) {
    parsed_->unusable = fmt::format("the type's schema cannot be used: {}", e.what());
  }
}
ConfigSchema::~ConfigSchema() = default;

std::vector<std::string> ConfigSchema::violations(const nlohmann::json& value) const try {
  if (!parsed_->unusable.empty()) return {parsed_->unusable};
  const valijson::adapters::NlohmannJsonAdapter adapter{value};
  valijson::ValidationResults results;
  if (valijson::Validator{}.validate(parsed_->schema, adapter, &results)) return {};
  std::vector<std::string> violations;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    const auto member = member_name(error.context);
    violations.push_back(member.empty() ? error.description : fmt::format("{}: {}", member, error.description));
  }
  return violations;
} catch (const std::exception& e) {
  return {fmt::format("the type's schema cannot be used: {}", e.what())};
}

}  // namespace unf::graph
