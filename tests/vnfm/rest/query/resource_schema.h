#pragma once

#include <nlohmann/json.hpp>

namespace unf::vnfm {

/// A resource with an attribute of each kind.
inline const nlohmann::json& resource_schema() {
  static const auto schema = nlohmann::json::parse(R"json({
    "type": "object", "required": ["id", "links"],
    "properties": {
      "id": {"type": "string"},
      "size": {"type": "integer"},
      "on": {"type": "boolean"},
      "since": {"type": "string", "format": "date-time"},
      "metadata": {"type": "object", "additionalProperties": {}},
      "a/b": {"type": "string"},
      "links": {"type": "object", "properties": {"self": {"type": "string"}}},
      "info": {"type": "object", "required": ["state"], "properties": {
        "state": {"type": "string"},
        "extra": {"type": "string"},
        "cps": {"type": "array", "items": {"type": "object", "properties": {
          "name": {"type": "string"}, "addresses": {"type": "array", "items": {"type": "string"}}}}}}}
    }})json");
  return schema;
}

inline const nlohmann::json& resource() {
  static const auto resource = nlohmann::json::parse(R"json({
    "id": "x1", "size": 10, "on": true, "since": "2026-11-24T12:00:00Z", "metadata": {"owner": "me", "zone": "it's, a (b)"},
    "a/b": "slash", "links": {"self": "http://x"},
    "info": {"state": "STARTED", "extra": "more",
             "cps": [{"name": "left", "addresses": ["10.0.0.1", "10.0.0.2"]}, {"name": "right", "addresses": []}]}})json");
  return resource;
}

}  // namespace unf::vnfm
