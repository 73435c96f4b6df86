#include "tosca/sol001/value_check.h"

#include "tosca/sol001/functions.h"
#include "tosca/sol001/simple_value.h"

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxNestedValues = 32;

/// Where the last value in it is written.
SourcePlace end_of(const Value& value) {
  if (!value.items.empty()) return end_of(*value.items.back());
  if (!value.members.empty()) return end_of(*value.members.back().value);
  return value.at();
}

/// The built-in type that a data type derives from, with the constraints of all types in between.
PropertySchema constrained_simple_type(const TypeSchema& type) {
  PropertySchema simple{.type = type.simple};
  for (const auto* definition : type.definitions) {
    if (const auto* constraints = definition->find("constraints")) {
      for (const auto& constraint : constraints->items) simple.constraints.push_back(constraint.get());
    }
  }
  return simple;
}

}  // namespace

bool is_empty(const Value& value) {
  return value.is_null() || (value.is_list() && value.items.empty()) || (value.is_map() && value.members.empty());
}

std::string ValueSubject::path() const {
  if (outer == nullptr) return {};
  auto path = outer->path();
  if (name.empty()) return fmt::format("{}[{}]", path, index);
  return path.empty() ? std::string{name} : fmt::format("{}.{}", path, name);
}

std::string ValueSubject::text() const { return fmt::format("{} `{}` of `{}`", kind, path(), owner); }

void ValueChecker::check(const ValueContext& context, const ValuePtr& written, const PropertySchema& schema,
                         const ValueSubject& subject) {
  if (documents_.problems().says_between(written->at(), end_of(*written))) return;
  const auto value = evaluate(documents_, context.document, context.self, written, Late::allowed);
  if (value == nullptr || value->is_null()) return;  // wrong and reported, or known later
  check_evaluated(context, *value, written->at(), schema, subject);
}

void ValueChecker::check_evaluated(const ValueContext& context, const Value& value, const SourcePlace& at,
                                   const PropertySchema& schema, const ValueSubject& subject) {
  if (value.is_null() || is_function(value) || subject.depth() > kMaxNestedValues || !documents_.spend()) return;
  if (!check_parts(context, value, at, schema, subject)) {
    findings_.wrong(at, "{} is {}, expected {}", subject.text(), value.describe(), schema.expected());
    return;
  }
  for (const auto* constraint : schema.constraints) {
    if (const auto breach = constraints_.breach(value, schema.type, *constraint)) {
      findings_.wrong(at, "{} is {}, expected {}", subject.text(), breach->is, breach->expected);
    }
  }
}

bool ValueChecker::check_parts(const ValueContext& context, const Value& value, const SourcePlace& at,
                               const PropertySchema& schema, const ValueSubject& subject) {
  const auto type = schema.type;
  if (type == "any") return true;
  if (type == "range") return is_range(value);
  if (type == "list") {
    if (!value.is_list()) return false;
    for (std::size_t i = 0; schema.entry != nullptr && i < value.items.size(); ++i) {
      check_evaluated(context, *value.items[i], value.items[i]->at(), *schema.entry, subject.item(i));
    }
    return true;
  }
  if (type == "map") {
    if (!value.is_map()) return false;
    for (const auto& [key, member] : value.members) {
      if (schema.entry != nullptr) {
        check_evaluated(context, *member, member->at(), *schema.entry, subject.inner(key->text));
      }
    }
    return true;
  }
  if (!simple_type(type).empty()) return is_of_simple_type(type, value);
  return check_data_type(context, value, at, type, subject);
}

bool ValueChecker::check_data_type(const ValueContext& context, const Value& value, const SourcePlace& at,
                                   std::string_view type, const ValueSubject& subject) {
  const auto& declared = schemas_.of(context.document, "data_types", type);
  if (!declared.simple.empty()) {
    check_evaluated(context, value, at, constrained_simple_type(declared), subject);
    return true;
  }
  if (declared.open && declared.properties.empty()) return true;
  if (!value.is_map()) return false;
  check_properties(context, {.map = &value, .type = type, .schema = declared, .at = at}, subject);
  return true;
}

void ValueChecker::check_properties(const ValueContext& context, const WrittenProperties& properties,
                                    const ValueSubject& subject) {
  const auto& schema = properties.schema;
  const auto* written = properties.map;
  if (schema.open && schema.properties.empty()) return;
  const bool is_whole = subject.outer == nullptr;
  if (written != nullptr && !written->is_map() && !is_empty(*written)) {
    findings_.wrong(written->at(), "{} is {}, expected a map",
                    is_whole ? fmt::format("`properties` of `{}`", subject.owner) : subject.text(),
                    written->describe());
    return;
  }
  if (written != nullptr) {
    for (const auto& [key, value] : written->members) {
      if (properties.is_checked_elsewhere(key->text)) continue;
      const auto declared = schema.properties.find(key->text);
      if (declared != schema.properties.end()) {
        check(context, value, declared->second, subject.inner(key->text));
      } else if (!schema.open && !properties.partial) {
        report_unknown(*key, subject.inner(key->text), properties);
      }
    }
  }
  if (properties.partial) return;
  for (const auto& [name, property] : schema.properties) {
    if (!property.required || (written != nullptr && written->find(name) != nullptr)) continue;
    findings_.warn(written == nullptr || is_whole ? properties.at : written->at(), "{} is not there, expected {}",
                   subject.inner(name).text(), property.expected());
  }
}

/// What SOL001 does not know yet may be of a later version; but not what looks like a name of today.
void ValueChecker::report_unknown(const Value& key, const ValueSubject& subject, const WrittenProperties& properties) {
  const auto& [schema, type] = std::tie(properties.schema, properties.type);
  const auto suggestion = documents_.problems().suggest(key.text, [&] { return schema.property_names(); });
  if (schema.normative && suggestion.empty()) {
    findings_.warn(key.at(), "{} is none that type {} has, and says nothing", subject.text(), type);
  } else if (subject.depth() == 1) {
    findings_.wrong(key.at(), "unknown property `{}` of `{}`, expected one that type {} has{}", key.text, subject.owner,
                    type, suggestion);
  } else {
    findings_.wrong(key.at(), "unknown {}, expected one that type {} has{}", subject.text(), type, suggestion);
  }
}

}  // namespace unf::tosca
