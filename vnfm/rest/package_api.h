#pragma once

#include "vnfm/packages/packages.h"
#include "vnfm/rest/api.h"
#include "vnfm/rest/query/paging.h"

namespace unf::vnfm {

/// `/vnfpkgm/v1`: VNF packages as NFVOs serve them (ETSI GS NFV-SOL 005 9), for clients that have no NFVO. `page`:
/// packages of a list's answer, 0 all. The packages and markers outlive it.
[[nodiscard]] Api make_package_api(Packages& packages, const PageMarkers& markers, std::size_t page);

}  // namespace unf::vnfm
