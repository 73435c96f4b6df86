#include "graph/request/routes.h"

#include <limits>
#include <optional>
#include <set>

#include "graph/terms/hosts.h"

namespace unf::graph {
namespace {

using Path = ServiceRequest::Path;

/// The path back: what is matched at one end comes from the other.
Path reverse_of(const Path& path) {
  Path back = path;
  back.name = path.name + "-reverse";
  back.spi.reset();
  std::swap(back.in, back.out);
  std::reverse(back.hops.begin(), back.hops.end());
  for (auto& match : back.matches) {
    std::swap(match.src, match.dst);
    std::swap(match.sport, match.dport);
  }
  return back;
}

class Resolver {
 public:
  Resolver(const ServiceRequest& request, const Inventory& inventory, const HostId& host_before, Problems& problems)
      : request_(request), inventory_(inventory), problems_(problems) {
    if (!inventory.endpoints_by_position) chosen_ = choose_host(request, inventory, host_before);
    for (const auto& vnf : request.vnfs) vnfs_.emplace(vnf.name, &vnf);
    for (const auto& endpoint : request.endpoints) {
      if (!endpoints_.emplace(endpoint.name, &endpoint).second) problem({}, "endpoint '{}' twice", endpoint.name);
    }
  }

  Routes run() {
    check_links();
    if (request_.paths.empty()) problem({}, "no path, so no packet would enter; expected at least one");
    Routes routes;
    for (const auto& path : request_.paths) {
      add_route(path, false, routes);
      if (path.symmetric) add_route(reverse_of(path), true, routes);
    }
    if (routes.routes.size() > std::numeric_limits<PathId::Value>::max()) {
      problem({}, "{} paths, expected at most {}", routes.routes.size(), std::numeric_limits<PathId::Value>::max());
    }
    for (const auto& vnf : request_.vnfs) {
      if (!used_.contains(vnf.name)) problem(vnf.at, "VNF '{}' is on no path", vnf.name);
    }
    routes.host = host_;
    return routes;
  }

 private:
  template <typename... Args>
  void problem(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add(at, request_.name, format, std::forward<Args>(args)...);
  }

  void check_links() {
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (const auto& link : request_.links) {
      const auto* from = find_vnf(link.vnf);
      const auto* to = find_vnf(link.to_vnf);
      if (from == nullptr) problem(link.at, "link from VNF '{}', which the service does not have", link.vnf);
      if (to == nullptr) problem(link.at, "link to VNF '{}', which the service does not have", link.to_vnf);
      if (from != nullptr && !from->graph.outputs.contains(link.output)) {
        problem(link.at, "VNF '{}' has no output '{}', expected one of: {}", link.vnf, link.output,
                names(from->graph.outputs));
      }
      if (to != nullptr && !to->graph.inputs.contains(link.to_input)) {
        problem(link.at, "VNF '{}' has no input '{}', expected one of: {}", link.to_vnf, link.to_input,
                names(to->graph.inputs));
      }
      if (!seen.emplace(link.vnf, link.output, link.to_vnf).second) {
        problem(link.at, "output '{}' of '{}' linked to '{}' twice", link.output, link.vnf, link.to_vnf);
      }
    }
  }

  void add_route(const Path& path, bool reverse, Routes& routes) {
    if (path.name.empty()) problem(path.at, "a path without a name");
    if (path.name.find('~') != std::string::npos) {  // which the names of what its packets go over to have
      problem(path.at, "path '{}': expected a name without '~'", path.name);
    }
    if (!path_names_.insert(path.name).second) problem(path.at, "path '{}' twice", path.name);
    Route route{.path = path.name, .matches = path.matches, .hops = path.hops, .max_latency = path.max_latency};
    if (route.matches.empty()) route.matches.emplace_back();
    route.in = find_nic(path, path.in);
    route.out = find_nic(path, path.out);

    if (path.hops.empty()) return problem(path.at, "path '{}' has no hop, expected at least one VNF", path.name);
    std::set<std::string> seen;
    bool known = true;
    for (const auto& hop : path.hops) {
      used_.insert(hop);
      if (find_vnf(hop) == nullptr) {
        problem(path.at, "path '{}': hop '{}' is no VNF of the service", path.name, hop);
        known = false;
      } else if (!seen.insert(hop).second) {
        problem(path.at, "path '{}' passes VNF '{}' twice", path.name, hop);
        known = false;
      }
    }
    if (!known) return;
    route.entry = {path.hops[0], entry_input(path)};
    for (std::size_t i = 0; i + 1 < path.hops.size(); ++i) join(path, reverse, i, route);
    routes.routes.push_back(std::move(route));
  }

  /// The only input, else the one called like the endpoint, else the first.
  std::string entry_input(const Path& path) const {
    const auto& inputs = find_vnf(path.hops[0])->graph.inputs;
    if (inputs.empty()) return {};
    const auto named = inputs.find(path.in);
    return named != inputs.end() ? named->first : inputs.begin()->first;
  }

  /// Leads the outputs of hop `i` to the nearest later hop they are linked to; an only output to the next hop, where
  /// there is no choice.
  void join(const Path& path, bool reverse, std::size_t i, Route& route) {
    const auto& from = path.hops[i];
    const auto& to = path.hops[i + 1];
    const auto& outputs = find_vnf(from)->graph.outputs;
    const auto& inputs = find_vnf(to)->graph.inputs;
    const bool obvious = outputs.size() == 1 && (inputs.size() == 1 || (reverse && !inputs.empty()));
    if (obvious && find_link(from, outputs.begin()->first, to) == nullptr) {
      route.next[{from, outputs.begin()->first}] = {to, inputs.begin()->first};
      return;
    }
    bool joined = false;
    for (const auto& [output, node] : outputs) {
      for (std::size_t later = i + 1; later < path.hops.size(); ++later) {
        const auto* link = find_link(from, output, path.hops[later]);
        if (link == nullptr) continue;
        route.next[{from, output}] = {link->to_vnf, link->to_input};
        joined |= later == i + 1;
        break;
      }
    }
    if (joined || outputs.empty() || inputs.empty()) return;  // a VNF without ends has been reported
    problem(path.at, "path '{}': no link says how '{}' (outputs: {}) leads to '{}' (inputs: {})", path.name, from,
            names(outputs), to, names(inputs));
  }

  const Nic* find_nic(const Path& path, const std::string& endpoint) {
    const auto at = endpoints_.find(endpoint);
    if (at == endpoints_.end()) {
      problem(path.at, "path '{}': endpoint '{}' is not one of the service, expected one of: {}", path.name, endpoint,
              names(endpoints_));
      return nullptr;
    }
    const auto& network = at->second->network.empty() ? endpoint : at->second->network;
    auto found = nics_of(network);
    if (found.empty() && inventory_.endpoints_by_position) found = nic_by_position(endpoint);
    if (found.empty() && inventory_.endpoints_by_position) {
      problem(
          path.at,
          "path '{}': endpoint '{}' is a third one besides '{}' and '{}'; more than two need an inventory, or to be "
          "bound to one of: {}",
          path.name, endpoint, request_.paths[0].in, request_.paths[0].out, all_networks());
    } else if (found.empty()) {
      problem(path.at, "endpoint '{}': no NIC of the inventory is on network '{}' or called so, expected one of: {}",
              endpoint, network, all_networks());
    } else if (found.size() > 1) {
      problem(path.at, "endpoint '{}': {} NICs of the inventory are on network '{}', expected HOST.NIC", endpoint,
              found.size(), network);
    }
    if (found.size() != 1) return nullptr;
    const auto& [host, nic] = found[0];
    if (host_ == nullptr) host_ = host;
    if (host_ != host) {
      problem(path.at, "endpoint '{}' is on host '{}', others are on '{}', expected all on one host", endpoint,
              host->name.get(), host_->name.get());
    }
    return nic;
  }

  using Found = std::vector<std::pair<const Host*, const Nic*>>;

  Found nic_by_position(const std::string& endpoint) const {
    const auto& first = request_.paths[0];
    if (endpoint != first.in && endpoint != first.out) return {};
    const auto& host = inventory_.hosts.front();
    const auto* nic = host.find_nic(NicName{endpoint == first.in ? "in" : "out"});
    return nic == nullptr ? Found{} : Found{{&host, nic}};
  }

  /// Those of the host that is chosen, else of all.
  Found nics_of(const std::string& network) const {
    Found found;
    for (const auto& host : inventory_.hosts) {
      if (chosen_ != nullptr && chosen_ != &host) continue;
      for (const auto* nic : nics_on(host, network)) found.emplace_back(&host, nic);
    }
    return found;
  }

  std::string all_networks() const {
    std::set<std::string> networks;
    for (const auto& host : inventory_.hosts) {
      for (const auto& nic : host.nics) {
        networks.insert(nic.network.empty() ? host.name.get() + "." + nic.name.get() : nic.network);
      }
    }
    return fmt::format("{}", fmt::join(networks, ", "));
  }

  template <typename Map>
  static std::string names(const Map& map) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys.empty() ? "none" : fmt::format("{}", fmt::join(keys, ", "));
  }

  const ServiceRequest::Link* find_link(const std::string& vnf, const std::string& output,
                                        const std::string& to) const {
    const auto at = std::find_if(request_.links.begin(), request_.links.end(), [&](const auto& link) {
      return link.vnf == vnf && link.output == output && link.to_vnf == to;
    });
    return at == request_.links.end() ? nullptr : &*at;
  }

  const ServiceRequest::Vnf* find_vnf(const std::string& name) const {
    const auto at = vnfs_.find(name);
    return at == vnfs_.end() ? nullptr : at->second;
  }

  const ServiceRequest& request_;
  const Inventory& inventory_;
  Problems& problems_;
  std::map<std::string, const ServiceRequest::Vnf*> vnfs_;
  std::map<std::string, const ServiceRequest::Endpoint*> endpoints_;
  std::set<std::string> path_names_;
  std::set<std::string> used_;
  const Host* chosen_ = nullptr;
  const Host* host_ = nullptr;  // that of the first NIC
};

}  // namespace

Routes resolve_routes(const ServiceRequest& request, const Inventory& inventory, const HostId& host_before,
                      Problems& problems) {
  return Resolver{request, inventory, host_before, problems}.run();
}

}  // namespace unf::graph
