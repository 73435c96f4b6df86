#include "vnfm/lifecycle/grants.h"

#include <algorithm>
#include <cctype>

#include "vnfm/lifecycle/links.h"

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

/// What an NFVO sends may be anything.
std::string text_of(const json& object, const char* name) {
  const auto at = object.is_object() ? object.find(name) : object.end();
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}
json list_in(const json& grant, const char* name) {
  const auto at = grant.find(name);
  return at != grant.end() && at->is_array() ? *at : json::array();
}

/// Zone of a granted resource, by the id that the grant gives it in `zones`.
Result<std::string> zone_of(const json& grant, const std::string& id) {
  for (const auto& zone : list_in(grant, "zones")) {
    if (text_of(zone, "id") == id && !text_of(zone, "zoneId").empty()) return text_of(zone, "zoneId");
  }
  return fail(Errc::malformed, "the grant's zones have none with id {} and a zoneId", id);
}

/// A node that the grant names VNFCs of is in their zone, others stay where they are.
Result<void> set_zones(const json& grant, const std::vector<Vnfc>& vnfcs, Desired& target) {
  std::map<std::string, std::string> granted;
  for (const auto* list : {"addResources", "updateResources"}) {
    for (const auto& resource : list_in(grant, list)) {
      const auto id = text_of(resource, "resourceDefinitionId"), zone_id = text_of(resource, "zoneId");
      if (zone_id.empty()) continue;
      const auto vnfc = std::ranges::find(vnfcs, id, &Vnfc::id);
      if (vnfc == vnfcs.end()) {
        return fail(Errc::malformed, "the grant's {}: resourceDefinitionId {}: nobody has asked for it", list, id);
      }
      const auto zone = zone_of(grant, zone_id);
      if (!zone) return fail(zone.error());
      const auto [known, is_new] = granted.emplace(vnfc->node, *zone);
      if (is_new || known->second == *zone) continue;
      return fail(Errc::conflict, "the grant puts VNFC {} in zone {}, others of {} are in {}: expected one zone", id,
                  *zone, vnfc->node, known->second);
    }
  }
  granted.merge(target.zones);
  std::erase_if(granted,
                [&](const auto& entry) { return std::ranges::find(vnfcs, entry.first, &Vnfc::node) == vnfcs.end(); });
  target.zones = std::move(granted);
  return {};
}

/// VimConnectionInfo by id: a list until version 1.2.0 of the interface, a map since.
json connections_in(const json& grant) {
  auto by_id = json::object();
  for (const auto& connection : list_in(grant, "vimConnections")) by_id[text_of(connection, "id")] = connection;
  if (const auto map = grant.find("vimConnectionInfo"); map != grant.end() && map->is_object()) by_id.update(*map);
  std::erase_if(by_id.get_ref<json::object_t&>(),
                [](const auto& entry) { return entry.first.empty() || text_of(entry.second, "vimType").empty(); });
  return by_id;
}

/// The instance knows VIM connections that come with a grant, but for those that it knew before (SOL003 9.5.2.3).
void add_vim_connections(const json& grant, const Service& service, Operation& operation) {
  auto connections = connections_in(grant);
  if (connections.empty()) return;
  auto info = operation.info.is_null() ? service.info : operation.info;
  connections.update(info.value("vimConnectionInfo", json::object()));
  info["vimConnectionInfo"] = std::move(connections);
  operation.info = std::move(info);
}

}  // namespace

json grant_request(const Operation& operation, const Service& service, const json& affected, const std::string& root) {
  const auto lcm = root + "/vnflcm/v2";
  const auto vnfd = next_vnfd(operation, service);
  json request{{"vnfInstanceId", service.id},
               {"vnfLcmOpOccId", operation.id},
               {"vnfdId", service.info["vnfdId"]},
               {"operation", to_string(operation.kind)},
               {"isAutomaticInvocation", operation.automatic},
               {"_links",
                {{"vnfLcmOpOcc", {{"href", lcm + "/vnf_lcm_op_occs/" + operation.id}}},
                 {"vnfInstance", {{"href", lcm + "/vnf_instances/" + service.id}}}}}};
  if (service.info["vnfdId"] != vnfd) request["dstVnfdId"] = vnfd;
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

Result<void> follow_grant(const json& grant, const std::vector<Vnfc>& vnfcs, const Service& service,
                          Operation& operation) {
  if (!operation.target) return {};
  auto& target = *operation.target;
  if (auto set = set_zones(grant, vnfcs, target); !set) return set;
  if (const auto links = grant.find("extVirtualLinks"); links != grant.end()) {
    if (auto checked = check_links(*links); !checked)
      return fail(Errc::malformed, "the grant's {}", checked.error().message);
    relink(target.links, *links);
  }
  if (const auto links = list_in(grant, "extManagedVirtualLinks"); !links.empty()) target.managed_links = links;
  add_vim_connections(grant, service, operation);
  return {};
}

}  // namespace unf::vnfm
