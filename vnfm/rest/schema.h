#pragma once

#include <nlohmann/json.hpp>

/// Pieces of JSON Schemas (draft 7), for routing tables.
namespace unf::vnfm::schema {

[[nodiscard]] inline nlohmann::json text() { return {{"type", "string"}}; }
[[nodiscard]] inline nlohmann::json integer() { return {{"type", "integer"}}; }
[[nodiscard]] inline nlohmann::json boolean() { return {{"type", "boolean"}}; }
[[nodiscard]] inline nlohmann::json date_time() { return {{"type", "string"}, {"format", "date-time"}}; }
/// KeyValuePairs and other maps whose members nobody describes.
[[nodiscard]] inline nlohmann::json map_of_anything() {
  return {{"type", "object"}, {"additionalProperties", nlohmann::json::object()}};
}
[[nodiscard]] inline nlohmann::json map_of(nlohmann::json members) {
  return {{"type", "object"}, {"additionalProperties", std::move(members)}};
}
[[nodiscard]] inline nlohmann::json object(nlohmann::json properties,
                                           nlohmann::json required = nlohmann::json::array()) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}
[[nodiscard]] inline nlohmann::json list_of(nlohmann::json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}
[[nodiscard]] inline nlohmann::json one_of(nlohmann::json values) {
  return {{"type", "string"}, {"enum", std::move(values)}};
}
[[nodiscard]] inline nlohmann::json link() { return object({{"href", text()}}, {"href"}); }

}  // namespace unf::vnfm::schema
