#include "tosca/sol001/nsd.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "tosca/sol001/nfp_hops.h"
#include "tosca/sol001/ns_mappings.h"
#include "tosca/sol001/ns_paths.h"
#include "tosca/sol001/path_policies.h"

namespace unf::tosca {
namespace {

SourcePlace start_of(const Document& document) { return {std::string{document.file}, 1}; }

void check_service_name(const std::string& name, const Document& document, Problems& problems) {
  if (name.size() <= 128 && name.find_first_of("/#") == std::string::npos) return;
  problems.add(start_of(document), "the service's name `{}` is bad, expected 1 to 128 characters without `/` and `#`",
               name);
}

/// The property `name` of the NS, else the default of its type, else the title of the NSD.
std::string service_name(Documents& documents, const Document& document) {
  const auto* type = document.substitution == nullptr ? nullptr : document.substitution->find("node_type");
  const bool has_type = type != nullptr && type->is_scalar();
  const auto* found = has_type ? documents.node_type(document, type->text, type->at()) : nullptr;
  for (const auto& node : document.nodes) {
    if (node.type == nullptr || node.type->base != base::ns) continue;
    if (auto name = vnf_property(documents, document, node, "name"); !name.empty()) return name;
  }
  const auto* preset = found == nullptr ? nullptr : found->default_of("name");
  return preset != nullptr && preset->is_scalar() && !preset->text.empty() ? preset->text : document.title();
}

/// Adds the paths of the forwarding paths, or the one that the virtual links make if there are none.
void add_paths(Documents& documents, const Document& document, const NsVnfs& vnfs, const NsLinks& links,
               LoadSharing& sharing, ServiceRequest& service) {
  auto& problems = documents.problems();
  NsEndpoints endpoints{links};
  bool has_nfp = false;
  for (const auto& node : document.nodes) {
    if (node.type == nullptr || node.type->base != base::nfp) continue;
    has_nfp = true;
    const auto hops = read_nfp_hops(document, node, vnfs, links, sharing, documents.report());
    auto path = hops ? path_of(node, *hops, endpoints, service.links, problems) : std::nullopt;
    if (!path) continue;
    read_path_policies(documents, document, *path);
    service.paths.push_back(*std::move(path));
  }
  check_targets_of_path_policies(document, problems);
  if (!has_nfp && problems.empty()) {
    auto path = derived_path(service.name, start_of(document), vnfs, endpoints, service.links, problems);
    if (path) service.paths.push_back(*std::move(path));
  }
  service.endpoints = endpoints.all();
}

/// The first output that packets reach from `from`; if there is none, the first.
const std::string& reached_output(const VnfTemplate& graph, const std::string& from) {
  std::unordered_map<std::string_view, std::vector<std::string_view>> next;
  for (const auto& edge : graph.edges) next[edge.from].push_back(edge.to);
  std::unordered_set<std::string_view> reached{from};
  for (std::vector<std::string_view> left{from}; !left.empty();) {
    const auto node = left.back();
    left.pop_back();
    for (const auto to : next[node]) {
      if (reached.insert(to).second) left.push_back(to);
    }
  }
  const auto output =
      std::ranges::find_if(graph.outputs, [&](const auto& port) { return reached.contains(port.second); });
  return output == graph.outputs.end() ? graph.outputs.begin()->first : output->first;
}

}  // namespace

bool is_nsd(Documents& documents, const Document& document) {
  constexpr std::array kBases{base::ns,           base::ns_virtual_link,      base::sap,       base::nfp,
                              base::nfp_position, base::nfp_position_element, base::forwarding};
  const auto describes_service = [&](const Value* type) {
    if (type == nullptr || !type->is_scalar()) return false;
    const auto* found = documents.node_type(document, type->text, type->at(), true);
    return found != nullptr && std::ranges::find(kBases, found->base) != kBases.end();
  };
  const auto* topology = document.tree->find("topology_template");
  if (topology == nullptr) return false;
  const auto* mappings = topology->find("substitution_mappings");
  if (mappings != nullptr && describes_service(mappings->find("node_type"))) return true;
  const auto* nodes = topology->find("node_templates");
  return nodes != nullptr && std::ranges::any_of(nodes->members, [&](const auto& member) {
           return describes_service(member.value->find("type"));
         });
}

ServiceRequest read_nsd(Documents& documents, const Document& document, std::span<const Vnfd> vnfds) {
  auto& problems = documents.problems();
  const auto& nsd = documents.read_topology(document);
  ServiceRequest service;
  service.name = service_name(documents, nsd);
  check_service_name(service.name, nsd, problems);

  auto vnfs = read_ns_vnfs(documents, nsd, vnfds, service.artifacts);
  const auto links = read_ns_links(nsd, problems);
  LoadSharing sharing;
  add_paths(documents, nsd, vnfs, links, sharing, service);
  map_ns_elements(nsd, vnfs, sharing, service.paths, documents.report());

  sharing.check_paths(service.paths, problems);
  service.vnfs = sharing.applied_to(std::move(vnfs.vnfs));
  std::erase_if(vnfs.ports, [&](const auto& port) { return sharing.is_replaced(port.vnf); });
  link_other_outputs(nsd, vnfs.ports, links, service.links);
  return service;
}

ServiceRequest read_single_vnf(Documents& documents, const Vnfd& vnfd) {
  ServiceRequest service;
  service.name = vnfd.document->title();
  service.vnfs.push_back(read_vnfd(documents, vnfd, service.artifacts));
  auto& vnf = service.vnfs.front();
  vnf.name = vnfd.instance_name.empty() ? "vnf" : vnfd.instance_name;
  const auto& [inputs, outputs] = std::tie(vnf.graph.inputs, vnf.graph.outputs);
  check_service_name(service.name, *vnfd.document, documents.problems());
  for (const auto& [name, node] : inputs) service.endpoints.push_back({name, name});
  for (const auto& [name, node] : outputs) {
    if (!inputs.contains(name)) service.endpoints.push_back({name, name});
  }
  if (outputs.empty()) return service;  // reported
  for (const auto& [in, node] : inputs) {
    const auto& out = reached_output(vnf.graph, node);
    service.paths.push_back({.name = fmt::format("{}-to-{}", in, out),
                             .in = in,
                             .out = out,
                             .hops = {vnf.name},
                             .symmetric = inputs.size() == 1 && outputs.size() == 1,
                             .at = vnf.at});
  }
  return service;
}

}  // namespace unf::tosca
