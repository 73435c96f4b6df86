#pragma once

#include <string>
#include <vector>

#include "graph/model/inventory.h"
#include "graph/model/result.h"
#include "graph/model/service_request.h"

namespace unf::graph {

/// The host on which all of a request will run: the first of those that have a NIC for each of its endpoints and do
/// what its VNFs ask of their place (check_place); `before`, if it is one. Null: none has the NICs. Where none does
/// what is asked, one that has the NICs.
[[nodiscard]] const Host* choose_host(const ServiceRequest& request, const Inventory& inventory, const HostId& before);

/// Whether what VNFs ask of the place of their nodes holds on `host`: zones, and that nodes are apart, which those on
/// one host are not. Errors: no_capacity.
[[nodiscard]] Result<void> check_place(const ServiceRequest& request, const Host& host);

/// Whether each uNF on it has a runner of its own; else there is one a core.
[[nodiscard]] bool has_runner_each(const Host& host);

/// What its largest core does [cycles/s].
[[nodiscard]] double largest_core(const Host& host);

/// The NICs of `host` that are on `network`, or that one which is called `HOST.NIC`.
[[nodiscard]] std::vector<const Nic*> nics_on(const Host& host, const std::string& network);

}  // namespace unf::graph
