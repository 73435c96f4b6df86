#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tosca/reader.h"

namespace unf::vnfm {

struct ValidateCommand {
  std::vector<std::string> paths;
  std::string catalog;  ///< file; empty: the built-in one
  bool json = false;
  bool quiet = false;
};

/// Says what is wrong with service descriptions, or what they are. Returns the exit code.
int run_validate(const ValidateCommand& command);

/// For editors and build servers (docs/editors.md).
[[nodiscard]] nlohmann::json to_json(const tosca::Validation& validation);

/// A line for each service, or for each problem.
[[nodiscard]] std::string to_text(const tosca::Validation& validation);

}  // namespace unf::vnfm
