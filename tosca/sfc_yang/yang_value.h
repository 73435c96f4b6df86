#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tosca/text/value.h"

namespace unf::tosca {

/// The value as JSON.
[[nodiscard]] std::string to_json_text(const Value& value);

/// A decimal number as JSON writes it. nullopt: the text is no decimal number.
[[nodiscard]] std::optional<std::string> json_number(std::string_view text);

/// The member of that name; names are the same if they differ only in that one has no module. nullptr: none.
[[nodiscard]] const Value::Member* yang_member_at(const Value& map, std::string_view name);

// --- New values at the place of an original.

[[nodiscard]] std::shared_ptr<Value> value_like(const Value& original, Value::Kind kind);
[[nodiscard]] ValuePtr scalar_like(const Value& original, std::string text, bool plain);
/// A list of one item, at the item's place.
[[nodiscard]] ValuePtr list_of(ValuePtr item);
/// The value of a leaf of type `empty`: `[null]`.
[[nodiscard]] ValuePtr empty_leaf(const Value& original);

}  // namespace unf::tosca
