#pragma once

#include "graph/model/catalog.h"
#include "graph/model/service_request.h"
#include "tosca/package/package_writer.h"

namespace unf::tosca {

/// A service as a package in our profile (docs/tosca.md): an NSD, a VNFD of uNFs for each VNF, rule files. Read again
/// it is the same service (service_request_json.h), but for identifiers of VNFDs that several VNFs have which differ;
/// else that is an error. Errors: malformed, for what the profile
/// cannot say.
[[nodiscard]] Result<PackageTexts> write_profile(const ServiceRequest& service, const Catalog& catalog);

}  // namespace unf::tosca
