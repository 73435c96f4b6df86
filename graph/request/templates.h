#pragma once

#include "graph/model/catalog.h"
#include "graph/model/service_request.h"
#include "graph/terms/problems.h"

namespace unf::graph {

/// Whether each VNF of the request is a graph of uNFs that exist, rightly wired and configured, at levels that it has.
void check_templates(const ServiceRequest& request, const Catalog& catalog, Problems& problems);

}  // namespace unf::graph
