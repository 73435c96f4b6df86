#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

#include "graph/model/result.h"

namespace unf::vnfm {

/// How deep objects and lists may lie in each other.
inline constexpr int kMaxJsonDepth = 64;

/// A JSON text (RFC 8259) from somebody else. Errors: malformed for what is none, for more than kMaxJsonDepth, and for
/// two members of an object with one name.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text);

/// A JSON Schema (draft 7), compiled. Calls may come from any thread.
class JsonSchema {
 public:
  /// `schema` is ours: one that is of no use ends the program.
  explicit JsonSchema(const nlohmann::json& schema);
  ~JsonSchema();
  JsonSchema(JsonSchema&&) noexcept;
  JsonSchema& operator=(JsonSchema&&) noexcept;

  /// Errors: malformed, a line for each attribute that is missing or not as it should be: `ATTRIBUTE: what is wrong`.
  [[nodiscard]] Result<void> check(const nlohmann::json& value) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace unf::vnfm
