#pragma once

#include "graph/model/catalog.h"
#include "graph/model/service_request.h"
#include "tosca/file_set.h"

namespace unf::tosca {

/// The service that TOSCA files ask for: an NSD with its VNFDs, or one VNFD alone (docs/tosca.md).
/// Errors: malformed, one line for each independent problem, `FILE:LINE: what is wrong and what was expected`.
[[nodiscard]] Result<ServiceRequest> read_service(const FileSet& files, const Catalog& catalog);

}  // namespace unf::tosca
