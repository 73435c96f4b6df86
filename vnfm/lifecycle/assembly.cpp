#include "vnfm/lifecycle/assembly.h"

#include <algorithm>

namespace unf::vnfm {
using nlohmann::json;

namespace {

using Vnf = ServiceRequest::Vnf;

/// What of an inventory is called `network`: NICs on it, or the NIC `HOST.NIC`.
bool has_nic(const Inventory& inventory, const std::string& network) {
  return std::ranges::any_of(inventory.hosts, [&](const Host& host) {
    return std::ranges::any_of(host.nics, [&](const Nic& nic) {
      return nic.network == network || host.name.get() + "." + nic.name.get() == network;
    });
  });
}

/// What VNFs are given: IP. ARP passes beside them, as it does beside any bump in the wire.
std::vector<Match> ip_only() { return {{.ether_type = 0x0800}, {.ether_type = 0x86dd}}; }

/// The networks of the only pair of NICs, inner side last; empty, if there is not just one.
std::vector<std::string> only_pair(const Inventory& inventory) {
  std::vector<std::string> networks;
  for (const auto& host : inventory.hosts) {
    for (const auto& nic : host.nics) {
      if (!nic.pair) continue;
      networks.push_back(nic.network.empty() ? host.name.get() + "." + nic.name.get() : nic.network);
    }
  }
  if (networks.size() != 2) networks.clear();
  return networks;
}

class Binder {
 public:
  Binder(const Vnf& vnf, const json& links, const Inventory& inventory)
      : vnf_(vnf), links_(links), inventory_(inventory) {}

  Result<std::map<std::string, std::string>> run() {
    for (const auto& link : links_) {
      for (const auto& cp : link.value("extCps", json::array())) {
        const auto port = port_of(cp.value("cpdId", ""));
        if (!port) {
          return fail(Errc::malformed,
                      "extVirtualLinks: cpdId {}: the VNF has no such connection point, expected one of: {}",
                      cp.value("cpdId", ""), fmt::join(port_names(), ", "));
        }
        ports_[*port] = link.value("resourceId", "");
      }
    }
    const auto pair = only_pair(inventory_);
    for (const auto& [port, node] : vnf_.graph.inputs) {
      if (auto bound = bind(port, node, pair.empty() ? "" : pair[0]); !bound) return fail(bound.error());
    }
    for (const auto& [port, node] : vnf_.graph.outputs) {
      if (auto bound = bind(port, node, pair.empty() ? "" : pair[1]); !bound) return fail(bound.error());
    }
    return ports_;
  }

 private:
  std::optional<std::string> port_of(const std::string& cpd) const {
    for (const auto* ports : {&vnf_.graph.inputs, &vnf_.graph.outputs}) {
      for (const auto& [port, node] : *ports) {
        if (port == cpd || node == cpd) return port;
      }
    }
    return std::nullopt;
  }
  std::vector<std::string> port_names() const {
    std::vector<std::string> names;
    for (const auto* ports : {&vnf_.graph.inputs, &vnf_.graph.outputs}) {
      for (const auto& [port, node] : *ports) names.push_back(port);
    }
    return names;
  }
  Result<void> bind(const std::string& port, const std::string& node, const std::string& otherwise) {
    if (ports_.contains(port)) return {};
    for (const auto* name : {&port, &node, &otherwise}) {
      if (name->empty() || !has_nic(inventory_, *name)) continue;
      ports_[port] = *name;
      return {};
    }
    return fail(Errc::unsupported,
                "connection point {}: nothing says its network, expected an extCp in extVirtualLinks", port);
  }

  const Vnf& vnf_;
  const json& links_;
  const Inventory& inventory_;
  std::map<std::string, std::string> ports_;
};

/// Puts one property of a node in the place of its descriptor's. A rule file is given as its text, a
/// list of them as a list of texts.
Result<void> configure(VnfTemplate::Node& node, const std::string& property, const json& value, const Catalog& catalog,
                       Artifacts& artifacts) {
  const auto& schema = catalog.find(node.type)->config_schema;
  const auto properties = schema.value("properties", json::object());
  const auto known = properties.find(property);
  if (known == properties.end()) {
    std::vector<std::string> names;
    for (const auto& [name, of_it] : properties.items()) names.push_back(name);
    return fail(Errc::malformed, "configuration of {}: {} has no property {}, expected {}", node.name, node.type,
                property, names.empty() ? "none" : fmt::format("one of: {}", fmt::join(names, ", ")));
  }
  if (known->value("format", "") != "unf-artifact") {
    node.config[property] = value;
    return {};
  }
  auto digests = value.is_array() ? value : json::array({value});
  for (auto& digest : digests) {
    if (!digest.is_string()) {
      return fail(Errc::malformed, "configuration of {}: property {} is {}, expected the text of a file", node.name,
                  property, digest.type_name());
    }
    const auto text = digest.get<std::string>();
    digest = digest_of(text);
    artifacts[digest] = {.name = node.name + "." + property, .text = text};
  }
  node.config[property] = value.is_array() ? digests : digests[0];
  return {};
}

template <typename Has>
Result<PartOfVnf> find_part(const ServiceRequest& request, const std::string& name, const char* what, Has has) {
  std::vector<PartOfVnf> found;
  std::vector<std::string> vnfs;
  for (std::size_t i = 0; i < request.vnfs.size(); ++i) {
    const auto& vnf = request.vnfs[i];
    const auto prefix = vnf.name + "/";
    vnfs.push_back(vnf.name);
    const auto inner = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
    if (has(vnf, inner)) found.push_back({i, inner});
  }
  if (found.size() == 1) return found.front();
  if (vnfs.size() == 1) return fail(Errc::malformed, "the VNF has no {} {}", what, name);
  return fail(Errc::malformed, "{} VNF has {} {}, expected NAME or VNF/NAME, VNF one of: {}",
              found.empty() ? "no" : "more than one", what, name, fmt::join(vnfs, ", "));
}

Result<void> configure(ServiceRequest& request, const json& configuration, const Catalog& catalog) {
  for (const auto& [name, properties] : configuration.items()) {
    const auto part = find_node(request, name);
    if (!part) return fail(Errc::malformed, "configuration: {}", part.error().message);
    if (!properties.is_object()) {
      return fail(Errc::malformed, "configuration of {}: is {}, expected its properties", name, properties.type_name());
    }
    auto& node = *std::ranges::find(request.vnfs[part->vnf].graph.nodes, part->name, &VnfTemplate::Node::name);
    for (const auto& [property, value] : properties.items()) {
      if (auto done = configure(node, property, value, catalog, request.artifacts); !done) return done;
    }
  }
  return {};
}

/// A whole service at the scale levels that are desired of its VNFs' aspects.
Result<void> scale(ServiceRequest& request, const std::map<std::string, std::uint32_t>& levels) {
  for (const auto& [aspect, level] : levels) {
    const auto part = find_aspect(request, aspect);
    if (!part) return fail(part.error());
    request.vnfs[part->vnf].scale[part->name] = level;
  }
  return {};
}

/// A filter without a rule in the place of its graph: it takes what comes in, and drops it.
void stop(VnfTemplate& graph, Artifacts& artifacts) {
  constexpr auto kStopped = "stopped";
  std::erase_if(graph.nodes, [&](const auto& node) {
    const auto is = [&](const auto& port) { return port.second == node.name; };
    return std::ranges::none_of(graph.inputs, is) && std::ranges::none_of(graph.outputs, is);
  });
  const auto digest = digest_of("");
  artifacts[digest] = {.name = kStopped, .text = ""};
  graph.nodes.push_back({.name = kStopped, .type = "L3L4Filter", .config = {{"rules", digest}}, .at = {}});
  graph.edges.clear();
  for (const auto& [port, node] : graph.inputs) graph.edges.push_back({node, "out", kStopped, {}});
  graph.edges.push_back({kStopped, "out", graph.outputs.begin()->second, {}});
}

/// A VNF with one way in and one way out, between two networks.
struct Bump {
  const Member* member;
  std::string in, out;  ///< networks
};

/// The VNFs of a graph, network after network.
class Chain {
 public:
  Chain(const std::vector<Bump>& bumps, const Inventory& inventory) : bumps_(bumps), inventory_(inventory) {}

  Result<Assembly> run(const std::string& name) {
    for (const auto& bump : bumps_) {
      if (bump.in == bump.out) {
        return fail(Errc::conflict, "VNF {}: both of its sides are on network {}, expected two networks",
                    bump.member->id, bump.in);
      }
      between_[ordered(bump)].push_back(&bump);
      beside_[bump.in].insert(bump.out);
      beside_[bump.out].insert(bump.in);
    }
    for (const auto& [network, neighbours] : beside_) {
      if (neighbours.size() > 2) {
        return fail(Errc::conflict, "network {}: VNFs lead from it to {}, expected to two networks at most", network,
                    fmt::join(neighbours, ", "));
      }
    }
    if (auto walked = walk(); !walked) return fail(walked.error());
    cut_ends();
    return request(name);
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  static Pair ordered(const Bump& bump) { return std::minmax(bump.in, bump.out); }

  /// Orders the networks from one end to the other, so that the first VNF is passed from its input to its output.
  Result<void> walk() {
    const auto end = std::ranges::find_if(beside_, [](const auto& entry) { return entry.second.size() == 1; });
    if (end == beside_.end()) {
      return fail(Errc::conflict, "network {}: VNFs lead from it back to it, expected a chain with two ends",
                  bumps_.front().in);
    }
    networks_ = {end->first};
    while (true) {
      const auto& next = beside_.at(networks_.back());
      const auto onwards = std::ranges::find_if(next, [&](const auto& network) {
        return networks_.size() < 2 || network != networks_[networks_.size() - 2];
      });
      if (onwards == next.end()) break;
      networks_.push_back(*onwards);
    }
    const auto in = std::ranges::find(networks_, bumps_.front().in);
    const auto out = std::ranges::find(networks_, bumps_.front().out);
    if (out < in) std::ranges::reverse(networks_);
    return {};
  }

  /// Traffic comes and goes by NICs only.
  void cut_ends() {
    const auto bound = [&](const std::string& network) { return has_nic(inventory_, network); };
    const auto first = std::ranges::find_if(networks_, bound);
    const auto last = std::find_if(networks_.rbegin(), networks_.rend(), bound).base();
    if (last - first >= 2) {
      networks_ = {first, last};
    } else {
      networks_.clear();
    }
  }

  Assembly request(const std::string& name) const {
    Assembly assembly{.request = {.name = name}};
    auto& request = assembly.request;
    std::set<const Member*> reached;
    std::vector<std::string> hops;
    for (std::size_t i = 0; i + 1 < networks_.size(); ++i) {
      for (const auto* bump : between_.at(std::minmax(networks_[i], networks_[i + 1]))) {
        reached.insert(bump->member);
        hops.push_back(bump->member->id);
      }
    }
    for (const auto& bump : bumps_) {
      const auto* member = bump.member;
      if (!reached.contains(member)) {
        assembly.unreached.emplace(
            member->id,
            fmt::format("no way leads from a NIC to a NIC by way of networks {} and {}", bump.in, bump.out));
        continue;
      }
      request.vnfs.push_back(member->request.vnfs.front());
      request.artifacts.insert(member->request.artifacts.begin(), member->request.artifacts.end());
    }
    if (hops.empty()) return assembly;
    const auto &in = networks_.front(), &out = networks_.back();
    request.endpoints = {{in, in}, {out, out}};
    request.paths.push_back({.name = in + "-to-" + out,
                             .in = in,
                             .out = out,
                             .matches = ip_only(),
                             .hops = std::move(hops),
                             .symmetric = true});
    return assembly;
  }

  const std::vector<Bump>& bumps_;
  const Inventory& inventory_;
  std::map<Pair, std::vector<const Bump*>> between_;
  std::map<std::string, std::set<std::string>> beside_;
  std::vector<std::string> networks_;
};

/// A VNF that shares no network, however many ways it has.
Assembly alone(const std::string& name, const Member& member, const Inventory& inventory) {
  Assembly assembly{.request = member.request};
  assembly.request.name = name;
  for (auto& path : assembly.request.paths) path.matches = ip_only();
  for (auto& endpoint : assembly.request.endpoints) {
    const auto port = member.ports.find(endpoint.name);
    if (port == member.ports.end()) continue;
    endpoint.network = port->second;
    if (has_nic(inventory, endpoint.network)) continue;
    assembly.unreached.emplace(member.id, fmt::format("no NIC of the inventory is on network {}", endpoint.network));
  }
  if (!assembly.unreached.empty()) assembly.request.vnfs.clear();
  return assembly;
}

}  // namespace

std::set<std::string> Member::networks() const {
  std::set<std::string> networks;
  for (const auto& [port, network] : ports) networks.insert(network);
  if (is_vnf()) return networks;
  for (const auto& endpoint : request.endpoints) {
    networks.insert(endpoint.network.empty() ? endpoint.name : endpoint.network);
  }
  return networks;
}

Result<PartOfVnf> find_aspect(const ServiceRequest& request, const std::string& name) {
  return find_part(request, name, "scaling aspect", [](const Vnf& vnf, const std::string& aspect) {
    return std::ranges::find(vnf.aspects, aspect, &ServiceRequest::ScalingAspect::name) != vnf.aspects.end();
  });
}

Result<PartOfVnf> find_node(const ServiceRequest& request, const std::string& name) {
  return find_part(request, name, "node", [](const Vnf& vnf, const std::string& node) {
    return std::ranges::find(vnf.graph.nodes, node, &VnfTemplate::Node::name) != vnf.graph.nodes.end();
  });
}

Result<Member> make_member(const std::string& id, const ServiceRequest& described, const Desired& desired, bool is_vnf,
                           const Catalog& catalog, const Inventory& inventory) {
  Member member{.id = id, .request = described, .options = desired.options};
  auto& request = member.request;
  if (auto done = configure(request, desired.configuration, catalog); !done) return fail(done.error());
  if (!is_vnf) {
    request.name = id;
    return scale(request, desired.scale).map([&] { return std::move(member); });
  }
  auto& vnf = request.vnfs.front();
  auto ports = Binder{vnf, desired.links, inventory}.run();
  if (!ports) return fail(ports.error());
  member.ports = std::move(*ports);
  vnf.level = desired.level;
  vnf.scale = desired.scale;
  vnf.zones = desired.zones;
  if (desired.stopped) stop(vnf.graph, request.artifacts);
  vnf.owner = id + "/" + vnf.name;
  vnf.name = id;
  for (auto& path : request.paths) path.hops = {id};
  return member;
}

std::vector<std::vector<const Member*>> connected(const std::vector<Member>& members) {
  std::vector<std::pair<std::set<std::string>, std::vector<const Member*>>> graphs;
  for (const auto& member : members) {
    std::pair<std::set<std::string>, std::vector<const Member*>> joined{member.networks(), {}};
    const auto shares = [&](const auto& graph) {
      return std::ranges::any_of(graph.first, [&](const auto& network) { return joined.first.contains(network); });
    };
    const auto first = std::ranges::find_if(graphs, shares);
    const auto place = first - graphs.begin();
    for (auto at = graphs.begin() + place; at != graphs.end();) {
      if (!shares(*at)) {
        ++at;
        continue;
      }
      joined.first.insert(at->first.begin(), at->first.end());
      joined.second.insert(joined.second.end(), at->second.begin(), at->second.end());
      at = graphs.erase(at);
    }
    joined.second.push_back(&member);
    std::ranges::sort(joined.second);  // they lie in one vector: their order
    graphs.insert(graphs.begin() + place, std::move(joined));
  }
  std::vector<std::vector<const Member*>> found;
  for (auto& [networks, of_graph] : graphs) found.push_back(std::move(of_graph));
  return found;
}

Result<Assembly> assemble(const std::string& name, const std::vector<const Member*>& members,
                          const Inventory& inventory) {
  if (members.size() == 1 && !members[0]->is_vnf()) return Assembly{.request = members[0]->request};
  std::vector<Bump> bumps;
  for (const auto* member : members) {
    const auto& graph = member->request.vnfs.front().graph;
    const bool is_bump = member->is_vnf() && graph.inputs.size() == 1 && graph.outputs.size() == 1;
    if (is_bump) {
      bumps.push_back({.member = member,
                       .in = member->ports.at(graph.inputs.begin()->first),
                       .out = member->ports.at(graph.outputs.begin()->first)});
    } else if (members.size() == 1) {
      return alone(name, *member, inventory);
    } else {
      return fail(Errc::conflict,
                  "{} {} and {} are on one network, which only VNFs with one way in and one way out share",
                  member->is_vnf() ? "VNF" : "service", member->id, members[member == members[0] ? 1 : 0]->id);
    }
  }
  return Chain{bumps, inventory}.run(name);
}

}  // namespace unf::vnfm
