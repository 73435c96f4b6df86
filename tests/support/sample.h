#pragma once

#include <string>
#include <vector>

#include "dataplane/catalog/catalog.h"
#include "graph/compile/compile.h"
#include "graph/model/inventory.h"
#include "tests/support/places.h"
#include "tosca/load.h"
#include "tosca/reader.h"
#include "tosca/text/file_set.h"

namespace unf::testing_support {

/// What samples/enterprise-edge asks for. Throws where it cannot be read.
inline ServiceRequest sample_request() {
  const std::vector<std::string> paths{source_path("samples/enterprise-edge")};
  return tosca::load(paths)
      .and_then([&](const tosca::FileSet& files) {
        return tosca::read_service(files, dataplane::builtin_unfs().descriptors());
      })
      .value();
}

/// The plan of samples/enterprise-edge; NICs `in` and `out`. Throws where it has none.
inline Plan sample_plan(RunMode mode = RunMode::fused, bool consolidate = true) {
  auto inventory = Inventory::built_in();
  inventory.hosts[0].mode = mode;
  return graph::compile(sample_request(), dataplane::builtin_unfs().descriptors(), inventory,
                        {.consolidate = consolidate})
      .value();
}

}  // namespace unf::testing_support
