#pragma once

#include <optional>
#include <string>

#include "graph/compile/compile.h"
#include "graph/model/inventory.h"
#include "graph/model/plan.h"
#include "vnfm/cli/sources.h"

namespace unf::vnfm {

/// The service that is deployed, or planned: what it is read from, its name, and how it is compiled.
struct ServiceOptions {
  using Parallelize = graph::CompileOptions::Parallelize;

  SourceOptions sources;
  std::string name;  ///< empty: as its description says
  bool consolidate = true;
  Parallelize parallelize = Parallelize::automatic;
  bool bridge = false;  ///< traffic that no path matches is let through, not dropped

  void add_to(CLI::App& verb);
  [[nodiscard]] graph::CompileOptions compile_options() const;
};

/// The plan of a service from its files; an empty `name` stands for the description's.
[[nodiscard]] Result<Plan> plan_service(const tosca::FileSet& files, const std::string& name, const Catalog& catalog,
                                        const tosca::ImageMap& images, const Inventory& inventory,
                                        const graph::CompileOptions& options);

}  // namespace unf::vnfm
