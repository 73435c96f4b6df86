#include "vnfm/rest/lcm_view.h"

#include <algorithm>

#include "vnfm/lifecycle/goal.h"
#include "vnfm/lifecycle/outcome.h"
#include "vnfm/lifecycle/vim_connections.h"
#include "vnfm/lifecycle/vnfcs.h"
#include "vnfm/rest/lcm_tasks.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

json scale_of(const std::map<std::string, std::uint32_t>& levels) {
  auto scale = json::array();
  for (const auto& [aspect, level] : levels) scale.push_back({{"aspectId", aspect}, {"scaleLevel", level}});
  return scale;
}

json vnfc_resource(const Vnfc& vnfc, const Plan* plan) {
  json resource{
      {"id", vnfc.id}, {"vduId", vnfc.node}, {"computeResource", {{"resourceId", resource_id_of(plan, vnfc)}}}};
  const auto* node = plan == nullptr ? nullptr : deployed(*plan, vnfc);
  if (!vnfc.zone.empty()) resource["zoneId"] = vnfc.zone;
  if (node != nullptr) resource["metadata"]["sharedOwners"] = std::to_string(node->owners.size());
  return resource;
}

/// The node that an end of a VNF leads to, or that leads to it.
std::string node_beside(const VnfTemplate& graph, const std::string& end) {
  for (const auto& edge : graph.edges) {
    if (edge.from == end) return edge.to;
    if (edge.to == end) return edge.from;
  }
  return {};
}

/// The cpConfigId that is shown of a connection point.
std::string config_of(const json& links, const std::string& port, const std::string& node) {
  for (const auto& link : links) {
    for (const auto& cp : link["extCps"]) {
      if (cp["cpdId"] == port || cp["cpdId"] == node) return cp_config(cp).begin().key();
    }
  }
  return cp_config(json::object()).begin().key();
}

/// VnfExtCpInfo of each port; in `resources`, the VnfcResourceInfo of `vnfcs`, the connection point that it exposes.
json ext_cps(const Service& service, const VnfTemplate& graph, const std::vector<Vnfc>& vnfcs, json& resources) {
  auto cps = json::array();
  for (const auto* ports : {&graph.inputs, &graph.outputs}) {
    for (const auto& [port, node] : *ports) {
      const auto id = service.id + "/" + node;
      cps.push_back({{"id", id},
                     {"cpdId", port},
                     {"cpConfigId", config_of(service.desired->links, port, node)},
                     {"cpProtocolInfo", json::array({{{"layerProtocol", "IP_OVER_ETHERNET"}}})}});
      const auto exposed = std::ranges::find(vnfcs, node_beside(graph, node), &Vnfc::node);
      if (exposed == vnfcs.end()) continue;
      const auto cp_id = exposed->id + "/" + node;
      cps.back()["associatedVnfcCpId"] = cp_id;
      resources[static_cast<std::size_t>(exposed - vnfcs.begin())]["vnfcCpInfo"].push_back(
          {{"id", cp_id}, {"cpdId", node}, {"vnfExtCpId", id}});
    }
  }
  return cps;
}

}  // namespace

json LcmView::instance(const Service& service, Lifecycle& lifecycle) const {
  auto shown = service.info;
  shown["id"] = service.id;
  shown["instantiationState"] = service.desired ? "INSTANTIATED" : "NOT_INSTANTIATED";
  if (const auto connections = shown.find("vimConnectionInfo"); connections != shown.end()) {
    *connections = without_secrets(std::move(*connections));
    if (major == 1) *connections = connections_as_list(*connections);
  }
  if (service.desired) shown["instantiatedVnfInfo"] = instantiated_info(service, lifecycle);
  shown["_links"] = instance_links(service);
  return shown;
}

json LcmView::instance_links(const Service& service) const {
  const auto self = instance_uri(service.id);
  json links{{"self", {{"href", self}}}};
  if (!service.operation.empty()) return links;
  for (const auto& task : kLcmTasks) {
    if (task.exists_in(major) && may_begin(task.kind, service)) links[task.link]["href"] = self + task.path;
  }
  return links;
}

json LcmView::instantiated_info(const Service& service, Lifecycle& lifecycle) const {
  const auto& desired = *service.desired;
  const char* state = desired.stopped ? "STOPPED" : "STARTED";
  json info{{"flavourId", desired.flavour}, {"vnfState", state}, {"vnfcResourceInfo", json::array()}};
  if (!desired.scale.empty()) info["scaleStatus"] = scale_of(desired.scale);
  const auto described = lifecycle.described(service);
  if (!described) return info;
  const auto& vnf = (*described)->vnfs.front();
  if (major != 1 && !vnf.aspects.empty()) {
    std::map<std::string, std::uint32_t> most;
    for (const auto& aspect : vnf.aspects) most[aspect.name] = aspect.max_level;
    info["maxScaleLevels"] = scale_of(most);
  }
  const auto vnfcs = vnfcs_of(service.id, **described, desired);
  const auto graph = lifecycle.graph_of(service).second;
  const auto* plan = graph == nullptr ? nullptr : graph->parsed.get();
  auto& resources = info["vnfcResourceInfo"];
  for (const auto& vnfc : vnfcs) {
    resources.push_back(vnfc_resource(vnfc, plan));
    if (major == 1) continue;
    info["vnfcInfo"].push_back(
        {{"id", vnfc.id}, {"vduId", vnfc.node}, {"vnfcResourceInfoId", vnfc.id}, {"vnfcState", state}});
  }
  info["extCpInfo"] = ext_cps(service, vnf.graph, vnfcs, resources);
  if (!desired.links.empty()) {
    const auto links = ext_virtual_link_info(desired.links);
    info["extVirtualLinkInfo"] = major == 1 ? without_current_cps(links) : links;
  }
  return info;
}

json LcmView::operation(const Operation& operation) const {
  const auto self = operation_uri(operation.id);
  auto parameters = operation.parameters;
  if (parameters.contains("vimConnectionInfo")) {
    parameters["vimConnectionInfo"] = without_secrets(std::move(parameters["vimConnectionInfo"]));
  }
  json shown{{"id", operation.id},
             {"operationState", to_string(operation.state)},
             {"stateEnteredTime", operation.entered},
             {"startTime", operation.started},
             {"vnfInstanceId", operation.service},
             {"operation", to_string(operation.kind)},
             {"isAutomaticInvocation", operation.automatic},
             {"operationParams", std::move(parameters)},
             {"isCancelPending", !operation.cancel.empty() && !operation.rests()}};
  shown.update(outcome_in(major, operation.outcome));
  if (operation.grant.contains("id")) shown["grantId"] = operation.grant["id"];
  if (!operation.cancel.empty()) shown["cancelMode"] = operation.cancel;
  if (operation.error) {
    shown["error"] = problem_details(status_of(operation.error->code), operation.error->message);
  }
  auto& links = shown["_links"];
  links["self"]["href"] = self;
  links["vnfInstance"]["href"] = instance_uri(operation.service);
  if (const auto uri = operation.grant.value("uri", ""); !uri.empty()) links["grant"]["href"] = uri;
  for (const auto& [event, task] :
       {std::pair{OperationEvent::retry, "retry"}, std::pair{OperationEvent::roll_back, "rollback"},
        std::pair{OperationEvent::give_up, "fail"}, std::pair{OperationEvent::cancel, "cancel"}}) {
    if (next_state(operation.state, event)) links[task]["href"] = fmt::format("{}/{}", self, task);
  }
  return shown;
}

}  // namespace unf::vnfm
