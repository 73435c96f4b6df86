#include "tosca/sol001/config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <regex>

namespace unf::tosca {
namespace {

using nlohmann::json;

std::optional<double> bound(const json& schema, const char* key) {
  const auto found = schema.find(key);
  return found != schema.end() && found->is_number() ? std::optional{found->get<double>()} : std::nullopt;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string range_text(const json& schema, const char* low, const char* high, const char* unit) {
  const auto at = [&](const char* key) { return schema.at(key).dump(); };
  if (schema.contains(low) && schema.contains(high)) return fmt::format(" from {} to {}{}", at(low), at(high), unit);
  if (schema.contains(low)) return fmt::format(" of at least {}{}", at(low), unit);
  if (schema.contains(high)) return fmt::format(" of at most {}{}", at(high), unit);
  return {};
}

std::string type_of(const json& schema) {
  const auto type = schema.find("type");
  if (type != schema.end() && type->is_string()) return type->get<std::string>();
  if (schema.contains("properties")) return "object";
  if (schema.contains("items")) return "array";
  return {};
}

/// Of the types that the schema takes, the one for a value of this kind.
std::string type_of(const json& schema, const Value& value) {
  const auto types = schema.find("type");
  if (types == schema.end() || !types->is_array()) return type_of(schema);
  const auto fits = [&](const json& type) {
    return value.is_list() ? type == "array" : value.is_map() ? type == "object" : type != "array" && type != "object";
  };
  const auto type = std::ranges::find_if(*types, fits);
  return type == types->end() ? "none" : type->get<std::string>();
}

template <typename T>
std::optional<T> number(const Value& value) {
  if (!value.is_scalar() || !value.plain || value.text.empty()) return std::nullopt;
  auto text = std::string_view{value.text};
  if (text.front() == '+') text.remove_prefix(1);
  T result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>) {
    if (!std::isfinite(result)) return std::nullopt;
  }
  return result;
}

std::optional<bool> boolean(const Value& value) {
  if (!value.is_scalar() || !value.plain) return std::nullopt;
  if (value.text == "true" || value.text == "True" || value.text == "TRUE") return true;
  if (value.text == "false" || value.text == "False" || value.text == "FALSE") return false;
  return std::nullopt;
}

/// A scalar without a schema's type: what YAML's core schema makes of it.
json inferred(const Value& value) {
  if (const auto as_bool = boolean(value)) return *as_bool;
  if (const auto as_int = number<std::int64_t>(value)) return *as_int;
  if (const auto as_double = number<double>(value)) return *as_double;
  return value.text;
}

bool in_range(double number, const json& schema) {
  const auto low = bound(schema, "minimum"), high = bound(schema, "maximum");
  const auto above = bound(schema, "exclusiveMinimum"), below = bound(schema, "exclusiveMaximum");
  const auto step = bound(schema, "multipleOf");
  return !(low && number < *low) && !(high && number > *high) && !(above && number <= *above) &&
         !(below && number >= *below) && !(step && *step > 0 && std::remainder(number, *step) != 0);
}

bool length_fits(std::size_t length, const json& schema, const char* low, const char* high) {
  const auto least = bound(schema, low), most = bound(schema, high);
  return !(least && static_cast<double>(length) < *least) && !(most && static_cast<double>(length) > *most);
}

bool pattern_fits(const std::string& text, const json& schema) try {
  const auto pattern = schema.find("pattern");
  constexpr std::size_t kMaxMatched = 1024;  // std::regex recurses on its subject
  return pattern == schema.end() || !pattern->is_string() ||
         (text.size() <= kMaxMatched && std::regex_search(text, std::regex{pattern->get<std::string>()}));
} catch (const std::regex_error&) {
  return true;  // a pattern in another dialect: the uNF itself checks
}

/// What a scalar is by the schema; nullopt if it does not fit.
std::optional<json> scalar(const Value& value, const json& schema) {
  const auto type = type_of(schema, value);
  if (type == "integer") {
    if (const auto whole = number<std::int64_t>(value)) {
      return in_range(static_cast<double>(*whole), schema) ? std::optional<json>{*whole} : std::nullopt;
    }
    const auto large = number<std::uint64_t>(value);
    return large && in_range(static_cast<double>(*large), schema) ? std::optional<json>{*large} : std::nullopt;
  }
  if (type == "number") {
    const auto real = number<double>(value);
    return real && in_range(*real, schema) ? std::optional<json>{*real} : std::nullopt;
  }
  if (type == "boolean") {
    const auto truth = boolean(value);
    return truth ? std::optional<json>{*truth} : std::nullopt;
  }
  if (type == "string") {
    const bool fits =
        length_fits(characters(value.text), schema, "minLength", "maxLength") && pattern_fits(value.text, schema);
    return fits ? std::optional<json>{value.text} : std::nullopt;
  }
  return type.empty() ? std::optional<json>{inferred(value)} : std::nullopt;
}

std::optional<json> array(const Value& value, const json& schema, const std::string& what, Problems& problems) {
  auto result = json::array();
  const auto items = schema.find("items");
  bool well = true;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    auto item = to_config(*value.items[i], items != schema.end() ? *items : json::object(),
                          fmt::format("{}[{}]", what, i), problems);
    well = well && item;
    if (item) result.push_back(std::move(*item));
  }
  return well ? std::optional{std::move(result)} : std::nullopt;
}

std::optional<json> object(const Value& value, const json& schema, const std::string& what, Problems& problems) {
  auto result = json::object();
  const auto none = json::object();
  const auto& properties = schema.contains("properties") ? schema.at("properties") : none;
  std::vector<std::string_view> known;
  for (const auto& [name, property] : properties.items()) known.push_back(name);
  const auto rest = schema.find("additionalProperties");
  const bool closed = rest != schema.end() && rest->is_boolean() && !rest->get<bool>();

  bool well = true;
  for (const auto& [key, member] : value.members) {
    const auto name = fmt::format("{}.{}", what, key->text);
    const auto property = properties.find(key->text);
    if (property == properties.end() && closed) {
      problems.add(key->at(), "unknown property `{}`, expected {}{}", name, one_of(known),
                   problems.suggest(key->text, known));
      well = false;
      continue;
    }
    const auto& inner = property != properties.end()                ? *property
                        : rest != schema.end() && rest->is_object() ? *rest
                                                                    : none;
    auto config = to_config(*member, inner, name, problems);
    well = well && config;
    if (config) result[key->text] = std::move(*config);
  }
  if (const auto required = schema.find("required"); required != schema.end()) {
    for (const auto& name : *required) {
      if (value.find(name.get<std::string>()) != nullptr) continue;
      problems.add(value.at(), "no property `{}.{}`, expected {}", what, name.get<std::string>(),
                   expected_by(properties.value(name.get<std::string>(), none)));
      well = false;
    }
  }
  for (const auto& [name, property] : properties.items()) {
    if (property.contains("default") && !result.contains(name)) result[name] = property.at("default");
  }
  return well ? std::optional{std::move(result)} : std::nullopt;
}

}  // namespace

std::string expected_by(const json& schema) {
  if (const auto values = schema.find("enum"); values != schema.end()) {
    std::vector<std::string> names;
    for (const auto& value : *values) names.push_back(text_of(value));
    return fmt::format("one of {}", fmt::join(names, ", "));
  }
  const auto type = type_of(schema);
  if (schema.value("format", "") == "unf-artifact") {
    const auto list =
        schema.contains("items") ? ", or a list" + range_text(schema, "minItems", "maxItems", " of them") : "";
    return "the name of a file" + list;
  }
  if (type == "integer") return "an integer" + range_text(schema, "minimum", "maximum", "");
  if (type == "number") return "a number" + range_text(schema, "minimum", "maximum", "");
  if (type == "boolean") return "true or false";
  if (type == "array") return "a list" + range_text(schema, "minItems", "maxItems", " items");
  if (type == "object") return "a map";
  if (type != "string") return "a value";
  return "a text" + range_text(schema, "minLength", "maxLength", " characters") +
         (schema.contains("pattern") ? fmt::format(" that matches {}", text_of(schema.at("pattern"))) : "");
}

std::optional<json> to_config(const Value& value, const json& schema, const std::string& what, Problems& problems) {
  const auto type = type_of(schema, value);
  std::optional<json> result;
  if (value.is_list() && (type == "array" || type.empty())) {
    if (length_fits(value.items.size(), schema, "minItems", "maxItems")) {
      result = array(value, schema, what, problems);
      if (!result) return std::nullopt;
    }
  } else if (value.is_map() && (type == "object" || type.empty())) {
    result = object(value, schema, what, problems);
    if (!result) return std::nullopt;
  } else if (value.is_scalar()) {
    result = scalar(value, schema);
  }
  if (const auto values = schema.find("enum"); result && values != schema.end()) {
    if (std::find(values->begin(), values->end(), *result) == values->end()) result = std::nullopt;
  }
  if (!result)
    problems.add(value.at(), "property `{}` is {}, expected {}", what, value.describe(), expected_by(schema));
  return result;
}

}  // namespace unf::tosca
