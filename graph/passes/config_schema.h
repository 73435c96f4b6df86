#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace unf::graph {

/// Where `value` does not fit the JSON Schema `schema` (draft 7): a line each, `MEMBER: what is wrong`. Empty: it fits.
[[nodiscard]] std::vector<std::string> schema_violations(const nlohmann::json& schema, const nlohmann::json& value);

}  // namespace unf::graph
