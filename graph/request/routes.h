#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/inventory.h"
#include "graph/model/service_request.h"
#include "graph/terms/problems.h"

namespace unf::graph {

/// A named output or input of a VNF.
using VnfEnd = std::pair<std::string, std::string>;

/// A path of the request, or the reverse of a symmetric one, with everything it names found.
struct Route {
  std::string path;
  const Nic* in = nullptr;  ///< of the inventory
  const Nic* out = nullptr;
  std::vector<Match> matches;  ///< at least one
  std::vector<std::string> hops;
  std::optional<Nanoseconds> max_latency;
  VnfEnd entry;                   ///< input of the first hop
  std::map<VnfEnd, VnfEnd> next;  ///< output of a hop -> input of a later one; an output without: the path ends there
};

struct Routes {
  std::vector<Route> routes;
  const Host* host = nullptr;  ///< whose NICs they are
};

/// Finds what the paths of `request` name: VNFs, links between hops, and NICs of `inventory` for the endpoints. Where
/// no link joins two hops, the only output of the first leads to the only input of the second (docs/design/wire.md,
/// "ServiceRequest"). The NICs are of one host (choose_host). What is wrong or ambiguous goes to `problems`; the result
/// is meant for use only if there are none.
[[nodiscard]] Routes resolve_routes(const ServiceRequest& request, const Inventory& inventory,
                                    const HostId& host_before, Problems& problems);

}  // namespace unf::graph
