#include "tosca/sol001/ns_mappings.h"

#include <fmt/ranges.h>

namespace unf::tosca {

void map_ns_elements(const Document& document, const NsVnfs& vnfs, const LoadSharing& sharing,
                     std::span<const ServiceRequest::Path> paths, Report& report) {
  std::map<std::string_view, const ServiceRequest::Vnf*> vnf_by_name;
  for (const auto& vnf : vnfs.vnfs) vnf_by_name[vnf.name] = &vnf;
  std::map<std::string_view, const ServiceRequest::Path*> path_by_name;
  for (const auto& path : paths) path_by_name[path.name] = &path;
  std::map<std::string_view, std::size_t> ports_on;
  for (const auto& port : vnfs.ports) ++ports_on[port.link];
  for (const auto& node : document.nodes) {
    if (node.type == nullptr) continue;
    if (sharing.is_replaced(node.name)) {
      report.map(node.at, fmt::format("VNF `{}`", node.name), "an instance of the VNF that it shares its load with");
    } else if (node.type->is_vnf() && vnf_by_name.contains(node.name)) {
      report.map(node.at, fmt::format("VNF `{}`", node.name),
                 fmt::format("VNF of VNFD {}", vnf_by_name[node.name]->vnfd_id));
    } else if (node.type->base == base::nfp && path_by_name.contains(node.name)) {
      const auto& path = *path_by_name[node.name];
      report.map(node.at, fmt::format("NFP `{}`", node.name),
                 fmt::format("path from {} to {} through {}, {}", path.in, path.out, fmt::join(path.hops, ", "),
                             path.matches.empty() ? std::string{"for all packets"}
                                                  : fmt::format("by {} rules", path.matches.size())));
    } else if (node.type->base == base::sap) {
      report.map(node.at, fmt::format("SAP `{}`", node.name), "where packets enter or leave");
    } else if (node.type->base == base::ns_virtual_link) {
      const auto ports = ports_on[node.name];
      report.map(node.at, fmt::format("virtual link `{}`", node.name),
                 ports > 0 ? fmt::format("links between {} ports", ports) : "",
                 ports > 0 ? "" : "no VNF is attached to it");
    }
  }
}

}  // namespace unf::tosca
