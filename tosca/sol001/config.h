#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "tosca/text/value.h"

namespace unf::tosca {

/// The JSON value that `value` is by `schema`: a JSON Schema's types, ranges, lengths, enumerations, items and
/// properties are checked, defaults of properties filled in. nullopt: reported, with `what` as the name of the thing.
[[nodiscard]] std::optional<nlohmann::json> to_config(const Value& value, const nlohmann::json& schema,
                                                      const std::string& what, Problems& problems);

/// What the schema takes, for messages: "an integer from 1 to 65535".
[[nodiscard]] std::string expected_by(const nlohmann::json& schema);

}  // namespace unf::tosca
