#include "tosca/sol001/ns_paths.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace unf::tosca {
namespace {

void add_link(const NsPort& from, const NsPort& to, const SourcePlace& at, NsPortLinks& links) {
  const bool known = std::ranges::any_of(links, [&](const auto& link) {
    return link.vnf == from.vnf && link.output == from.name && link.to_vnf == to.vnf && link.to_input == to.name;
  });
  if (!known) links.push_back({from.vnf, from.name, to.vnf, to.name, at});
}

/// Whether packets come from a VNF to another on `links`.
bool leads_to(std::string_view from, std::string_view to, const NsPortLinks& links) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> left{from};
  while (!left.empty()) {
    const auto vnf = left.back();
    left.pop_back();
    if (vnf == to) return true;
    if (!seen.insert(vnf).second) continue;
    for (const auto& link : links) {
      if (link.vnf == vnf) left.push_back(link.to_vnf);
    }
  }
  return false;
}

/// Links neighbours in a path: they share a virtual link, an output of the one and an input of the other. False:
/// reported.
bool link_hops(const NfpHop& from, const NfpHop& to, const NodeTemplate& nfp, NsPortLinks& links, Problems& problems) {
  if (from.out == nullptr || to.in == nullptr || from.out->link != to.in->link) {
    problems.add(to.at, "path `{}`: `{}` leaves by {} and `{}` is entered by {}, expected the same virtual link",
                 nfp.name, from.vnf, from.out == nullptr ? "no link" : from.out->link, to.vnf,
                 to.in == nullptr ? "no link" : to.in->link);
    return false;
  }
  add_link(*from.out, *to.in, nfp.at, links);
  return true;
}

/// The first port of another VNF, an input or an output, on the virtual link of `port`. nullptr: there is none.
const NsPort* opposite(const NsPort& port, std::span<const NsPort> ports) {
  const auto found = std::ranges::find_if(ports, [&](const auto& other) {
    return other.is_input != port.is_input && other.link == port.link && other.vnf != port.vnf;
  });
  return found == ports.end() ? nullptr : &*found;
}

/// Where a chain of all VNFs may begin: the one input that no output leads to; the first port where several are.
/// nullptr: there is none.
const NsPort* beginning_of_chain(std::span<const NsPort> ports) {
  const NsPort* first = nullptr;
  for (const auto& port : ports) {
    if (!port.is_input || opposite(port, ports) != nullptr) continue;
    first = first == nullptr ? &port : &ports.front();
  }
  return first;
}

}  // namespace

std::optional<ServiceRequest::Path> path_of(const NodeTemplate& nfp, std::span<const NfpHop> hops,
                                            NsEndpoints& endpoints, NsPortLinks& links, Problems& problems) {
  ServiceRequest::Path path{.name = nfp.name, .at = nfp.at};
  std::string in_sap, out_sap;
  if (hops.size() > 1 && !hops.front().sap.empty()) {
    in_sap = hops.front().sap;
    hops = hops.subspan(1);
  }
  if (hops.size() > 1 && !hops.back().sap.empty()) {
    out_sap = hops.back().sap;
    hops = hops.first(hops.size() - 1);
  }
  for (const auto& hop : hops) {
    if (hop.vnf.empty()) {
      problems.add(hop.at, "position `{}` in the middle of `{}` or alone in it, expected a VNF", hop.sap, nfp.name);
      return std::nullopt;
    }
    if (std::ranges::find(path.hops, hop.vnf) != path.hops.end()) {
      problems.add(hop.at, "path `{}` comes to VNF `{}` twice, expected once", nfp.name, hop.vnf);
      return std::nullopt;
    }
    path.hops.push_back(hop.vnf);
  }
  const auto &first = hops.front(), &last = hops.back();
  const auto in = in_sap.empty() ? endpoints.at_port(first.in, first.at, nfp.name, problems) : endpoints.of_sap(in_sap);
  const auto out =
      out_sap.empty() ? endpoints.at_port(last.out, last.at, nfp.name, problems) : endpoints.of_sap(out_sap);
  if (!in || !out) return std::nullopt;
  path.in = *in;
  path.out = *out;
  for (std::size_t i = 0; i + 1 < hops.size(); ++i) {
    if (!link_hops(hops[i], hops[i + 1], nfp, links, problems)) return std::nullopt;
  }
  return path;
}

std::optional<ServiceRequest::Path> derived_path(const std::string& name, const SourcePlace& at, const NsVnfs& vnfs,
                                                 NsEndpoints& endpoints, NsPortLinks& links, Problems& problems) {
  ServiceRequest::Path path{.name = name, .symmetric = true, .at = at};
  const auto* in = beginning_of_chain(vnfs.ports);
  const NsPort* out = nullptr;
  for (const auto* next = in; next != nullptr && path.hops.size() <= vnfs.vnfs.size();) {
    path.hops.push_back(next->vnf);
    const auto& graph = vnfs.find(next->vnf)->graph;
    out = graph.inputs.size() == 1 && graph.outputs.size() == 1 ? vnfs.first_port(next->vnf, false) : nullptr;
    if (out == nullptr) break;
    next = opposite(*out, vnfs.ports);
    if (next != nullptr) add_link(*out, *next, at, links);
  }
  if (out == nullptr || path.hops.size() != vnfs.vnfs.size()) {
    problems.add(at, "no forwarding path, and the virtual links do not make one chain of all VNFs, expected an NFP");
    return std::nullopt;
  }
  const auto first = endpoints.at_port(in, at, path.name, problems);
  const auto last = endpoints.at_port(out, at, path.name, problems);
  if (!first || !last) return std::nullopt;
  path.in = *first;
  path.out = *last;
  return path;
}

void link_other_outputs(const Document& document, std::span<const NsPort> ports, const NsLinks& attached,
                        NsPortLinks& links) {
  for (const auto& from : ports) {
    const auto is_from = [&](const auto& link) { return link.vnf == from.vnf && link.output == from.name; };
    if (from.is_input || std::ranges::any_of(links, is_from)) continue;
    std::vector<const NsPort*> inputs;
    for (const auto& port : ports) {
      if (port.is_input && port.link == from.link && port.vnf != from.vnf) inputs.push_back(&port);
    }
    if (inputs.size() != 1 || attached.saps_on.contains(from.link)) continue;
    if (!leads_to(inputs.front()->vnf, from.vnf, links)) {
      add_link(from, *inputs.front(), document.find_node(from.vnf)->at, links);
    }
  }
}

}  // namespace unf::tosca
