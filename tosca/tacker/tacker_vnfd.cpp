#include "tosca/tacker/tacker_vnfd.h"

#include <algorithm>
#include <filesystem>

#include "tosca/tacker/tacker_scaling.h"
#include "tosca/tacker/tacker_values.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kScaling = "tosca.policies.tacker.Scaling";
constexpr std::string_view kPlacement = "tosca.policies.tacker.Placement";

struct TackerLink {
  std::string network;
  bool is_inner = false;  ///< joins machines of the VNF, and nothing outside of it
};
using TackerLinks = std::map<std::string, TackerLink>;  ///< by the name of the virtual link

std::string stem_of(const Document& document) { return std::filesystem::path{document.file}.stem().string(); }

/// The virtual links of a VNFD. The VNF's requirements may be mapped to some of them, as to connection points:
/// `mapped`.
TackerLinks read_links(const Document& document, const std::map<std::string, std::string>& mapped,
                       const TackerValues& values, Report& report) {
  std::map<std::string_view, std::size_t> attached;
  for (const auto& node : document.nodes) {
    for (const auto& requirement : node.requirements) {
      if (requirement.name == "virtualLink") ++attached[requirement.target];
    }
  }
  TackerLinks links;
  for (const auto& node : document.nodes) {
    if (node.type == nullptr || node.type->base != base::tacker_vl) continue;
    const auto network = values.text(node.value->find("properties"), "network_name");
    // A link with a network_name exists outside of the VNF, whatever it joins.
    const bool is_inner = network.empty() && attached[node.name] > 1 && !mapped.contains(node.name);
    const auto& link = links[node.name] = {network.empty() ? node.name : network, is_inner};
    report.map(node.at, fmt::format("virtual link `{}`", node.name),
               is_inner ? "edges between uNFs" : fmt::format("network `{}`", link.network));
  }
  return links;
}

VnfModel::Vdu read_vdu(const NodeTemplate& node, const TackerValues& values, Report& report) {
  const auto* properties = node.value->find("properties");
  VnfModel::Vdu vdu{
      .name = node.name, .title = values.text(properties, "name"), .type = node.type->name, .at = node.at};
  if (auto image = values.text(properties, "image"); !image.empty()) vdu.images.push_back(std::move(image));
  const auto* compute = node.value->find("capabilities", "nfv_compute");
  if (compute != nullptr) compute = compute->find("properties");
  vdu.cpus = values.count(compute, "num_cpus").value_or(0);
  const auto memory = to_scalar(Unit::size, values.text(compute, "mem_size"));
  vdu.memory = memory && *memory >= 0 && *memory < 1e18 ? static_cast<std::uint64_t>(*memory) : 0;
  report.map(node.at, fmt::format("machine of VDU `{}`", node.name), "",
             "uNFs run in place of it, and are placed by what they take for a packet");
  return vdu;
}

/// Adds a connection point, and the network that it is on if it is on a link that leads out of the VNF.
void read_point(const NodeTemplate& node, const TackerLinks& links, const TackerValues& values, TackerVnfd& vnfd) {
  const auto* properties = node.value->find("properties");
  VnfModel::ConnectionPoint point{.name = node.name,
                                  .order = values.count(properties, "order"),
                                  .role = values.truth(properties, "management") ? "management" : "",
                                  .vnic_type = values.text(properties, "type"),
                                  .at = node.at};
  std::string link;
  for (const auto& requirement : node.requirements) {
    if (requirement.name == "virtualBinding") point.vdu = requirement.target;
    if (requirement.name == "virtualLink") link = requirement.target;
  }
  const auto known = links.find(link);
  if (known != links.end() && known->second.is_inner) {
    point.link = link;
  } else {
    point.external = {node.name};
    if (known != links.end()) vnfd.networks[node.name] = known->second.network;
  }
  vnfd.model.points.push_back(std::move(point));
}

void read_policy(Documents& documents, const Policy& policy, const TackerValues& values, TackerVnfd& vnfd) {
  const auto element = fmt::format("policy `{}`", policy.name);
  if (policy.type == kScaling) {
    read_tacker_scaling(documents, *vnfd.document, policy, vnfd.vnf);
  } else if (policy.type == kPlacement) {
    const bool anti = values.text(policy.properties, "policy") == "anti-affinity";
    vnfd.vnf.affinity.push_back({anti, "nfvi_node", policy.targets});
    documents.report().map(policy.at, element,
                           fmt::format("where uNFs run: on {}", anti ? "different hosts" : "one host"));
  } else {
    documents.report().map(policy.at, element, "", fmt::format("{} is not done here", policy.type));
  }
}

}  // namespace

std::set<std::string> TackerVnfd::names() const {
  std::set<std::string> all{document->title(), stem_of(*document)};
  const auto* type = document->substitution == nullptr ? nullptr : document->substitution->find("node_type");
  if (type != nullptr && type->is_scalar()) all.insert(type->text);
  return all;
}

const VnfModel::ConnectionPoint* TackerVnfd::find_point(std::string_view name) const {
  const auto found = std::ranges::find(model.points, name, &VnfModel::ConnectionPoint::name);
  return found == model.points.end() ? nullptr : &*found;
}

std::string TackerVnfd::network_of(const std::string& point) const {
  const auto network = networks.find(point);
  return network == networks.end() ? point : network->second;
}

std::vector<const VnfModel::ConnectionPoint*> TackerVnfd::data_points() const {
  std::vector<const VnfModel::ConnectionPoint*> found;
  for (const auto& point : model.points) {
    if (!point.external.empty() && point.role != "management") found.push_back(&point);
  }
  std::ranges::stable_sort(found, {}, [](const auto* point) {
    return std::pair{point->order.value_or(UINT32_MAX), std::string_view{point->name}};
  });
  return found;
}

ChainVnf TackerVnfd::as(const std::string& name, const SourcePlace& at) const {
  ChainVnf named{vnf, model};
  named.vnf.name = name;
  named.vnf.vnfd_id = stem_of(*document);  // titles need not differ
  named.vnf.at = at;
  return named;
}

bool is_tacker_vnfd(Documents& documents, const Document& document) {
  const auto& read = documents.read_topology(document);
  return std::ranges::any_of(
      read.nodes, [](const auto& node) { return node.type != nullptr && node.type->base == base::tacker_vdu; });
}

TackerVnfd read_tacker_vnfd(Documents& documents, const Document& document) {
  TackerVnfd vnfd{.document = &documents.read_topology(document)};
  const TackerValues values{documents, *vnfd.document};
  for (const auto& mapped : mapped_requirements(*vnfd.document, documents.problems())) {
    vnfd.ports.emplace(mapped.node->text, mapped.port->text);
  }
  const auto links = read_links(*vnfd.document, vnfd.ports, values, documents.report());
  for (const auto& node : vnfd.document->nodes) {
    if (node.type == nullptr) continue;
    if (node.type->base == base::tacker_vdu) vnfd.model.vdus.push_back(read_vdu(node, values, documents.report()));
    if (node.type->base == base::tacker_cp) read_point(node, links, values, vnfd);
  }
  for (const auto& policy : vnfd.document->policies) read_policy(documents, policy, values, vnfd);
  return vnfd;
}

}  // namespace unf::tosca
