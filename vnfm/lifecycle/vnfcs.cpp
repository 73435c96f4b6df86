#include "vnfm/lifecycle/vnfcs.h"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <set>

namespace unf::vnfm {
using nlohmann::json;

namespace {

std::string uuid_of(const std::string& name) {
  return to_string(boost::uuids::name_generator_sha1{boost::uuids::ns::url()}("urn:unf:vnfc:" + name));
}

bool is_end(const VnfTemplate& graph, const std::string& node) {
  const auto is = [&](const auto& port) { return port.second == node; };
  return std::ranges::any_of(graph.inputs, is) || std::ranges::any_of(graph.outputs, is);
}

json affected(const Vnfc& vnfc, const char* how, const Plan* plan) {
  json affected{{"id", vnfc.id},
                {"vduId", vnfc.node},
                {"changeType", how},
                {"computeResource", {{"resourceId", resource_id_of(plan, vnfc)}}}};
  if (!vnfc.zone.empty()) affected["zoneId"] = vnfc.zone;
  return affected;
}

}  // namespace

std::vector<Vnfc> vnfcs_of(const std::string& service, const ServiceRequest& described, const Desired& desired) {
  auto vnf = described.vnfs.front();
  vnf.level = desired.level;
  vnf.scale = desired.scale;
  std::vector<Vnfc> found;
  for (const auto& node : vnf.graph.nodes) {
    if (is_end(vnf.graph, node.name)) continue;
    const OwnerPath owner{service + "/" + vnf.name + "/" + node.name};
    const auto instances = instances_of(vnf, node.name);
    const auto zone = desired.zones.find(node.name);
    for (std::uint32_t k = 0; k < instances; ++k) {
      found.push_back({uuid_of(fmt::format("{}#{}", owner.get(), k)), node.name, k, owner,
                       zone == desired.zones.end() ? std::string{} : zone->second});
    }
  }
  return found;
}

const Plan::Node* deployed(const Plan& plan, const Vnfc& vnfc) {
  std::vector<const Plan::Node*> replicas;
  for (const auto& node : plan.nodes) {
    if (std::ranges::find(node.owners, vnfc.owner) != node.owners.end()) replicas.push_back(&node);
  }
  return replicas.empty() ? nullptr : replicas[vnfc.number % replicas.size()];
}

std::string resource_id_of(const Plan* plan, const Vnfc& vnfc) {
  const auto* node = plan == nullptr ? nullptr : deployed(*plan, vnfc);
  return node == nullptr ? vnfc.owner.get() : node->id.get();
}

json affected_vnfcs(const std::vector<Vnfc>& before, const std::vector<Vnfc>& after, bool renews,
                    const Plan* plan_before, const Plan* plan_after) {
  auto all = json::array();
  const auto has = [](const std::vector<Vnfc>& vnfcs, const Vnfc& vnfc) {
    return std::ranges::find(vnfcs, vnfc.id, &Vnfc::id) != vnfcs.end();
  };
  for (const auto& vnfc : before) {
    if (!has(after, vnfc)) all.push_back(affected(vnfc, "REMOVED", plan_before));
  }
  for (const auto& vnfc : after) {
    if (!has(before, vnfc)) {
      all.push_back(affected(vnfc, "ADDED", plan_after));
    } else if (renews) {
      all.push_back(affected(vnfc, "MODIFIED", plan_after));
    }
  }
  return all;
}

void add_last_counts(json& affected, const std::string& service, const std::string& vnf, const json& departed) {
  std::set<std::string> seen;
  for (auto& entry : affected) {
    const auto owner = fmt::format("{}/{}/{}", service, vnf, entry["vduId"].get<std::string>());
    const auto counts = departed.find(owner);
    if (entry["changeType"] != "REMOVED" || counts == departed.end() || !seen.insert(owner).second) continue;
    for (const auto& [name, count] : counts->items()) entry["metadata"][name] = count.dump();
  }
}

}  // namespace unf::vnfm
