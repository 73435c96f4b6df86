#pragma once

#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/plan.h"
#include "graph/model/result.h"
#include "graph/model/service_request.h"
#include "graph/terms/pass.h"

namespace unf::graph {

struct CompileOptions {
  enum class Parallelize { off, on, automatic };
  bool consolidate = true;  ///< merge what several VNFs do to the same packets
  /// Whether uNFs may have packets at once, for less latency at the cost of cores: `on` wherever it pays; `automatic`
  /// where it pays and a path's max_latency asks for it, by the costs of its uNFs on the host's largest core.
  Parallelize parallelize = Parallelize::automatic;
  Plan::Default default_action = Plan::Default::drop;
  HostId host_before;                                 ///< where it runs: it stays there, if it can
  GateShares gate_shares;                             ///< how often uNFs take their gates, where that is known
  const Conditions* conditions = &Conditions::all();  ///< of rewrites; never null, outlives what is compiled
};

/// From a request to the plan of what runs where. Deterministic: the same input gives a byte-equal dump.
/// Errors: malformed, a line for each problem of the request; no_capacity, also where no host does what its VNFs ask of
/// their place.
[[nodiscard]] Result<Plan> compile(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                                   const CompileOptions& options = {});

}  // namespace unf::graph
