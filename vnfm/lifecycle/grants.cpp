#include "vnfm/lifecycle/grants.h"

#include <algorithm>
#include <cctype>

namespace unf::vnfm {
using nlohmann::json;

namespace {

/// The list of a GrantRequest for a changeType of AffectedVnfc.
const char* list_of(const json& change) {
  return change == "ADDED" ? "addResources" : change == "REMOVED" ? "removeResources" : "updateResources";
}

/// ResourceDefinition, SOL003 9.5.3.2.
json resource_of(const json& affected, const std::string& vnfd) {
  json resource{{"id", affected["id"]},
                {"type", "COMPUTE"},
                {"vduId", affected["vduId"]},
                {"vnfdId", vnfd},
                {"resourceTemplateId", affected["vduId"]}};
  if (affected["changeType"] != "ADDED") resource["resource"] = affected["computeResource"];
  return resource;
}

/// The package that it will be of.
std::string next_vnfd(const Operation& operation, const Service& service) {
  return operation.info.is_null() ? service.info["vnfdId"] : operation.info["vnfdId"];
}

/// As SOL003 spells the scopes of SOL001; empty for one it does not know.
std::string scope_of(std::string scope) {
  std::ranges::transform(scope, scope.begin(), [](unsigned char c) { return std::toupper(c); });
  const auto known = {"NFVI_POP", "ZONE", "ZONE_GROUP", "NFVI_NODE"};
  return std::ranges::find(known, scope) == std::end(known) ? std::string{} : scope;
}

}  // namespace

json grant_request(const Operation& operation, const Service& service, const json& affected, const std::string& root) {
  const auto lcm = root + "/vnflcm/v2";
  const auto vnfd = next_vnfd(operation, service);
  json request{{"vnfInstanceId", service.id},
               {"vnfLcmOpOccId", operation.id},
               {"vnfdId", service.info["vnfdId"]},
               {"operation", operation.type},
               {"isAutomaticInvocation", operation.automatic},
               {"_links",
                {{"vnfLcmOpOcc", {{"href", lcm + "/vnf_lcm_op_occs/" + operation.id}}},
                 {"vnfInstance", {{"href", lcm + "/vnf_instances/" + service.id}}}}}};
  if (vnfd != request["vnfdId"]) request["dstVnfdId"] = vnfd;
  if (operation.target) request["flavourId"] = operation.target->flavour;
  for (const auto& vnfc : affected) {
    const auto& change = vnfc["changeType"];
    const auto of = change == "REMOVED" ? service.info["vnfdId"].get<std::string>() : vnfd;
    request[list_of(change)].push_back(resource_of(vnfc, of));
  }
  return request;
}

json placement_constraints(std::span<const ServiceRequest::Affinity> affinity, const std::vector<Vnfc>& vnfcs,
                           const json& affected, const Plan* plan) {
  const auto added = [&](const Vnfc& vnfc) {
    return std::ranges::any_of(
        affected, [&](const json& each) { return each["id"] == vnfc.id && each["changeType"] == "ADDED"; });
  };
  auto constraints = json::array();
  for (const auto& [anti, scope, nodes] : affinity) {
    auto resources = json::array();
    for (const auto& vnfc : vnfcs) {
      if (std::ranges::find(nodes, vnfc.node) == nodes.end()) continue;
      const bool is_new = added(vnfc);
      resources.push_back(
          {{"idType", is_new ? "GRANT" : "RES_MGMT"}, {"resourceId", is_new ? vnfc.id : resource_id_of(plan, vnfc)}});
    }
    const auto of_scope = scope_of(scope);
    if (of_scope.empty() || resources.size() < 2) continue;
    constraints.push_back({{"affinityOrAntiAffinity", anti ? "ANTI_AFFINITY" : "AFFINITY"},
                           {"scope", of_scope},
                           {"resource", std::move(resources)}});
  }
  return constraints;
}

}  // namespace unf::vnfm
