#pragma once

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/result.h"
#include "graph/model/service_request.h"
#include "graph/model/unf_graph.h"

namespace unf::graph {

/// The service as one graph: each VNF's template once, however many paths pass it, joined as the paths go; entries for
/// the classifiers. Nodes are called `service/vnf/node`. Where the paths that leave by one NicEgress go different ways,
/// edges are for paths; a path without edge leaves there, by the NicEgress's NIC, else by the pair of its ingress NIC.
/// Errors: malformed, a line for each problem of the request; those of check_place for the host that is chosen
/// (choose_host).
[[nodiscard]] Result<UnfGraph> expand(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                                      const HostId& host_before = HostId{});

}  // namespace unf::graph
