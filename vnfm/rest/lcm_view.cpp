#include "vnfm/rest/lcm_view.h"

#include <algorithm>

#include "vnfm/lifecycle/vnfcs.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

/// VimConnectionInfo without what proves who we are (SOL003 4.4.1.6).
json without_secrets(json connections) {
  for (auto& connection : connections) {
    const auto access = connection.find("accessInfo");
    if (access == connection.end() || !access->is_object()) continue;
    for (auto at = access->begin(); at != access->end();) {
      const bool secret = std::ranges::any_of(std::array{"password", "secret", "token", "key"}, [&](const char* word) {
        return at.key().find(word) != std::string::npos;
      });
      at = secret ? access->erase(at) : std::next(at);
    }
  }
  return connections;
}

json as_list(const json& by_id) {
  auto list = json::array();
  for (const auto& [id, connection] : by_id.items()) {
    list.push_back(connection);
    list.back()["id"] = id;
  }
  return list;
}

json scale_of(const std::map<std::string, std::uint32_t>& levels) {
  auto scale = json::array();
  for (const auto& [aspect, level] : levels) scale.push_back({{"aspectId", aspect}, {"scaleLevel", level}});
  return scale;
}

/// VnfExtCpInfo of each port, and ExtVirtualLinkInfo of the links that a client gave.
void add_connectivity(json& info, const ServiceRequest::Vnf& vnf, const Desired& desired, const std::string& id) {
  auto& cps = info["extCpInfo"] = json::array();
  for (const auto* ports : {&vnf.graph.inputs, &vnf.graph.outputs}) {
    for (const auto& [port, node] : *ports) {
      cps.push_back({{"id", id + "/" + node},
                     {"cpdId", port},
                     {"cpProtocolInfo", json::array({{{"layerProtocol", "IP_OVER_ETHERNET"}}})}});
    }
  }
  if (desired.links.empty()) return;
  auto& links = info["extVirtualLinkInfo"] = json::array();
  for (const auto& link : desired.links) {
    json handle{{"resourceId", link["resourceId"]}};
    if (link.contains("vimConnectionId")) handle["vimConnectionId"] = link["vimConnectionId"];
    links.push_back({{"id", link["id"]}, {"resourceHandle", std::move(handle)}});
  }
}

}  // namespace

json LcmView::instance(const Service& service, Lifecycle& lifecycle) const {
  auto shown = service.info;
  shown["id"] = service.id;
  shown["instantiationState"] = service.desired ? "INSTANTIATED" : "NOT_INSTANTIATED";
  if (const auto connections = shown.find("vimConnectionInfo"); connections != shown.end()) {
    *connections = without_secrets(std::move(*connections));
    if (major == 1) *connections = as_list(*connections);
  }
  if (service.desired) shown["instantiatedVnfInfo"] = instantiated_info(service, lifecycle);
  shown["_links"] = instance_links(service);
  return shown;
}

json LcmView::instance_links(const Service& service) const {
  const auto self = instance_uri(service.id);
  json links{{"self", {{"href", self}}}};
  if (!service.operation.empty()) return links;
  const auto offer = [&](const char* name, const char* path) { links[name]["href"] = self + path; };
  if (!service.desired) {
    offer("instantiate", "/instantiate");
    return links;
  }
  offer("terminate", "/terminate");
  offer("scale", "/scale");
  offer("scaleToLevel", "/scale_to_level");
  offer("changeFlavour", "/change_flavour");
  offer("heal", "/heal");
  offer("operate", "/operate");
  offer("changeExtConn", "/change_ext_conn");
  if (major != 1) offer("changeVnfPkg", "/change_vnfpkg");
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
  add_connectivity(info, vnf, desired, service.id);
  const auto [id, graph] = lifecycle.graph_of(service);
  for (const auto& vnfc : vnfcs_of(service.id, **described, desired)) {
    const auto* plan = graph == nullptr ? nullptr : graph->parsed.get();
    const auto* node = plan == nullptr ? nullptr : deployed(*plan, vnfc);
    json resource{
        {"id", vnfc.id}, {"vduId", vnfc.node}, {"computeResource", {{"resourceId", resource_id_of(plan, vnfc)}}}};
    if (node != nullptr) resource["metadata"]["sharedOwners"] = std::to_string(node->owners.size());
    info["vnfcResourceInfo"].push_back(std::move(resource));
    if (major == 1) continue;
    info["vnfcInfo"].push_back(
        {{"id", vnfc.id}, {"vduId", vnfc.node}, {"vnfcResourceInfoId", vnfc.id}, {"vnfcState", state}});
  }
  return info;
}

json LcmView::operation(const Operation& operation) const {
  const auto self = operation_uri(operation.id);
  const bool failed = operation.state == OperationState::failed_temp;
  auto parameters = operation.parameters;
  if (parameters.contains("vimConnectionInfo")) {
    parameters["vimConnectionInfo"] = without_secrets(std::move(parameters["vimConnectionInfo"]));
  }
  json shown{{"id", operation.id},
             {"operationState", to_string(operation.state)},
             {"stateEnteredTime", operation.entered},
             {"startTime", operation.started},
             {"vnfInstanceId", operation.service},
             {"operation", operation.type},
             {"isAutomaticInvocation", operation.automatic},
             {"operationParams", std::move(parameters)},
             {"isCancelPending", !operation.cancel.empty() && !operation.ended() && !failed}};
  shown.update(operation.outcome);
  if (operation.grant.contains("id")) shown["grantId"] = operation.grant["id"];
  if (!operation.cancel.empty()) shown["cancelMode"] = operation.cancel;
  if (operation.error) {
    shown["error"] = problem_details(status_of(operation.error->code), operation.error->message);
  }
  auto& links = shown["_links"];
  links["self"]["href"] = self;
  links["vnfInstance"]["href"] = instance_uri(operation.service);
  if (const auto uri = operation.grant.value("uri", ""); !uri.empty()) links["grant"]["href"] = uri;
  if (failed) {
    for (const auto* task : {"retry", "rollback", "fail"}) links[task]["href"] = self + "/" + task;
  } else if (!operation.ended()) {
    links["cancel"]["href"] = self + "/cancel";
  }
  return shown;
}

json LcmView::subscription(const Subscription& subscription) const {
  json shown{{"id", subscription.id}, {"callbackUri", subscription.request["callbackUri"]}};
  for (const auto* name : {"filter", "verbosity"}) {
    if (subscription.request.contains(name)) shown[name] = subscription.request[name];
  }
  shown["_links"]["self"]["href"] = subscription_uri(subscription.id);
  return shown;
}

}  // namespace unf::vnfm
