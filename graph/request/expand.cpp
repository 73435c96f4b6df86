#include "graph/request/expand.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "graph/request/routes.h"
#include "graph/request/templates.h"
#include "graph/terms/effects.h"
#include "graph/terms/hosts.h"
#include "graph/terms/kind.h"
#include "graph/terms/pass.h"
#include "graph/terms/rule_table.h"

namespace unf::graph {
namespace {

using Vertex = UnfGraph::Vertex;

/// A node in the place of a template's NicEgress, and the paths that take it; empty: all.
struct Exit {
  Vertex node;
  PathSet paths;
};

class Expansion {
 public:
  Expansion(const ServiceRequest& request, const Catalog& catalog, const Routes& routes)
      : request_(request), catalog_(catalog), routes_(routes) {
    for (const auto& vnf : request.vnfs) {
      vnfs_.emplace(vnf.name, &vnf);
      through_[vnf.name];
    }
    for (const auto& route : routes.routes) {
      for (const auto& hop : route.hops) {
        auto& known = through_[hop];
        if (known.empty() || known.back() != &route) known.push_back(&route);
      }
    }
  }

  UnfGraph run() {
    for (const auto& vnf : request_.vnfs) {
      const auto owner = request_.owner_of(vnf);
      auto service = owner.substr(0, owner.find('/'));
      if (std::ranges::find(graph_.services, service) == graph_.services.end()) {
        graph_.services.push_back(std::move(service));
      }
    }
    for (const auto& vnf : request_.vnfs) {
      for (const auto& node : vnf.graph.nodes) add_node(vnf, node);
    }
    for (const auto& vnf : request_.vnfs) {
      for (const auto& [output, node] : vnf.graph.outputs) choose_exits(vnf, output, node);
    }
    for (const auto& vnf : request_.vnfs) {
      Gates gates;
      for (const auto& edge : vnf.graph.edges) gates.try_emplace({edge.from, edge.gate}, &edge);
      for (const auto& node : vnf.graph.nodes) add_edges(vnf, node, gates);
      for (const auto& [output, node] : vnf.graph.outputs) add_boundary(vnf, output, node);
    }
    add_entries();
    return std::move(graph_);
  }

 private:
  using Vnf = ServiceRequest::Vnf;
  using Gates =
      std::map<std::pair<std::string_view, std::string_view>, const VnfTemplate::Edge*>;  ///< by node and gate

  void add_node(const Vnf& vnf, const VnfTemplate::Node& node) {
    const auto owner = request_.owner_of(vnf) + "/" + node.name;
    nodes_[{vnf.name, node.name}] =
        graph_.add_node({.id = NodeId{owner},
                         .type = node.type,
                         .config = node.config,
                         .owners = {OwnerPath{owner}},
                         .instances = instances_of(vnf, node.name),
                         .cost = cost_of(*catalog_.find(node.type), tables_of(node), *routes_.host),
                         .host = routes_.host->name,
                         .at = node.at});
  }

  /// The routes that pass `vnf`.
  const std::vector<const Route*>& through(const Vnf& vnf) const { return through_.at(vnf.name); }

  /// Binds an egress to the NIC of the paths that end at it. Where they leave by several NICs that are not just the
  /// pairs of those they came from, each NIC gets an egress of its own.
  void choose_exits(const Vnf& vnf, const std::string& output, const std::string& name) {
    const auto egress = nodes_.at({vnf.name, name});
    PathSet passing;
    std::map<NicName, PathSet> ending;
    bool all_pairs = true;
    for (const auto* route : through(vnf)) {
      if (route->next.contains({vnf.name, output})) {
        passing.push_back(route->path);
        continue;
      }
      ending[route->out->name].push_back(route->path);
      all_pairs = all_pairs && route->in->pair == route->out->name;
    }
    auto& exits = exits_[egress];
    if (ending.size() == 1) graph_[egress].nic = ending.begin()->first;
    if (ending.size() <= 1 || all_pairs) {
      exits = {{egress, {}}};
      return;
    }
    if (!passing.empty()) exits.push_back({egress, sorted(std::move(passing))});
    for (auto& [nic, paths] : ending) {
      auto exit = egress;
      if (!exits.empty()) {
        auto copy = graph_[egress];
        copy.id = NodeId{copy.owners[0].get() + "@" + nic.get()};
        exit = graph_.add_node(std::move(copy));
      }
      graph_[exit].nic = nic;
      exits.push_back({exit, sorted(std::move(paths))});
    }
  }

  void add_edges(const Vnf& vnf, const VnfTemplate::Node& node, const Gates& gates) {
    const auto from = nodes_.at({vnf.name, node.name});
    const auto& type = *catalog_.find(node.type);
    const auto& descriptor = type.descriptor;
    const auto* tables = tables_of(node);
    for (Gate gate = 0; gate < descriptor.gates.size(); ++gate) {
      const std::string name{descriptor.gates[gate]};
      const auto edge = gates.find({node.name, name});
      if (edge != gates.end()) {
        const auto to = nodes_.at({vnf.name, edge->second->to});
        const auto exits = exits_.find(to);
        if (exits == exits_.end()) add_edge(from, name, to, {});
        for (const auto& exit : exits == exits_.end() ? std::vector<Exit>{} : exits->second) {
          add_edge(from, name, exit.node, exit.paths);
        }
      } else if (node.type != kNicEgress && (gate != kDropGate || descriptor.drops) &&
                 can_take(name, type, node.config) && (tables == nullptr || tables->can_take(gate))) {
        add_edge(from, name, UnfGraph::sink(), {});
      }
    }
  }

  /// What sorts packets in a uNF of rule files; read once for all that have them. nullptr: it does not decide by any.
  const RuleTables* tables_of(const VnfTemplate::Node& node) {
    if (!decides_by_tables(node.type)) return nullptr;
    const auto [at, first] = tables_.try_emplace({node.type, rule_digests(node.config)});
    if (first) at->second = rule_tables(node.type, node.config, request_.artifacts);
    return at->second ? &*at->second : nullptr;
  }

  /// From an output to the VNFs behind it.
  void add_boundary(const Vnf& vnf, const std::string& output, const std::string& name) {
    const auto routes = through(vnf);
    std::map<VnfEnd, PathSet> targets;
    std::size_t passing = 0;
    for (const auto* route : routes) {
      const auto next = route->next.find({vnf.name, output});
      if (next == route->next.end()) continue;
      targets[next->second].push_back(route->path);
      ++passing;
    }
    const bool one_way = targets.size() == 1 && passing == routes.size();
    for (auto& [end, paths] : targets) {
      const auto to = nodes_.at({end.first, find_vnf(end.first).graph.inputs.at(end.second)});
      add_edge(nodes_.at({vnf.name, name}), "out", to, one_way ? PathSet{} : sorted(std::move(paths)));
    }
  }

  void add_entries() {
    std::map<Vertex, std::set<NicName>> nics;
    for (const auto& route : routes_.routes) {
      const auto& [vnf, input] = route.entry;
      const auto node = nodes_.at({vnf, find_vnf(vnf).graph.inputs.at(input)});
      nics[node].insert(route.in->name);
      for (const auto& match : route.matches) {
        graph_.entries.push_back({.path = route.path,
                                  .nic = route.in->name,
                                  .match = match,
                                  .node = node,
                                  .rate = kDefaultPathRate,
                                  .max_latency = route.max_latency});
      }
    }
    for (const auto& [node, names] : nics) {
      if (names.size() == 1) graph_[node].nic = *names.begin();
    }
  }

  void add_edge(Vertex from, const std::string& gate, Vertex to, PathSet paths) {
    const auto owner_of = [&](Vertex v) { return graph_[v].owners[0]; };
    graph_.original_edges.push_back(
        {owner_of(from), gate, to == UnfGraph::sink() ? std::nullopt : std::optional{owner_of(to)}, paths});
    graph_.add_edge(from, to, {gate, std::move(paths), {graph_.original_edges.size() - 1}});
  }

  const Vnf& find_vnf(const std::string& name) const { return *vnfs_.at(name); }
  static PathSet sorted(PathSet paths) {
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  const ServiceRequest& request_;
  const Catalog& catalog_;
  const Routes& routes_;
  std::unordered_map<std::string, const Vnf*> vnfs_;
  std::unordered_map<std::string, std::vector<const Route*>> through_;  // by VNF
  UnfGraph graph_;
  std::map<std::pair<std::string, std::string>, Vertex> nodes_;
  std::map<Vertex, std::vector<Exit>> exits_;
  std::map<std::pair<std::string, std::vector<std::string>>, std::optional<RuleTables>> tables_;  // by type and digests
};

}  // namespace

Result<UnfGraph> expand(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                        const HostId& host_before) {
  Problems problems;
  check_templates(request, catalog, problems);
  const auto routes = resolve_routes(request, inventory, host_before, problems);
  if (!problems.empty()) return fail(problems.error());
  if (auto checked = check_place(request, *routes.host); !checked) return fail(std::move(checked.error()));
  return Expansion{request, catalog, routes}.run();
}

}  // namespace unf::graph
