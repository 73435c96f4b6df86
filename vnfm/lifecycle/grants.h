#pragma once

#include <span>
#include <string>
#include <vector>

#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/vnfcs.h"

namespace unf::vnfm {

/// GrantRequest (SOL003 9.5.2.2) for `operation` on `service`: a COMPUTE resource for each VNFC of `affected`
/// (AffectedVnfc, 5.5.3.13). `root`: of our resources, which it links to.
[[nodiscard]] nlohmann::json grant_request(const Operation& operation, const Service& service,
                                           const nlohmann::json& affected, const std::string& root);

/// PlacementConstraint (SOL003 9.5.3.6) of each affinity that binds more than one of `vnfcs`, which are all the VNFCs
/// there are to be. Those that `affected` adds are named by the request, others by what is deployed of them in `plan`
/// (null: nothing).
[[nodiscard]] nlohmann::json placement_constraints(std::span<const ServiceRequest::Affinity> affinity,
                                                   const std::vector<Vnfc>& vnfcs, const nlohmann::json& affected,
                                                   const Plan* plan);

/// Has `operation` on `service` do what a Grant (SOL003 9.5.2.3) decides: its VNFCs, all of which are `vnfcs`, are in
/// the zones that it names, its links are those that it brings, and VIM connections that are new are known. Errors:
/// malformed for a grant of something else; conflict, if VNFCs of one node are to be in several zones.
[[nodiscard]] Result<void> follow_grant(const nlohmann::json& grant, const std::vector<Vnfc>& vnfcs,
                                        const Service& service, Operation& operation);

}  // namespace unf::vnfm
