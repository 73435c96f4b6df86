#include "tosca/sol001/ns_links.h"

#include "tosca/sol001/nsd_lookup.h"

namespace unf::tosca {

NsLinks read_ns_links(const Document& document, Problems& problems) {
  NsLinks links;
  for (const auto& node : document.nodes) {
    if (node.type == nullptr || (node.type->base != base::sap && node.type->base != base::forwarding)) continue;
    const bool is_sap = node.type->base == base::sap;
    const std::string_view needed = is_sap ? "internal_virtual_link" : "virtual_link";
    bool linked = false;
    for (const auto& requirement : node.requirements) {
      if (requirement.name == needed) {
        if (linked) problems.add(requirement.at, "`{}` has a second `{}`, expected one", node.name, needed);
        linked = true;
        if (leads_to_ns_link(document, node, requirement, problems)) links.link_of[node.name] = requirement.target;
      } else if (requirement.name == "external_virtual_link" && is_sap) {
        links.network_of[node.name] = requirement.target;
      } else if (requirement.name != "dependency") {
        problems.add(requirement.at, "unknown requirement `{}` of `{}`, expected `{}`", requirement.name, node.name,
                     needed);
      }
    }
    if (!linked) {
      problems.add(node.at, "`{}` has no `{}`, expected a requirement that leads to an NsVirtualLink", node.name,
                   needed);
    }
    const auto link = links.link_of.find(node.name);
    if (is_sap && link != links.link_of.end()) links.saps_on[link->second].push_back(node.name);
  }
  return links;
}

}  // namespace unf::tosca
