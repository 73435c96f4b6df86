#include "vnfm/rest/lcm_schemas.h"

#include "vnfm/lifecycle/state_machine.h"
#include "vnfm/rest/schema.h"

namespace unf::vnfm::lcm {
using namespace schema;
using nlohmann::json;

namespace {

/// An identifier that is not empty.
json id() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}; }

json non_negative() { return {{"type", "integer"}, {"minimum", 0}}; }

json links(std::initializer_list<const char*> names) {
  auto members = json::object();
  for (const auto* name : names) members[name] = link();
  return object(std::move(members), {"self"});
}

json problem() {
  return object({{"type", text()}, {"title", text()}, {"status", integer()}, {"detail", text()}, {"instance", text()}},
                {"status", "detail"});
}

json resource_handle() {
  return object({{"vimConnectionId", text()}, {"resourceProviderId", text()}, {"resourceId", text()}}, {"resourceId"});
}

/// What is deployed of a VNFC: no VIM knows it.
json compute_resource() { return object({{"resourceId", text()}}, {"resourceId"}); }

/// A list in version 1, a map in version 2.
json vim_connection_info(unsigned major) {
  auto info = object({{"id", text()},
                      {"vimId", text()},
                      {"vimType", text()},
                      {"interfaceInfo", map_of_anything()},
                      {"accessInfo", map_of_anything()},
                      {"extra", map_of_anything()}});
  if (major == 1) {
    info["required"] = {"id", "vimType"};
    return list_of(std::move(info));
  }
  info["required"] = {"vimType"};
  return map_of(std::move(info));
}

/// The same in what a client may change: what stays need not be said, null takes an entry of the map away (RFC 7396).
json vim_connection_changes(unsigned major) {
  auto changes = vim_connection_info(major);
  if (major == 1) {
    changes["items"]["required"] = {"id"};
  } else {
    changes["additionalProperties"]["required"] = json::array();
    changes["additionalProperties"]["type"] = {"object", "null"};
  }
  return changes;
}

json ext_virtual_links() {
  const auto cp = object({{"cpdId", id()}, {"cpConfig", {{"type", {"object", "array"}}}}}, {"cpdId"});
  return list_of(
      object({{"id", id()},
              {"vimConnectionId", text()},
              {"resourceProviderId", text()},
              {"resourceId", id()},
              {"extCps", list_of(cp)},
              {"extLinkPorts", list_of(object({{"id", id()}, {"resourceHandle", resource_handle()}}, {"id"}))}},
             {"id", "resourceId", "extCps"}));
}

json managed_virtual_links() {
  return list_of(object(
      {{"id", id()}, {"vnfVirtualLinkDescId", text()}, {"vimConnectionId", text()}, {"resourceId", text()}}, {"id"}));
}

json scale_info() {
  return list_of(object({{"aspectId", id()}, {"scaleLevel", non_negative()}}, {"aspectId", "scaleLevel"}));
}

json ext_virtual_link_info(unsigned major) {
  auto info = object({{"id", text()}, {"resourceHandle", resource_handle()}}, {"id", "resourceHandle"});
  if (major != 1) {
    info["properties"]["currentVnfExtCpData"] =
        list_of(object({{"cpdId", text()}, {"cpConfig", map_of(map_of_anything())}}, {"cpdId", "cpConfig"}));
    info["required"].push_back("currentVnfExtCpData");
  }
  return list_of(std::move(info));
}

json instantiated_info(unsigned major) {
  const auto cp = object({{"id", text()},
                          {"cpdId", text()},
                          {"cpConfigId", text()},
                          {"cpProtocolInfo", list_of(object({{"layerProtocol", text()}}))},
                          {"associatedVnfcCpId", text()}},
                         {"id", "cpdId", "cpConfigId", "cpProtocolInfo"});
  const auto vnfc_cp = object({{"id", text()}, {"cpdId", text()}, {"vnfExtCpId", text()}}, {"id", "cpdId"});
  const auto vnfc_resource = object({{"id", text()},
                                     {"vduId", text()},
                                     {"computeResource", compute_resource()},
                                     {"zoneId", text()},
                                     {"vnfcCpInfo", list_of(vnfc_cp)},
                                     {"metadata", object({{"sharedOwners", text()}})}},
                                    {"id", "vduId", "computeResource"});
  json members{{"flavourId", text()},
               {"vnfState", one_of({"STARTED", "STOPPED"})},
               {"scaleStatus", scale_info()},
               {"extCpInfo", list_of(cp)},
               {"extVirtualLinkInfo", ext_virtual_link_info(major)},
               {"vnfcResourceInfo", list_of(vnfc_resource)}};
  if (major != 1) {
    members["maxScaleLevels"] = scale_info();
    members["vnfcInfo"] = list_of(object({{"id", text()},
                                          {"vduId", text()},
                                          {"vnfcResourceInfoId", text()},
                                          {"vnfcState", one_of({"STARTED", "STOPPED"})}},
                                         {"id", "vduId", "vnfcState"}));
  }
  return object(std::move(members), {"flavourId", "vnfState"});
}

/// What is known of an instance whatever its state; what an operation can change of it.
json vnf_attributes(unsigned major) {
  return {{"vnfInstanceName", text()},
          {"vnfInstanceDescription", text()},
          {"vnfdId", text()},
          {"vnfProvider", text()},
          {"vnfProductName", text()},
          {"vnfSoftwareVersion", text()},
          {"vnfdVersion", text()},
          {"vnfConfigurableProperties", map_of_anything()},
          {"vimConnectionInfo", vim_connection_info(major)},
          {"metadata", map_of_anything()},
          {"extensions", map_of_anything()}};
}

json make_vnf_instance(unsigned major) {
  auto shown = links({"self", "instantiate", "terminate", "scale", "scaleToLevel", "changeFlavour", "heal", "operate",
                      "changeExtConn"});
  if (major != 1) shown["properties"]["changeVnfPkg"] = link();
  auto members = vnf_attributes(major);
  members.update({{"id", text()},
                  {"instantiationState", one_of({"NOT_INSTANTIATED", "INSTANTIATED"})},
                  {"instantiatedVnfInfo", instantiated_info(major)},
                  {"_links", shown}});
  return object(std::move(members), {"id", "vnfdId", "vnfProvider", "vnfProductName", "vnfSoftwareVersion",
                                     "vnfdVersion", "instantiationState", "_links"});
}

/// ModificationsTriggeredByVnfPkgChange.
json package_modifications() {
  auto members = vnf_attributes(2);
  for (const auto* name : {"vnfInstanceName", "vnfInstanceDescription", "vimConnectionInfo", "metadata"}) {
    members.erase(name);
  }
  return object(std::move(members));
}

json make_op_occ(unsigned major) {
  auto operations = json::array();
  for (const auto& kind : operation_kinds()) {
    if (major >= kind.first_major) operations.push_back(kind.name);
  }
  auto states = json::array();
  for (const auto* state : operation_states()) states.push_back(state);
  const auto affected = object({{"id", text()},
                                {"vduId", text()},
                                {"changeType", text()},
                                {"computeResource", compute_resource()},
                                {"zoneId", text()},
                                {"metadata", map_of_anything()}});
  auto op_occ = object({{"id", text()},
                        {"operationState", one_of(std::move(states))},
                        {"stateEnteredTime", date_time()},
                        {"startTime", date_time()},
                        {"vnfInstanceId", text()},
                        {"grantId", text()},
                        {"operation", one_of(std::move(operations))},
                        {"isAutomaticInvocation", boolean()},
                        {"operationParams", map_of_anything()},
                        {"isCancelPending", boolean()},
                        {"cancelMode", one_of({"GRACEFUL", "FORCEFUL"})},
                        {"error", problem()},
                        {"resourceChanges", object({{"affectedVnfcs", list_of(affected)}})},
                        {"changedInfo", object(vnf_attributes(major))},
                        {"changedExtConnectivity", ext_virtual_link_info(major)},
                        {"_links", links({"self", "vnfInstance", "grant", "cancel", "retry", "rollback", "fail"})}},
                       {"id", "operationState", "stateEnteredTime", "startTime", "vnfInstanceId", "operation",
                        "isAutomaticInvocation", "operationParams", "isCancelPending", "_links"});
  if (major != 1) op_occ["properties"]["modificationsTriggeredByVnfPkgChange"] = package_modifications();
  return op_occ;
}

json filter() {
  return object({{"vnfInstanceSubscriptionFilter", instance_filter()},
                 {"notificationTypes",
                  list_of(one_of({"VnfLcmOperationOccurrenceNotification", "VnfIdentifierCreationNotification",
                                  "VnfIdentifierDeletionNotification"}))},
                 {"operationTypes", list_of(text())},
                 {"operationStates", list_of(text())}});
}

json verbosity() { return one_of({"FULL", "SHORT"}); }

json with_more(json members, unsigned major) {
  members["extVirtualLinks"] = ext_virtual_links();
  members["extManagedVirtualLinks"] = managed_virtual_links();
  members["vimConnectionInfo"] = vim_connection_info(major);
  members["additionalParams"] = map_of_anything();
  if (major != 1) {
    members["extensions"] = map_of_anything();
    members["vnfConfigurableProperties"] = map_of_anything();
  }
  return members;
}

}  // namespace

json instance_filter() {
  const auto versions =
      list_of(object({{"vnfSoftwareVersion", text()}, {"vnfdVersions", list_of(text())}}, {"vnfSoftwareVersion"}));
  const auto products = list_of(object({{"vnfProductName", text()}, {"versions", versions}}, {"vnfProductName"}));
  return object({{"vnfdIds", list_of(text())},
                 {"vnfProductsFromProviders",
                  list_of(object({{"vnfProvider", text()}, {"vnfProducts", products}}, {"vnfProvider"}))},
                 {"vnfInstanceIds", list_of(text())},
                 {"vnfInstanceNames", list_of(text())}});
}

json callback_uri() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 2048}}; }

json authentication() {
  const auto basic = object({{"userName", text()}, {"password", text()}});
  const auto oauth2 = object({{"clientId", text()}, {"clientPassword", text()}, {"tokenEndpoint", text()}});
  return object({{"authType", list_of(one_of({"BASIC", "OAUTH2_CLIENT_CREDENTIALS", "TLS_CERT"}))},
                 {"paramsBasic", basic},
                 {"paramsOauth2ClientCredentials", oauth2}},
                {"authType"});
}

const json& vnf_instance(unsigned major) {
  static const json v1 = make_vnf_instance(1), v2 = make_vnf_instance(2);
  return major == 1 ? v1 : v2;
}

const json& op_occ(unsigned major) {
  static const json v1 = make_op_occ(1), v2 = make_op_occ(2);
  return major == 1 ? v1 : v2;
}

const json& subscription() {
  static const json schema = object({{"id", text()},
                                     {"filter", filter()},
                                     {"callbackUri", text()},
                                     {"verbosity", verbosity()},
                                     {"_links", links({"self"})}},
                                    {"id", "callbackUri", "verbosity", "_links"});
  return schema;
}

json create_request() {
  return object({{"vnfdId", id()},
                 {"vnfInstanceName", text()},
                 {"vnfInstanceDescription", text()},
                 {"metadata", map_of_anything()}},
                {"vnfdId"});
}

json modify_request(unsigned major) {
  return object({{"vnfInstanceName", text()},
                 {"vnfInstanceDescription", text()},
                 {"vnfdId", id()},
                 {"vnfConfigurableProperties", map_of_anything()},
                 {"metadata", map_of_anything()},
                 {"extensions", map_of_anything()},
                 {"vimConnectionInfo", vim_connection_changes(major)}});
}

json instantiate_request(unsigned major) {
  return object(
      with_more({{"flavourId", id()}, {"instantiationLevelId", id()}, {"localizationLanguage", text()}}, major),
      {"flavourId"});
}

json scale_request() {
  return object({{"type", one_of({"SCALE_OUT", "SCALE_IN"})},
                 {"aspectId", id()},
                 {"numberOfSteps", {{"type", "integer"}, {"minimum", 1}, {"maximum", 1'000'000}}},
                 {"additionalParams", map_of_anything()}},
                {"type", "aspectId"});
}

json scale_to_level_request() {
  return object({{"instantiationLevelId", id()}, {"scaleInfo", scale_info()}, {"additionalParams", map_of_anything()}});
}

json change_flavour_request(unsigned major) {
  return object(with_more({{"newFlavourId", id()}, {"instantiationLevelId", id()}}, major), {"newFlavourId"});
}

json terminate_request() {
  return object({{"terminationType", one_of({"FORCEFUL", "GRACEFUL"})},
                 {"gracefulTerminationTimeout", non_negative()},
                 {"additionalParams", map_of_anything()}},
                {"terminationType"});
}

json heal_request() {
  return object({{"cause", text()}, {"vnfcInstanceId", list_of(id())}, {"additionalParams", map_of_anything()}});
}

json operate_request() {
  return object({{"changeStateTo", one_of({"STARTED", "STOPPED"})},
                 {"stopType", one_of({"FORCEFUL", "GRACEFUL"})},
                 {"gracefulStopTimeout", non_negative()},
                 {"additionalParams", map_of_anything()}},
                {"changeStateTo"});
}

json change_ext_conn_request(unsigned major) {
  auto links = ext_virtual_links();
  links["minItems"] = 1;
  return object({{"extVirtualLinks", std::move(links)},
                 {"vimConnectionInfo", vim_connection_info(major)},
                 {"additionalParams", map_of_anything()}},
                {"extVirtualLinks"});
}

json change_vnfpkg_request() { return object(with_more({{"vnfdId", id()}}, 2), {"vnfdId"}); }

json cancel_request() { return object({{"cancelMode", one_of({"GRACEFUL", "FORCEFUL"})}}, {"cancelMode"}); }

json subscription_request() {
  return object({{"filter", filter()},
                 {"callbackUri", callback_uri()},
                 {"authentication", authentication()},
                 {"verbosity", verbosity()}},
                {"callbackUri"});
}

}  // namespace unf::vnfm::lcm
