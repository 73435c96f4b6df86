#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tosca/reader.h"
#include "vnfm/cli/plan_command.h"

namespace unf::vnfm {

struct ValidateCommand {
  SourceOptions sources;
  bool json = false;
  bool quiet = false;
};

/// Says what is wrong with service descriptions, or what they are. Returns the exit code.
int run_validate(const ValidateCommand& command);

/// For editors and build servers (docs/editors.md).
[[nodiscard]] nlohmann::json to_json(const tosca::Validation& validation);

/// A line for each service, for what became of each element of it, and for each warning; or for each problem.
[[nodiscard]] std::string to_text(const tosca::Validation& validation);

}  // namespace unf::vnfm
