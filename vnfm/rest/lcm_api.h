#pragma once

#include "vnfm/lifecycle/lifecycle.h"
#include "vnfm/rest/api.h"
#include "vnfm/rest/query/paging.h"

namespace unf::vnfm {

/// `/vnflcm/v1` or `/vnflcm/v2`: the lifecycle of VNF instances (ETSI GS NFV-SOL 003 5). `page`: resources of a list's
/// answer, 0 all. The others outlive it.
[[nodiscard]] Api make_lcm_api(unsigned major, Lifecycle& lifecycle, Subscriptions& subscriptions,
                               const PageMarkers& markers, std::size_t page);

}  // namespace unf::vnfm
