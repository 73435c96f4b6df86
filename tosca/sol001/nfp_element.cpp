#include "tosca/sol001/nfp_element.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace unf::tosca {
namespace {

std::vector<std::string> words(std::string_view name) {
  std::vector<std::string> found(1);
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') {
      if (!found.back().empty()) found.emplace_back();
    } else {
      found.back() += c;
    }
  }
  if (found.back().empty()) found.pop_back();
  return found;
}

/// How many words `name` has, if all of them stand in `text` in a row; else 0.
std::size_t mentions(std::string_view text, std::string_view name) {
  const auto in = words(text), of = words(name);
  return !of.empty() && std::search(in.begin(), in.end(), of.begin(), of.end()) != in.end() ? of.size() : 0;
}

/// The candidates that the names of an element mention with the most words; all of them if none is mentioned.
std::vector<std::string> most_mentioned(const std::vector<std::string>& candidates, const NfpElement& element) {
  std::size_t most = 0;
  std::vector<std::string> found;
  for (const auto& candidate : candidates) {
    auto count = mentions(element.node.name, candidate);
    for (const auto* forwarding : element.forwarding) count = std::max(count, mentions(forwarding->name, candidate));
    for (const auto& requirement : element.node.requirements) {
      count = std::max(count, mentions(requirement.capability, candidate));
    }
    if (count > most) found.clear();
    if (count > 0 && count >= most) found.push_back(candidate);
    most = std::max(most, count);
  }
  return found.empty() ? candidates : found;
}

/// The virtual links of an element's Forwarding nodes. nullopt: one has none, which is reported.
std::optional<std::vector<std::string>> links_of(const NfpElement& element, const NsLinks& links) {
  std::vector<std::string> found;
  for (const auto* forwarding : element.forwarding) {
    const auto link = links.link_of.find(forwarding->name);
    if (link == links.link_of.end()) return std::nullopt;
    found.push_back(link->second);
  }
  return found;
}

/// The VNFs of `group` that have a port on each of `on`, and the SAPs there if all of `on` are the same virtual link.
std::vector<std::string> attached_to(const std::vector<std::string>& on, std::span<const std::string> group,
                                     const NsVnfs& vnfs, const NsLinks& links) {
  std::vector<std::string> found;
  for (const auto& vnf : vnfs.vnfs) {
    const auto has_port_on = [&](const std::string& link) {
      return std::ranges::any_of(vnfs.ports,
                                 [&](const auto& port) { return port.vnf == vnf.name && port.link == link; });
    };
    const bool in_group = group.empty() || std::ranges::find(group, vnf.name) != group.end();
    if (in_group && std::ranges::all_of(on, has_port_on)) found.push_back(vnf.name);
  }
  const bool one_link = std::ranges::all_of(on, [&](const auto& link) { return link == on.front(); });
  if (const auto saps = links.saps_on.find(on.front()); saps != links.saps_on.end() && one_link) {
    found.insert(found.end(), saps->second.begin(), saps->second.end());
  }
  return found;
}

/// The VNF's input, or output, on a link; of several the one that the Forwarding node's name mentions. nullptr:
/// reported.
const NsPort* port_on(const std::string& link, const std::string& vnf, bool is_input, const NodeTemplate& forwarding,
                      const NsVnfs& vnfs, Problems& problems) {
  std::vector<const NsPort*> found;
  for (const auto& port : vnfs.ports) {
    if (port.vnf == vnf && port.link == link && port.is_input == is_input) found.push_back(&port);
  }
  if (found.size() > 1) {
    auto named = found;
    std::erase_if(named, [&](const auto* port) { return mentions(forwarding.name, port->name) == 0; });
    if (!named.empty()) found = named;
  }
  if (found.size() == 1) return found.front();
  problems.add(forwarding.at, "`{}`: VNF `{}` has {} on {}, expected one", forwarding.name, vnf,
               found.empty() ? fmt::format("no {}", is_input ? "input" : "output")
                             : fmt::format("{} {}s", found.size(), is_input ? "input" : "output"),
               link);
  return nullptr;
}

}  // namespace

std::optional<NfpHop> hop_of(const NfpElement& element, std::span<const std::string> group, const NsVnfs& vnfs,
                             const NsLinks& links, Problems& problems) {
  const auto on = links_of(element, links);
  if (!on) return std::nullopt;
  auto candidates = attached_to(*on, group, vnfs, links);
  if (candidates.size() > 1) candidates = most_mentioned(candidates, element);
  if (candidates.empty() && !vnfs.complete) return std::nullopt;  // the one that is missing is reported
  if (candidates.size() != 1) {
    problems.add(element.node.at, "element `{}`: {} attached to {}, expected one VNF or SAP{}", element.node.name,
                 candidates.empty() ? "nothing is" : fmt::format("{} are", fmt::join(candidates, ", ")),
                 fmt::join(*on, " and "), candidates.empty() ? "" : ", named in the name of the Forwarding node");
    return std::nullopt;
  }
  const auto* vnf = vnfs.find(candidates.front());
  if (vnf == nullptr) return NfpHop{.sap = candidates.front(), .at = element.node.at};
  NfpHop hop{.vnf = vnf->name, .at = element.node.at};
  if (element.forwarding.size() == 2) {
    hop.in = port_on(on->front(), vnf->name, true, *element.forwarding.front(), vnfs, problems);
    hop.out = port_on(on->back(), vnf->name, false, *element.forwarding.back(), vnfs, problems);
    return hop.in != nullptr && hop.out != nullptr ? std::optional{hop} : std::nullopt;
  }
  const auto& ports = vnf->graph;
  if (ports.inputs.size() != 1 || ports.outputs.size() != 1) {
    problems.add(element.node.at,
                 "element `{}` has one profile_element, expected two: VNF `{}` has {} inputs and {} outputs",
                 element.node.name, vnf->name, ports.inputs.size(), ports.outputs.size());
    return std::nullopt;
  }
  hop.in = vnfs.first_port(vnf->name, true);
  hop.out = vnfs.first_port(vnf->name, false);
  return hop;
}

}  // namespace unf::tosca
