#pragma once

#include <optional>
#include <string_view>

#include "tosca/text/value.h"

namespace unf::tosca {

/// The name of a built-in type of TOSCA (1.3, 3.3), for as long as the program runs. Empty: `name` is none.
[[nodiscard]] std::string_view simple_type(std::string_view name);

/// Whether a value is one of a built-in type that has no parts: all but `range`, `list`, `map` and `any`.
[[nodiscard]] bool is_of_simple_type(std::string_view type, const Value& value);

/// Whether a value is a range: [ FIRST, LAST ], where LAST may be UNBOUNDED.
[[nodiscard]] bool is_range(const Value& value);

/// `true`, `no`, `ON`, ... nullopt: the text is no boolean.
[[nodiscard]] std::optional<bool> to_boolean(std::string_view text);

/// A value as a number that others of its type can be compared with: of a scalar-unit in its base unit. nullopt: it is
/// none.
[[nodiscard]] std::optional<double> to_comparable(std::string_view type, const Value& value);

}  // namespace unf::tosca
