#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/plan.h"
#include "graph/model/service_request.h"
#include "vnfm/lifecycle/records.h"

namespace unf::vnfm {

/// A VNFC: one instance of a node of a VNF's template. It is what the owner asked for; which uNF does its work is the
/// compiler's choice (docs/design/ownership.md).
struct Vnfc {
  std::string id;  ///< a UUID, the same for its life
  std::string node;
  std::uint32_t number = 0;  ///< of the node's instances, from 0
  OwnerPath owner;
  std::string zone{};  ///< resource zone that it is granted in; empty: nobody has said
};

/// The VNFCs of a VNF instance, in the order of its template. Its ends are connection points, and none.
[[nodiscard]] std::vector<Vnfc> vnfcs_of(const std::string& service, const ServiceRequest& described,
                                         const Desired& desired);

/// The deployed uNF that does the work of a VNFC; null, if none does.
[[nodiscard]] const Plan::Node* deployed(const Plan& plan, const Vnfc& vnfc);

/// The resource that a VNFC is said to have: what is deployed of it in `plan` (null: nothing), else its owner path.
[[nodiscard]] std::string resource_id_of(const Plan* plan, const Vnfc& vnfc);

/// AffectedVnfc (SOL003 5.5.3.13) of all that differ, MODIFIED where `renews` and it is in both.
[[nodiscard]] nlohmann::json affected_vnfcs(const std::vector<Vnfc>& before, const std::vector<Vnfc>& after,
                                            bool renews, const Plan* plan_before, const Plan* plan_after);

/// Adds to what left (AffectedVnfc, REMOVED) what it counted last, as its metadata. `departed`: {owner: {in, out,
/// drop}} as an agent answers it; the numbers are the sums of an owner's instances, and stand at the first of them.
void add_last_counts(nlohmann::json& affected, const std::string& service, const std::string& vnf,
                     const nlohmann::json& departed);

}  // namespace unf::vnfm
