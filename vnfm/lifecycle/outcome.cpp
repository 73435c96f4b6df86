#include "vnfm/lifecycle/outcome.h"

#include "vnfm/lifecycle/vim_connections.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

/// The merge patch (RFC 7396) that makes object `after` of object `before`.
json difference(const json& before, const json& after) {
  auto patch = json::object();
  for (const auto& [name, value] : after.items()) {
    const auto was = before.find(name);
    if (was != before.end() && *was == value) continue;
    const bool both_objects = was != before.end() && was->is_object() && value.is_object();
    patch[name] = both_objects ? difference(*was, value) : value;
  }
  for (const auto& [name, value] : before.items()) {
    if (!after.contains(name)) patch[name] = nullptr;
  }
  return patch;
}

/// Those that are new or not as they were, whole.
json changed_connections(const json& before, const json& after) {
  auto changed = json::object();
  for (const auto& [id, connection] : after.items()) {
    if (!before.contains(id) || before[id] != connection) changed[id] = connection;
  }
  return without_secrets(std::move(changed));
}

}  // namespace

json cp_config(const json& cp) {
  const auto given = cp.value("cpConfig", json::object());
  auto by_id = json::object();
  for (const auto& [id, config] : given.items()) {  // an array's ids are its indices
    if (!config.is_null()) by_id[id] = config;
  }
  if (by_id.empty()) by_id["0"]["cpProtocolData"] = json::array({{{"layerProtocol", "IP_OVER_ETHERNET"}}});
  return by_id;
}

json ext_virtual_link_info(const json& links) {
  auto infos = json::array();
  for (const auto& link : links) {
    json handle;
    for (const auto* name : {"vimConnectionId", "resourceProviderId", "resourceId"}) {
      if (link.contains(name)) handle[name] = link[name];
    }
    auto cps = json::array();
    for (const auto& cp : link["extCps"]) cps.push_back({{"cpdId", cp["cpdId"]}, {"cpConfig", cp_config(cp)}});
    infos.push_back(
        {{"id", link["id"]}, {"resourceHandle", std::move(handle)}, {"currentVnfExtCpData", std::move(cps)}});
  }
  return infos;
}

json without_current_cps(json link_infos) {
  for (auto& link : link_infos) link.erase("currentVnfExtCpData");
  return link_infos;
}

void note_modifications(Operation& operation, const Service& service) {
  if (operation.info.is_null()) return;
  const json none = json::object();
  auto changes = difference(service.info, operation.info);
  changes.erase("vimConnectionInfo");
  const bool changes_package = operation.kind == OperationKind::change_vnfpkg;
  if (!changes_package) {
    auto connections = changed_connections(service.info.value("vimConnectionInfo", none),
                                           operation.info.value("vimConnectionInfo", none));
    if (!connections.empty()) changes["vimConnectionInfo"] = std::move(connections);
  }
  if (changes.empty()) return;
  operation.outcome[changes_package ? "modificationsTriggeredByVnfPkgChange" : "changedInfo"] = std::move(changes);
}

json outcome_in(unsigned major, json outcome) {
  if (major != 1) return outcome;
  if (const auto changed = outcome.find("changedInfo"); changed != outcome.end()) {
    const auto connections = changed->find("vimConnectionInfo");
    if (connections != changed->end()) *connections = connections_as_list(*connections);
  }
  if (const auto links = outcome.find("changedExtConnectivity"); links != outcome.end()) {
    *links = without_current_cps(std::move(*links));
  }
  return outcome;
}

}  // namespace unf::vnfm
