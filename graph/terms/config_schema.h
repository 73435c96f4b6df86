#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace unf::graph {

/// A JSON Schema (draft 7), read once for all that is to fit it.
class ConfigSchema {
 public:
  explicit ConfigSchema(const nlohmann::json& schema);
  ConfigSchema(const ConfigSchema&) = delete;
  ConfigSchema& operator=(const ConfigSchema&) = delete;
  ~ConfigSchema();

  /// Where `value` does not fit: a line each, `MEMBER: what is wrong`. Empty: it fits.
  [[nodiscard]] std::vector<std::string> violations(const nlohmann::json& value) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace unf::graph
