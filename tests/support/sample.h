#pragma once

#include <string>
#include <vector>

#include "dataplane/catalog.h"
#include "graph/model/inventory.h"
#include "graph/passes/compile.h"
#include "tosca/file_set.h"
#include "tosca/reader.h"

namespace unf::testing_support {

/// What samples/enterprise-edge asks for. Throws where it cannot be read.
inline ServiceRequest sample_request() {
  const std::vector<std::string> paths{std::string{UNF_SOURCE_DIR} + "/samples/enterprise-edge"};
  return tosca::load(paths)
      .and_then([&](const tosca::FileSet& files) { return tosca::read_service(files, dataplane::linked_catalog()); })
      .value();
}

/// The plan of samples/enterprise-edge; NICs `in` and `out`. Throws where it has none.
inline Plan sample_plan(RunMode mode = RunMode::fused, bool consolidate = true) {
  auto inventory = Inventory::built_in();
  inventory.hosts[0].mode = mode;
  return graph::compile(sample_request(), dataplane::linked_catalog(), inventory, {.consolidate = consolidate}).value();
}

}  // namespace unf::testing_support
