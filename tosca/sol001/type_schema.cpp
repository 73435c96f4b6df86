#include "tosca/sol001/type_schema.h"

#include "tosca/sol001/normative/normative.h"
#include "tosca/sol001/simple_value.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

/// Adds the properties of a definition that is derived from. What the types derived from it leave open is as it says.
void inherit_properties(const Value& definition, std::map<std::string_view, PropertySchema>& properties) {
  const auto* declared = definition.find("properties");
  if (declared == nullptr) return;
  for (const auto& [key, value] : declared->members) {
    if (!value->is_map()) continue;
    const auto known = properties.find(key->text);
    if (known == properties.end()) {
      properties.emplace(key->text, property_schema(*value));
    } else if (known->second.type == "any") {
      auto inherited = property_schema(*value);
      inherited.required = inherited.required && known->second.required;
      known->second = std::move(inherited);
    }
  }
}

}  // namespace

std::string PropertySchema::expected() const {
  if (type == "string") return "a text";
  if (type == "integer") return "an integer";
  if (type == "float") return "a number";
  if (type == "boolean") return "true or false";
  if (type == "range") return "[ FIRST, LAST ]";
  if (type == "list" || type == "map") {
    return fmt::format("a {}{}", type, entry == nullptr ? "" : fmt::format(" of {}", entry->type));
  }
  if (const auto unit = unit_of(type)) return std::string{example_of(*unit)};
  return fmt::format("a {}", type);
}

PropertySchema property_schema(const Value& definition) {
  PropertySchema property;
  if (const auto* type = definition.find("type"); type != nullptr && type->is_scalar()) property.type = type->text;
  if (const auto* required = definition.find("required")) property.required = to_boolean(required->text).value_or(true);
  if (definition.find("default") != nullptr) property.required = false;
  if (const auto* constraints = definition.find("constraints")) {
    for (const auto& constraint : constraints->items) property.constraints.push_back(constraint.get());
  }
  if (const auto* entry = definition.find("entry_schema"); entry != nullptr && !entry->is_null()) {
    property.entry = std::make_shared<PropertySchema>(entry->is_scalar() ? PropertySchema{.type = entry->text}
                                                                         : property_schema(*entry));
  }
  return property;
}

std::vector<std::string_view> TypeSchema::property_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, property] : properties) names.push_back(name);
  return names;
}

const TypeSchema& TypeSchemas::of(const Document& document, std::string_view section, std::string_view type) {
  const auto [entry, is_new] = schemas_.try_emplace({&document, section, std::string{type}});
  if (is_new) entry->second = read(document, section, type);
  return entry->second;
}

TypeSchema TypeSchemas::read(const Document& document, std::string_view section, std::string_view type) {
  TypeSchema schema;
  std::string name{type};
  while (schema.definitions.size() <= kMaxDerivedTypes) {
    const bool is_normative = !normative_name(section, name).empty();
    schema.normative = schema.normative || is_normative;
    const auto* definition = documents_.definition(document, section, name);
    if (definition == nullptr) {
      schema.simple = simple_type(name);
      schema.open = schema.simple.empty();  // of a type that nobody declares nothing is known
      break;
    }
    schema.definitions.push_back(definition);
    inherit_properties(*definition, schema.properties);
    const auto* parent = definition->find("derived_from");
    if (parent == nullptr || !parent->is_scalar()) {
      // A type of SOL001 that has no properties here may have some in another version.
      schema.open = is_normative && !name.ends_with(".Root") && definition->find("properties") == nullptr;
      break;
    }
    name = parent->text;
  }
  schema.open = schema.open || (schema.properties.empty() && schema.simple.empty());
  return schema;
}

const Value* parent_type(Documents& documents, const Document& document, std::string_view section, const Value& type) {
  const auto* parent = type.find("derived_from");
  return parent == nullptr || !parent->is_scalar() ? nullptr : documents.definition(document, section, parent->text);
}

}  // namespace unf::tosca
