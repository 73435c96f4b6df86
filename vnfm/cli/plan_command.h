#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/passes/compile.h"

namespace unf::vnfm {

struct PlanCommand {
  std::vector<std::string> paths;
  std::string catalog;    ///< file; empty: the built-in one
  std::string inventory;  ///< file; empty: the built-in one
  std::optional<std::string> name;
  graph::CompileOptions options;
  std::string output = "text";  ///< text, json, dot, svg
  bool check = false;           ///< say only whether it is right
};

/// Prints the plan of a service. Returns the exit code.
int run_plan(const PlanCommand& command);

/// The catalogue of a file, or the built-in one if `file` is empty. Errors: malformed, unavailable.
[[nodiscard]] Result<Catalog> catalog_from(const std::string& file);

}  // namespace unf::vnfm
