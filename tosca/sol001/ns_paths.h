#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tosca/sol001/nfp_element.h"
#include "tosca/sol001/ns_endpoints.h"

namespace unf::tosca {

using NsPortLinks = std::vector<ServiceRequest::Link>;  ///< outputs of VNFs to inputs of others, none twice

/// The path of a forwarding path from its hops, without what policies say. SAPs are its ends; between VNFs that follow
/// each other, the virtual link that they share goes to `links`. nullopt: reported.
[[nodiscard]] std::optional<ServiceRequest::Path> path_of(const NodeTemplate& nfp, std::span<const NfpHop> hops,
                                                          NsEndpoints& endpoints, NsPortLinks& links,
                                                          Problems& problems);

/// The path `name` of a service without forwarding paths: the one chain that its virtual links make of all VNFs, which
/// takes all packets, both ways. `at` is the service's place. nullopt: reported.
[[nodiscard]] std::optional<ServiceRequest::Path> derived_path(const std::string& name, const SourcePlace& at,
                                                               const NsVnfs& vnfs, NsEndpoints& endpoints,
                                                               NsPortLinks& links, Problems& problems);

/// Adds links for outputs among `ports` that no path names: an output leads to the one input on its virtual link, if
/// that makes no loop and there is no SAP.
void link_other_outputs(const Document& document, std::span<const NsPort> ports, const NsLinks& attached,
                        NsPortLinks& links);

}  // namespace unf::tosca
