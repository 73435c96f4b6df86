#include "tosca/tacker/forwarders.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "tosca/tacker/tacker_values.h"

namespace unf::tosca {

bool Forwarders::bind(const Forwarder& forwarder) {
  if (const auto known = bound_.find(forwarder.name); known != bound_.end()) {
    return known->second == nullptr || has_points(*known->second, forwarder);
  }
  std::vector<std::string> names{forwarder.name};
  if (const auto* node = graph_.find_node(forwarder.name); node != nullptr && node->type != nullptr) {
    names.push_back(node->type->name);  // a VNF of an NSD
  }
  auto found = vnfds_named(names);
  if (const auto* other = found.empty() ? other_named(names) : nullptr) {
    ChainVnf vnf{read_vnfd(documents_, *other, artifacts_), std::nullopt};
    vnf.vnf.name = forwarder.name;
    vnf.vnf.at = forwarder.at;
    bound_[forwarder.name] = nullptr;
    vnfs_.push_back(std::move(vnf));
    return true;
  }
  if (found.size() != 1) {
    if (found.empty()) {
      for (const auto& vnfd : vnfds_) found.push_back(&vnfd);
    }
    std::erase_if(found, [&](const auto* vnfd) {
      return std::ranges::any_of(forwarder.points, [&](const auto& point) { return !vnfd->find_point(point); });
    });
  }
  if (found.size() != 1) {
    documents_.problems().add(
        forwarder.at,
        "forwarder `{}`: no VNFD of this name is among the files, and {} with connection point {}, expected one",
        forwarder.name, found.empty() ? "none" : std::to_string(found.size()), fmt::join(forwarder.points, ", "));
    return false;
  }
  if (!has_points(*found.front(), forwarder)) return false;
  bound_[forwarder.name] = found.front();
  vnfs_.push_back(found.front()->as(forwarder.name, forwarder.at));
  return true;
}

std::vector<const TackerVnfd*> Forwarders::vnfds_named(const std::vector<std::string>& names) const {
  std::vector<const TackerVnfd*> found;
  for (const auto& vnfd : vnfds_) {
    const auto called = vnfd.names();
    if (std::ranges::any_of(names, [&](const auto& name) { return called.contains(name); })) found.push_back(&vnfd);
  }
  return found;
}

const Vnfd* Forwarders::other_named(const std::vector<std::string>& names) const {
  const auto is_among = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
  const auto found = std::ranges::find_if(others_, [&](const auto& other) {
    return is_among(other.descriptor_id) || is_among(other.node_type) || is_among(other.document->title());
  });
  return found == others_.end() ? nullptr : &*found;
}

/// Whether all points of a forwarder lead out of the VNF. False: reported.
bool Forwarders::has_points(const TackerVnfd& vnfd, const Forwarder& forwarder) {
  for (const auto& name : forwarder.points) {
    const auto* point = vnfd.find_point(name);
    if (point != nullptr && !point->external.empty()) continue;
    std::vector<std::string_view> known;
    for (const auto* one : vnfd.data_points()) known.push_back(one->name);
    documents_.problems().add(forwarder.at,
                              "`{}` is no connection point of forwarder `{}` that leads out of it, expected {}{}", name,
                              forwarder.name, one_of(known), documents_.problems().suggest(name, known));
    return false;
  }
  return true;
}

ServiceRequest::Endpoint Forwarders::endpoint_at(const std::string& forwarder, const std::string& point) const {
  const auto* vnfd = bound_.at(forwarder);
  if (vnfd == nullptr) return {point, point};
  const auto port = vnfd->ports.find(point);
  auto network = port == vnfd->ports.end() ? std::string{} : network_in_nsd(forwarder, port->second);
  if (network.empty()) network = vnfd->network_of(point);
  return {network, network};
}

/// The network of the link that an NSD puts a VNF's port on. Empty: the graph is no NSD that does.
std::string Forwarders::network_in_nsd(const std::string& vnf, const std::string& port) const {
  const auto* node = graph_.find_node(vnf);
  if (node == nullptr || port.empty()) return {};
  const auto on = std::ranges::find(node->requirements, port, &Requirement::name);
  const auto* link = on == node->requirements.end() ? nullptr : graph_.find_node(on->target);
  if (link == nullptr) return {};
  auto network = TackerValues{documents_, graph_}.text(link->value->find("properties"), "network_name");
  return network.empty() ? link->name : network;
}

}  // namespace unf::tosca
