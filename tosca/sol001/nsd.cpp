#include "tosca/sol001/nsd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "tosca/sol001/classifier.h"
#include "tosca/sol001/nfp_rule.h"
#include "tosca/text/scalar.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kNfpRule = "tosca.policies.nfv.NfpRule";
constexpr std::string_view kMaxLatency = "unf.policies.MaxLatency";
constexpr std::string_view kPathPolicy = "unf.policies.Path";
constexpr std::size_t kMaxUnfs = 1U << 17;    ///< of a service: a small VNFD may be meant many times
constexpr std::size_t kMaxWeight = 1U << 22;  ///< likewise, in values that its VNFDs have
constexpr std::string_view kVnffg = "tosca.groups.nfv.VNFFG";

/// A scalar-unit.time above 0. nullopt: it is none.
std::optional<Nanoseconds> duration(std::string_view text) {
  const auto seconds = to_scalar(Unit::time, text);
  const auto nanoseconds = seconds ? *seconds * 1e9 : 0;
  if (!(nanoseconds >= 1 && nanoseconds < 1e18)) return std::nullopt;
  return Nanoseconds{static_cast<std::uint64_t>(std::llround(nanoseconds))};
}

/// Where a VNF of the service is attached to a virtual link.
struct ConnectionPoint {
  std::string vnf;
  std::string name;  ///< the VNF's requirement
  std::string link;
  bool is_input = false;
};

/// An element of a forwarding path: a VNF with the ports packets come in and go out by, or a SAP.
struct Hop {
  std::string vnf;  ///< empty: a SAP
  std::string sap;
  const ConnectionPoint* in = nullptr;  ///< nullptr: its only input
  const ConnectionPoint* out = nullptr;
  SourcePlace at;
};

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

/// How many words of `name` stand in `text` in a row; 0: not all of them do.
std::size_t mentions(std::string_view text, std::string_view name) {
  const auto in = words(text), of = words(name);
  return !of.empty() && std::search(in.begin(), in.end(), of.begin(), of.end()) != in.end() ? of.size() : 0;
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

class NsdReader {
 public:
  NsdReader(Documents& documents, const Document& document, std::span<const Vnfd> vnfds)
      : documents_(documents),
        problems_(documents.problems()),
        document_(documents.read_topology(document)),
        vnfds_(vnfds) {}

  ServiceRequest read() {
    service_.name = service_name();
    const auto before = problems_.size();
    for (const auto& node : document_.nodes) {
      vnfs_known_ = vnfs_known_ && node.type != nullptr;
      if (node.type == nullptr) continue;
      if (node.type->is_vnf()) read_vnf(node);
      if (node.type->base == base::ns && &node != own_node()) {
        problems_.add(node.at, "nested network service `{}` of type {} is not supported, expected VNFs", node.name,
                      node.type->name);
      }
      if (node.type->base == base::vdu || node.type->base == base::pnf) {
        problems_.add(node.at, "`{}` of type {} in a network service is not supported, expected VNFs", node.name,
                      node.type->name);
      }
    }
    vnfs_known_ = vnfs_known_ && problems_.size() == before;
    if (service_.vnfs.empty() && problems_.empty()) {
      problems_.add({std::string{document_.file}, 1},
                    "the network service has no VNF, expected node templates of types derived from {}", base::vnf);
    }
    check_links();
    std::size_t paths = 0;
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr || node.type->base != base::nfp) continue;
      ++paths;
      read_path(node);
    }
    check_rules();
    if (paths == 0 && problems_.empty()) derive_path();
    note_elements();
    std::erase_if(service_.vnfs, [&](const auto& vnf) { return others_.contains(vnf.name); });
    std::erase_if(points_, [&](const auto& point) { return others_.contains(point.vnf); });
    refuse_paths_of_others();
    link_other_outputs();
    return std::move(service_);
  }

 private:
  /// The node template that stands for the service itself; nullptr: none.
  [[nodiscard]] const NodeTemplate* own_node() const {
    const auto* type = document_.substitution == nullptr ? nullptr : document_.substitution->find("node_type");
    const auto is_own = [&](const NodeTemplate& node) {
      return node.type != nullptr && node.type->base == base::ns && (type == nullptr || node.type->name == type->text);
    };
    const auto own = std::ranges::find_if(document_.nodes, is_own);
    return own == document_.nodes.end() ? nullptr : &*own;
  }

  std::string service_name() {
    std::string name;
    for (const auto& node : document_.nodes) {
      if (node.type != nullptr && node.type->base == base::ns && name.empty())
        name = vnf_property(documents_, document_, node, "name");
    }
    const auto* type = document_.substitution == nullptr ? nullptr : document_.substitution->find("node_type");
    if (type != nullptr && type->is_scalar()) {
      const auto* found = documents_.node_type(document_, type->text, type->at());
      const auto* preset = found == nullptr ? nullptr : found->default_of("name");
      if (name.empty() && preset != nullptr && preset->is_scalar()) name = preset->text;
    }
    if (name.empty()) name = document_.title();
    if (name.size() > 128 || name.find_first_of("/#") != std::string::npos) {
      problems_.add({std::string{document_.file}, 1},
                    "the service's name `{}` is bad, expected 1 to 128 characters without `/` and `#`", name);
    }
    return name;
  }

  void read_vnf(const NodeTemplate& node) {
    const auto* vnfd = bind(node);
    if (vnfd == nullptr) return;
    auto [known, is_new] = vnfs_read_.try_emplace(vnfd->document);
    if (is_new) known->second = read_vnfd(documents_, *vnfd, service_.artifacts);
    const auto size = known->second.graph.nodes.size(), before = unfs_;
    unfs_ += size;
    if (unfs_ > kMaxUnfs) {
      if (before <= kMaxUnfs)
        problems_.add(node.at, "too many uNFs in the network service, expected at most {}", kMaxUnfs);
      return;
    }
    const auto had = weight_;
    weight_ += vnfd->document->tree->weight;
    if (weight_ > kMaxWeight) {
      if (had <= kMaxWeight)
        problems_.add(node.at, "the VNFDs of all VNFs come to too much, expected at most {} values", kMaxWeight);
      return;
    }
    auto vnf = known->second;
    vnf.name = node.name;
    vnf.at = node.at;
    std::set<std::string_view> seen;
    for (const auto& requirement : node.requirements) {
      const bool is_input = vnf.graph.inputs.contains(requirement.name);
      const bool is_output = vnf.graph.outputs.contains(requirement.name);  // a port may be both
      if (requirement.name == "dependency") continue;
      if (!is_input && !is_output) {
        const auto ports = port_names(vnf);
        if (ports.empty()) continue;  // its VNFD is broken, and reported
        problems_.add(requirement.at, "VNF `{}` has no port `{}`, expected {}{}", node.name, requirement.name,
                      one_of(ports), problems_.suggest(requirement.name, ports));
        continue;
      }
      if (!seen.insert(requirement.name).second) {
        problems_.add(requirement.at, "port `{}` of VNF `{}` has a virtual link already, expected one",
                      requirement.name, node.name);
        continue;
      }
      if (!is_link(node, requirement)) continue;
      if (is_input) points_.push_back({node.name, requirement.name, requirement.target, true});
      if (is_output) points_.push_back({node.name, requirement.name, requirement.target, false});
    }
    service_.vnfs.push_back(std::move(vnf));
  }

  static std::vector<std::string_view> port_names(const ServiceRequest::Vnf& vnf) {
    std::vector<std::string_view> names;
    for (const auto& [name, node] : vnf.graph.inputs) names.push_back(name);
    for (const auto& [name, node] : vnf.graph.outputs) names.push_back(name);
    return names;
  }

  /// By descriptor_id, else by node type; of several, that of the VNF's flavour.
  const Vnfd* bind(const NodeTemplate& node) {
    const auto id = vnf_property(documents_, document_, node, "descriptor_id");
    const auto flavour = vnf_property(documents_, document_, node, "flavour_id");
    std::vector<const Vnfd*> found;
    for (const auto& vnfd : vnfds_) {
      if (!id.empty() && vnfd.descriptor_id == id) found.push_back(&vnfd);
    }
    for (const auto& vnfd : vnfds_) {
      if (found.empty() || found.front()->descriptor_id != id) {
        if (vnfd.node_type == node.type->name) found.push_back(&vnfd);
      }
    }
    if (found.size() > 1) std::erase_if(found, [&](const Vnfd* vnfd) { return vnfd->flavour != flavour; });
    if (found.size() == 1) return found.front();
    if (found.empty() && documents_.incomplete()) return nullptr;  // its VNFD may be the broken one
    problems_.add(node.at, "VNF `{}`: {} with {}node type {}{}, expected one", node.name,
                  found.empty() ? "no VNFD" : fmt::format("{} VNFDs", found.size()),
                  id.empty() ? "" : fmt::format("descriptor_id {} or ", id), node.type->name,
                  flavour.empty() ? "" : fmt::format(" and flavour {}", flavour));
    return nullptr;
  }

  /// Whether the requirement leads to a virtual link; reports it if not.
  bool is_link(const NodeTemplate& node, const Requirement& requirement) {
    const auto* target = document_.find_node(requirement.target);
    if (target != nullptr && (target->type == nullptr || target->type->base == base::ns_virtual_link)) return true;
    problems_.add(requirement.at, "requirement `{}` of `{}` leads to `{}`{}, expected an NsVirtualLink{}",
                  requirement.name, node.name, requirement.target,
                  target == nullptr ? "" : fmt::format(" of type {}", target->type->name),
                  problems_.suggest(requirement.target, [&] { return names_of(base::ns_virtual_link); }));
    return false;
  }

  std::vector<std::string_view> names_of(std::string_view base) const {
    std::vector<std::string_view> names;
    for (const auto& node : document_.nodes) {
      if (node.type != nullptr && node.type->base == base) names.push_back(node.name);
    }
    return names;
  }

  /// The requirements of SAPs and Forwarding nodes.
  void check_links() {
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr || (node.type->base != base::sap && node.type->base != base::forwarding)) continue;
      const std::string_view needed = node.type->base == base::sap ? "internal_virtual_link" : "virtual_link";
      bool linked = false;
      for (const auto& requirement : node.requirements) {
        if (requirement.name == needed) {
          if (linked) problems_.add(requirement.at, "`{}` has a second `{}`, expected one", node.name, needed);
          linked = true;
          if (is_link(node, requirement)) link_of_[node.name] = requirement.target;
        } else if (requirement.name == "external_virtual_link" && node.type->base == base::sap) {
          network_of_[node.name] = requirement.target;
        } else if (requirement.name != "dependency") {
          problems_.add(requirement.at, "unknown requirement `{}` of `{}`, expected `{}`", requirement.name, node.name,
                        needed);
        }
      }
      if (!linked)
        problems_.add(node.at, "`{}` has no `{}`, expected a requirement that leads to an NsVirtualLink", node.name,
                      needed);
      if (node.type->base == base::sap && linked) saps_on_[link_of_[node.name]].push_back(node.name);
    }
  }

  /// The nodes of type `base` that the requirements `name` of a node lead to, in order. nullopt: reported.
  std::optional<std::vector<const NodeTemplate*>> targets(const NodeTemplate& node, std::string_view name,
                                                          std::string_view base, std::size_t most) {
    std::vector<const NodeTemplate*> found;
    bool well = true;
    for (const auto& requirement : node.requirements) {
      if (requirement.name == "dependency") continue;
      const auto* target = document_.find_node(requirement.target);
      if (requirement.name != name) {
        problems_.add(requirement.at, "unknown requirement `{}` of `{}`, expected `{}`", requirement.name, node.name,
                      name);
        well = false;
      } else if (target == nullptr || target->type == nullptr || target->type->base != base) {
        problems_.add(requirement.at, "requirement `{}` of `{}` leads to `{}`, expected a node template of type {}{}",
                      name, node.name, requirement.target, base,
                      problems_.suggest(requirement.target, [&] { return names_of(base); }));
        well = false;
      } else {
        found.push_back(target);
      }
    }
    if (well && (found.empty() || found.size() > most)) {
      problems_.add(node.at, "`{}` has {} requirements `{}`, expected {}", node.name, found.size(), name,
                    most == 1   ? "1"
                    : most == 2 ? "1 or 2"
                                : "at least 1");
      well = false;
    }
    return well ? std::optional{std::move(found)} : std::nullopt;
  }

  void read_path(const NodeTemplate& nfp) {
    const auto positions = targets(nfp, "nfp_position", base::nfp_position, document_.nodes.size());
    if (!positions) return;
    const auto group = group_of(nfp);
    std::vector<Hop> hops;
    for (const auto* position : *positions) {
      const auto elements = targets(*position, "element", base::nfp_position_element, document_.nodes.size());
      if (!elements) return;
      auto hop = hop_of(*position, *elements, group);
      if (!hop) return;
      hops.push_back(std::move(*hop));
    }
    add_path(nfp, hops);
  }

  /// Of a position with several elements (SOL001 7.8.4): `ff` takes the first one that is there, which is the first;
  /// `lb` deals flows over them, so they have to be alike, and run as that many instances of one. nullopt: reported.
  std::optional<Hop> hop_of(const NodeTemplate& position, const std::vector<const NodeTemplate*>& elements,
                            const std::vector<std::string>& group) {
    const auto* written = position.value->find("properties", "forwarding_behaviour");
    const std::string behaviour = written != nullptr && written->is_scalar() ? written->text : "";
    if (elements.size() > 1 && behaviour != "lb" && behaviour != "ff") {
      problems_.add(position.at, "position `{}` has {} elements and {}, which is not supported, expected lb or ff",
                    position.name, elements.size(),
                    behaviour.empty() ? "no forwarding_behaviour" : fmt::format("forwarding_behaviour {}", behaviour));
      return std::nullopt;
    }
    std::vector<Hop> hops;
    for (const auto* element : elements) {
      const auto profile = targets(*element, "profile_element", base::forwarding, 2);
      auto hop = profile ? hop_of(position, *element, *profile, group) : std::nullopt;
      if (!hop) return std::nullopt;
      hops.push_back(std::move(*hop));
    }
    if (hops.size() == 1) return hops.front();
    if (behaviour == "ff") {
      documents_.report().map(position.at, fmt::format("position `{}`", position.name),
                              fmt::format("VNF `{}`, the first of {}", hops.front().vnf, hops.size()));
      return hops.front();
    }
    return balance(position, hops) ? std::optional{hops.front()} : std::nullopt;
  }

  /// Has the first hop's VNF run instead of all of them, with the instances of all. False: reported.
  bool balance(const NodeTemplate& position, const std::vector<Hop>& hops) {
    const auto vnf_named = [&](const std::string& name) {
      return std::ranges::find(service_.vnfs, name, &ServiceRequest::Vnf::name);
    };
    const auto first = vnf_named(hops.front().vnf);
    const auto link_of = [](const ConnectionPoint* point) { return point == nullptr ? std::string{} : point->link; };
    std::set<std::string> names;
    for (const auto& hop : hops) {
      const auto vnf = vnf_named(hop.vnf);
      const bool alike = first != service_.vnfs.end() && vnf != service_.vnfs.end() && vnf->vnfd_id == first->vnfd_id &&
                         vnf->flavour == first->flavour && link_of(hop.in) == link_of(hops.front().in) &&
                         link_of(hop.out) == link_of(hops.front().out);
      if (!alike || !names.insert(hop.vnf).second) {
        problems_.add(position.at,
                      "position `{}` balances load over {}, expected different VNFs with one VNFD and flavour, on the "
                      "same virtual links",
                      position.name, fmt::join(vnf_names(hops), ", "));
        return false;
      }
    }
    const auto [known, is_new] = balanced_.try_emplace(first->name, names);
    if (!is_new && known->second != names) {
      problems_.add(position.at, "position `{}` balances load over {}, and another over {}, expected the same VNFs",
                    position.name, fmt::join(names, ", "), fmt::join(known->second, ", "));
      return false;
    }
    if (!is_new) return true;
    const auto count = static_cast<std::uint32_t>(hops.size());
    for (const auto& node : first->graph.nodes) {
      if (node.type == "NicIngress" || node.type == "NicEgress") continue;
      auto& initial = first->initial.try_emplace(node.name, 1).first->second;
      initial *= count;
      for (auto& [level, instances] : first->level_instances) {
        if (const auto at = instances.find(node.name); at != instances.end()) at->second *= count;
      }
    }
    for (const auto& name : names) {
      if (name != first->name) others_.insert(name);
    }
    documents_.report().map(position.at, fmt::format("position `{}`", position.name),
                            fmt::format("{} instances of VNF `{}`, over which flows are dealt", count, first->name));
    return true;
  }

  /// A VNF that another runs for is not there by itself.
  void refuse_paths_of_others() {
    for (const auto& path : service_.paths) {
      for (const auto& hop : path.hops) {
        if (!others_.contains(hop)) continue;
        problems_.add(path.at,
                      "path `{}` goes through `{}` alone, which shares its load with others, expected that position",
                      path.name, hop);
      }
    }
  }

  static std::vector<std::string> vnf_names(const std::vector<Hop>& hops) {
    std::vector<std::string> names;
    for (const auto& hop : hops) names.push_back(hop.vnf.empty() ? hop.sap : hop.vnf);
    return names;
  }

  /// What became of the node templates.
  void note_elements() {
    std::map<std::string_view, const ServiceRequest::Vnf*> vnfs;
    for (const auto& vnf : service_.vnfs) vnfs[vnf.name] = &vnf;
    std::map<std::string_view, const ServiceRequest::Path*> paths;
    for (const auto& path : service_.paths) paths[path.name] = &path;
    std::map<std::string_view, std::size_t> ports;
    for (const auto& point : points_) ++ports[point.link];
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr) continue;
      if (others_.contains(node.name)) {
        documents_.report().map(node.at, fmt::format("VNF `{}`", node.name),
                                "an instance of the VNF that it shares its load with");
      } else if (node.type->is_vnf() && vnfs.contains(node.name)) {
        documents_.report().map(node.at, fmt::format("VNF `{}`", node.name),
                                fmt::format("VNF of VNFD {}", vnfs[node.name]->vnfd_id));
      } else if (node.type->base == base::nfp && paths.contains(node.name)) {
        const auto& path = *paths[node.name];
        documents_.report().map(
            node.at, fmt::format("NFP `{}`", node.name),
            fmt::format("path from {} to {} through {}, {}", path.in, path.out, fmt::join(path.hops, ", "),
                        path.matches.empty() ? std::string{"for all packets"}
                                             : fmt::format("by {} rules", path.matches.size())));
      } else if (node.type->base == base::sap) {
        documents_.report().map(node.at, fmt::format("SAP `{}`", node.name), "where packets enter or leave");
      } else if (node.type->base == base::ns_virtual_link) {
        const auto joined = ports[node.name];
        documents_.report().map(node.at, fmt::format("virtual link `{}`", node.name),
                                joined > 0 ? fmt::format("links between {} ports", joined) : "",
                                joined > 0 ? "" : "no VNF is attached to it");
      }
    }
  }

  /// The members of the VNFFG that the path is in; empty: no group says.
  std::vector<std::string> group_of(const NodeTemplate& nfp) const {
    for (const auto& [name, members] : document_.groups) {
      if (document_.group_types.at(name) == kVnffg &&
          std::find(members.begin(), members.end(), nfp.name) != members.end())
        return members;
    }
    return {};
  }

  /// Which VNF or SAP the Forwarding nodes of an element stand for: what is attached to their virtual links; if that is
  /// several, what their names, or those of the element and its capability, mention.
  std::optional<Hop> hop_of(const NodeTemplate& position, const NodeTemplate& element,
                            const std::vector<const NodeTemplate*>& profile, const std::vector<std::string>& group) {
    const auto links = [&] {
      std::vector<std::string> found;
      for (const auto* forwarding : profile) {
        if (const auto link = link_of_.find(forwarding->name); link != link_of_.end()) found.push_back(link->second);
      }
      return found;
    }();
    if (links.size() != profile.size()) return std::nullopt;  // reported

    std::vector<std::string> candidates;  // VNFs and SAPs
    const auto in_group = [&](const std::string& name) {
      return group.empty() || std::find(group.begin(), group.end(), name) != group.end();
    };
    for (const auto& vnf : service_.vnfs) {
      const auto attached = [&](const std::string& link) {
        return std::any_of(points_.begin(), points_.end(),
                           [&](const auto& p) { return p.vnf == vnf.name && p.link == link; });
      };
      if (in_group(vnf.name) && std::all_of(links.begin(), links.end(), attached)) candidates.push_back(vnf.name);
    }
    const bool one_link =
        std::all_of(links.begin(), links.end(), [&](const auto& link) { return link == links.front(); });
    if (const auto saps = saps_on_.find(links.front()); saps != saps_on_.end() && one_link) {
      candidates.insert(candidates.end(), saps->second.begin(), saps->second.end());
    }
    if (candidates.size() > 1) candidates = mentioned(candidates, element, profile);
    if (candidates.empty() && !vnfs_known_) return std::nullopt;  // the one that is missing is reported
    if (candidates.size() != 1) {
      problems_.add(element.at, "element `{}`: {} attached to {}, expected one VNF or SAP{}", element.name,
                    candidates.empty() ? "nothing is" : fmt::format("{} are", fmt::join(candidates, ", ")),
                    fmt::join(links, " and "), candidates.empty() ? "" : ", named in the name of the Forwarding node");
      return std::nullopt;
    }
    Hop hop{.at = position.at};
    const auto vnf = std::find_if(service_.vnfs.begin(), service_.vnfs.end(),
                                  [&](const auto& v) { return v.name == candidates.front(); });
    if (vnf == service_.vnfs.end()) {
      hop.sap = candidates.front();
      return hop;
    }
    hop.vnf = vnf->name;
    if (profile.size() == 2) {
      hop.in = point(*vnf, links[0], true, *profile[0]);
      hop.out = point(*vnf, links[1], false, *profile[1]);
      return hop.in != nullptr && hop.out != nullptr ? std::optional{hop} : std::nullopt;
    }
    const auto& ports = vnf->graph;
    if (ports.inputs.size() != 1 || ports.outputs.size() != 1) {
      problems_.add(element.at,
                    "element `{}` has one profile_element, expected two: VNF `{}` has {} inputs and {} outputs",
                    element.name, vnf->name, ports.inputs.size(), ports.outputs.size());
      return std::nullopt;
    }
    hop.in = only_point(*vnf, true);
    hop.out = only_point(*vnf, false);
    return hop;
  }

  /// Those that the names mention, the longest mention winning.
  static std::vector<std::string> mentioned(const std::vector<std::string>& candidates, const NodeTemplate& element,
                                            const std::vector<const NodeTemplate*>& profile) {
    std::size_t best = 0;
    std::vector<std::string> found;
    for (const auto& candidate : candidates) {
      auto score = mentions(element.name, candidate);
      for (const auto* forwarding : profile) score = std::max(score, mentions(forwarding->name, candidate));
      for (const auto& requirement : element.requirements)
        score = std::max(score, mentions(requirement.capability, candidate));
      if (score > best) found.clear();
      if (score > 0 && score >= best) found.push_back(candidate);
      best = std::max(best, score);
    }
    return found.empty() ? candidates : found;
  }

  /// The VNF's input, or output, on a link; of several the one that the Forwarding node's name mentions.
  const ConnectionPoint* point(const ServiceRequest::Vnf& vnf, const std::string& link, bool is_input,
                               const NodeTemplate& forwarding) {
    std::vector<const ConnectionPoint*> found;
    for (const auto& p : points_) {
      if (p.vnf == vnf.name && p.link == link && p.is_input == is_input) found.push_back(&p);
    }
    if (found.size() > 1) {
      auto named = found;
      std::erase_if(named, [&](const auto* p) { return mentions(forwarding.name, p->name) == 0; });
      if (!named.empty()) found = named;
    }
    if (found.size() == 1) return found.front();
    problems_.add(forwarding.at, "`{}`: VNF `{}` has {} on {}, expected one", forwarding.name, vnf.name,
                  found.empty() ? fmt::format("no {}", is_input ? "input" : "output")
                                : fmt::format("{} {}s", found.size(), is_input ? "input" : "output"),
                  link);
    return nullptr;
  }

  const ConnectionPoint* only_point(const ServiceRequest::Vnf& vnf, bool is_input) const {
    const auto found = std::find_if(points_.begin(), points_.end(),
                                    [&](const auto& p) { return p.vnf == vnf.name && p.is_input == is_input; });
    return found == points_.end() ? nullptr : &*found;
  }

  void add_path(const NodeTemplate& nfp, std::vector<Hop> hops) {
    ServiceRequest::Path path{.name = nfp.name, .at = nfp.at};
    std::string in_sap, out_sap;
    if (hops.size() > 1 && !hops.front().sap.empty()) {
      in_sap = hops.front().sap;
      hops.erase(hops.begin());
    }
    if (hops.size() > 1 && !hops.back().sap.empty()) {
      out_sap = hops.back().sap;
      hops.pop_back();
    }
    for (const auto& hop : hops) {
      if (hop.vnf.empty()) {
        problems_.add(hop.at, "position `{}` in the middle of `{}` or alone in it, expected a VNF", hop.sap, nfp.name);
        return;
      }
      if (std::find(path.hops.begin(), path.hops.end(), hop.vnf) != path.hops.end()) {
        problems_.add(hop.at, "path `{}` comes to VNF `{}` twice, expected once", nfp.name, hop.vnf);
        return;
      }
      path.hops.push_back(hop.vnf);
    }
    const auto in = !in_sap.empty() ? add_sap(in_sap) : endpoint_on(hops.front().in, hops.front().at, nfp.name);
    const auto out = !out_sap.empty() ? add_sap(out_sap) : endpoint_on(hops.back().out, hops.back().at, nfp.name);
    if (!in || !out) return;
    path.in = *in;
    path.out = *out;
    for (std::size_t i = 0; i + 1 < hops.size(); ++i) {
      if (!link(hops[i], hops[i + 1], nfp)) return;
    }
    for (const auto& policy : document_.policies) {
      if (policy.type != kNfpRule ||
          std::find(policy.targets.begin(), policy.targets.end(), nfp.name) == policy.targets.end())
        continue;
      if (const auto match = read_nfp_rule(documents_, document_, policy)) path.matches.push_back(*match);
    }
    for (const auto& policy : document_.policies) {
      if (policy.type != kMaxLatency || std::ranges::find(policy.targets, nfp.name) == policy.targets.end()) continue;
      const auto latency = read_max_latency(policy);
      if (latency && (!path.max_latency || *latency < *path.max_latency)) path.max_latency = latency;
    }
    for (const auto& policy : document_.policies) {
      if (policy.type == kPathPolicy && std::ranges::find(policy.targets, nfp.name) != policy.targets.end())
        read_path_policy(policy, path);
    }
    service_.paths.push_back(std::move(path));
  }

  void read_path_policy(const Policy& policy, ServiceRequest::Path& path) {
    if (policy.properties == nullptr) return;
    if (const auto* symmetric = scalar_at(*policy.properties, "symmetric", problems_)) {
      if (symmetric->text != "true" && symmetric->text != "false")
        problems_.add(symmetric->at(), "`symmetric` of policy `{}` is {}, expected true or false", policy.name,
                      symmetric->describe());
      path.symmetric = symmetric->text == "true";
    }
    if (const auto* spi = scalar_at(*policy.properties, "spi", problems_)) {
      const auto number = to_unsigned(spi->text);
      if (!number || *number > kMaxSpi) {
        problems_.add(spi->at(), "`spi` of policy `{}` is {}, expected 0 to {}", policy.name, spi->describe(), kMaxSpi);
        return;
      }
      path.spi = static_cast<std::uint32_t>(*number);
    }
  }

  std::optional<Nanoseconds> read_max_latency(const Policy& policy) {
    const auto* value = policy.properties == nullptr ? nullptr : policy.properties->find("max_latency");
    const auto latency = value == nullptr || !value->is_scalar() ? std::nullopt : duration(value->text);
    if (!latency) {
      problems_.add(value == nullptr ? policy.at : value->at(),
                    "policy `{}` has {}, expected `max_latency: NUMBER UNIT`, such as 50 us", policy.name,
                    value == nullptr ? "no max_latency" : "the max_latency " + value->describe());
    }
    return latency;
  }

  /// The endpoint at a virtual link where a path begins or ends.
  std::optional<std::string> endpoint_on(const ConnectionPoint* point, const SourcePlace& at, const std::string& path) {
    if (point == nullptr) {
      problems_.add(at, "path `{}` begins or ends at no virtual link, expected a port with one", path);
      return std::nullopt;
    }
    const auto saps = saps_on_.find(point->link);
    if (saps == saps_on_.end()) return add_endpoint(point->link, point->link);
    if (saps->second.size() == 1) return add_sap(saps->second.front());
    problems_.add(at, "path `{}` begins or ends at {}, which has SAPs {}, expected a position for one of them", path,
                  point->link, fmt::join(saps->second, ", "));
    return std::nullopt;
  }

  std::string add_sap(const std::string& sap) {
    const auto network = network_of_.find(sap);
    return add_endpoint(sap, network == network_of_.end() ? sap : network->second);
  }

  std::string add_endpoint(const std::string& name, const std::string& network) {
    auto& endpoints = service_.endpoints;
    if (std::none_of(endpoints.begin(), endpoints.end(), [&](const auto& e) { return e.name == name; }))
      endpoints.push_back({name, network});
    return name;
  }

  /// Two neighbours in a path share a virtual link, an output of the one and an input of the other.
  bool link(const Hop& from, const Hop& to, const NodeTemplate& nfp) {
    if (from.out == nullptr || to.in == nullptr || from.out->link != to.in->link) {
      problems_.add(to.at, "path `{}`: `{}` leaves by {} and `{}` is entered by {}, expected the same virtual link",
                    nfp.name, from.vnf, from.out == nullptr ? "no link" : from.out->link, to.vnf,
                    to.in == nullptr ? "no link" : to.in->link);
      return false;
    }
    add_link(*from.out, *to.in, nfp.at);
    return true;
  }

  void add_link(const ConnectionPoint& from, const ConnectionPoint& to, const SourcePlace& at) {
    const auto& links = service_.links;
    const bool known = std::any_of(links.begin(), links.end(), [&](const auto& l) {
      return l.vnf == from.vnf && l.output == from.name && l.to_vnf == to.vnf && l.to_input == to.name;
    });
    if (!known) service_.links.push_back({from.vnf, from.name, to.vnf, to.name, at});
  }

  /// An output that no path names leads to the one input on its virtual link.
  void link_other_outputs() {
    for (const auto& from : points_) {
      const auto linked = [&](const auto& l) { return l.vnf == from.vnf && l.output == from.name; };
      if (from.is_input || std::any_of(service_.links.begin(), service_.links.end(), linked)) continue;
      std::vector<const ConnectionPoint*> inputs;
      for (const auto& p : points_) {
        if (p.is_input && p.link == from.link && p.vnf != from.vnf) inputs.push_back(&p);
      }
      if (inputs.size() != 1 || saps_on_.contains(from.link) || leads_to(inputs.front()->vnf, from.vnf)) continue;
      add_link(from, *inputs.front(), document_.find_node(from.vnf)->at);
    }
  }

  bool leads_to(const std::string& from, const std::string& to) const {
    std::set<std::string_view> seen;
    std::vector<std::string_view> left{from};
    while (!left.empty()) {
      const auto at = left.back();
      left.pop_back();
      if (at == to) return true;
      if (!seen.insert(at).second) continue;
      for (const auto& l : service_.links) {
        if (l.vnf == at) left.push_back(l.to_vnf);
      }
    }
    return false;
  }

  /// Without an NFP: the one chain that the virtual links make, taking everything, both ways.
  void derive_path() {
    const SourcePlace at{std::string{document_.file}, 1};
    const auto feeding = [&](const ConnectionPoint& to) {
      return std::find_if(points_.begin(), points_.end(),
                          [&](const auto& p) { return !p.is_input && p.link == to.link && p.vnf != to.vnf; });
    };
    const ConnectionPoint* in = nullptr;
    for (const auto& p : points_) {
      if (!p.is_input || feeding(p) != points_.end()) continue;
      if (in != nullptr)
        in = &points_.front();  // a second beginning
      else
        in = &p;
    }
    ServiceRequest::Path path{.name = service_.name, .symmetric = true, .at = at};
    const ConnectionPoint* out = nullptr;
    for (const auto* next = in; next != nullptr && path.hops.size() <= service_.vnfs.size();) {
      path.hops.push_back(next->vnf);
      const auto& vnf =
          *std::find_if(service_.vnfs.begin(), service_.vnfs.end(), [&](const auto& v) { return v.name == next->vnf; });
      out = vnf.graph.inputs.size() == 1 && vnf.graph.outputs.size() == 1 ? only_point(vnf, false) : nullptr;
      if (out == nullptr) break;
      const auto follows = std::find_if(points_.begin(), points_.end(), [&](const auto& p) {
        return p.is_input && p.link == out->link && p.vnf != out->vnf;
      });
      next = follows == points_.end() ? nullptr : &*follows;
      if (next != nullptr) add_link(*out, *next, at);
    }
    if (out == nullptr || path.hops.size() != service_.vnfs.size()) {
      problems_.add(at, "no forwarding path, and the virtual links do not make one chain of all VNFs, expected an NFP");
      return;
    }
    const auto first = endpoint_on(in, at, path.name), last = endpoint_on(out, at, path.name);
    if (!first || !last) return;
    path.in = *first;
    path.out = *last;
    service_.paths.push_back(std::move(path));
  }

  void check_rules() {
    for (const auto& policy : document_.policies) {
      if ((policy.type != kNfpRule && policy.type != kMaxLatency && policy.type != kPathPolicy) || !policy.well_formed)
        continue;
      const bool is_for_paths =
          !policy.targets.empty() && std::all_of(policy.targets.begin(), policy.targets.end(), [&](const auto& name) {
            const auto* node = document_.find_node(name);
            return node->type == nullptr || node->type->base == base::nfp || in_vnffg(name);
          });
      if (!is_for_paths)
        problems_.add(policy.at, "{} `{}` has no forwarding path, expected `targets` of type {}",
                      policy.type == kNfpRule ? "rule" : "policy", policy.name, base::nfp);
    }
  }

  /// A rule may name the whole group, whose other members it does not concern.
  bool in_vnffg(const std::string& node) const {
    return std::any_of(document_.groups.begin(), document_.groups.end(), [&](const auto& group) {
      return document_.group_types.at(group.first) == kVnffg &&
             std::find(group.second.begin(), group.second.end(), node) != group.second.end();
    });
  }

  Documents& documents_;
  Problems& problems_;
  const Document& document_;
  std::span<const Vnfd> vnfds_;
  ServiceRequest service_;
  std::size_t unfs_ = 0;
  std::size_t weight_ = 0;
  bool vnfs_known_ = true;  ///< nothing was wrong with the VNFs
  std::map<const Document*, ServiceRequest::Vnf> vnfs_read_;
  std::vector<ConnectionPoint> points_;
  std::map<std::string, std::string> link_of_;     ///< of SAPs and Forwarding nodes
  std::map<std::string, std::string> network_of_;  ///< of SAPs
  std::map<std::string, std::vector<std::string>> saps_on_;
  std::map<std::string, std::set<std::string>> balanced_;  ///< VNF -> those that it runs for, itself among them
  std::set<std::string> others_;                           ///< VNFs that another one runs for
};

}  // namespace

bool is_nsd(Documents& documents, const Document& document) {
  constexpr std::array kBases{base::ns,           base::ns_virtual_link,      base::sap,       base::nfp,
                              base::nfp_position, base::nfp_position_element, base::forwarding};
  const auto describes_service = [&](const Value* type) {
    if (type == nullptr || !type->is_scalar()) return false;
    const auto* found = documents.node_type(document, type->text, type->at(), true);
    return found != nullptr && std::find(kBases.begin(), kBases.end(), found->base) != kBases.end();
  };
  const auto* topology = document.tree->find("topology_template");
  if (topology == nullptr) return false;
  const auto* mappings = topology->find("substitution_mappings");
  if (mappings != nullptr && describes_service(mappings->find("node_type"))) return true;
  const auto* nodes = topology->find("node_templates");
  return nodes != nullptr && std::any_of(nodes->members.begin(), nodes->members.end(), [&](const auto& member) {
           return describes_service(member.value->find("type"));
         });
}

ServiceRequest read_nsd(Documents& documents, const Document& document, std::span<const Vnfd> vnfds) {
  return NsdReader{documents, document, vnfds}.read();
}

ServiceRequest read_single_vnf(Documents& documents, const Vnfd& vnfd) {
  ServiceRequest service;
  service.name = vnfd.document->title();
  service.vnfs.push_back(read_vnfd(documents, vnfd, service.artifacts));
  auto& vnf = service.vnfs.front();
  vnf.name = vnfd.instance_name.empty() ? "vnf" : vnfd.instance_name;
  const auto& [inputs, outputs] = std::tie(vnf.graph.inputs, vnf.graph.outputs);
  if (service.name.size() > 128 || service.name.find_first_of("/#") != std::string::npos) {
    documents.problems().add({std::string{vnfd.document->file}, 1},
                             "the service's name `{}` is bad, expected 1 to 128 characters without `/` and `#`",
                             service.name);
  }
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
