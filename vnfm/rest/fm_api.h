#pragma once

#include "vnfm/lifecycle/alarms.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/rest/api.h"
#include "vnfm/rest/query/paging.h"

namespace unf::vnfm {

/// VNF fault management (ETSI GS NFV-SOL 003 7), version 1.3.0: alarms and subscriptions to them. `page`: resources of
/// a list's answer.
[[nodiscard]] Api make_fm_api(Alarms& alarms, Subscriptions& subscriptions, const PageMarkers& markers,
                              std::size_t page);

}  // namespace unf::vnfm
