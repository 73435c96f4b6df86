#include "graph/request/templates.h"

#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "graph/terms/config_schema.h"
#include "graph/terms/pass.h"

namespace unf::graph {
namespace {

/// Names become parts of owner paths.
bool is_name(std::string_view name) {
  return !name.empty() && name.find_first_of("/#@ \t\r\n") == std::string_view::npos;
}

/// "one of: a, b" for messages.
template <typename Map>
std::string keys(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names.empty() ? "none" : fmt::format("one of: {}", fmt::join(names, ", "));
}

std::string gates_of(const UnfDescriptor& descriptor) {
  return fmt::format("{}", fmt::join(descriptor.gates.begin() + 1, descriptor.gates.end(), ", "));
}

/// The configuration schemas of types that were met.
using Schemas = std::map<const Catalog::Entry*, ConfigSchema>;

/// Checks one VNF.
class TemplateCheck {
 public:
  TemplateCheck(const ServiceRequest& request, const ServiceRequest::Vnf& vnf, const Catalog& catalog, Schemas& schemas,
                Problems& problems)
      : request_(request), vnf_(vnf), catalog_(catalog), schemas_(schemas), problems_(problems) {}

  void run() {
    for (const auto& node : vnf_.graph.nodes) check_node(node);
    for (const auto& edge : vnf_.graph.edges) check_edge(edge);
    check_ends(vnf_.graph.inputs, "input", kNicIngress);
    check_ends(vnf_.graph.outputs, "output", kNicEgress);
    check_egresses();
    check_levels();
    if (!check_acyclic()) return;  // what a cycle cuts off need not be said too
    check_reachable();
  }

 private:
  using Node = VnfTemplate::Node;

  template <typename... Args>
  void problem(const SourcePlace& at, fmt::format_string<Args...> format, Args&&... args) {
    problems_.add(at.file.empty() ? vnf_.at : at, vnf_.name, format, std::forward<Args>(args)...);
  }

  void check_node(const Node& node) {
    if (!is_name(node.name)) {
      problem(node.at, "'{}' is no name for a node, expected one without '/', '#', '@' and blanks", node.name);
    }
    if (!nodes_.emplace(node.name, &node).second) return problem(node.at, "node '{}' twice", node.name);
    const auto* type = catalog_.find(node.type);
    if (type == nullptr) return problem(node.at, "node '{}' is of unknown type '{}'", node.name, node.type);
    const auto& schema = schemas_.try_emplace(type, type->config_schema).first->second;
    for (const auto& violation : schema.violations(node.config)) {
      problem(node.at, "node '{}', configuration of {}: {}", node.name, node.type, violation);
    }
    for (const auto& [member, value] : node.config.items()) check_files(node, member, value);
  }

  void check_files(const Node& node, const std::string& member, const nlohmann::json& value) {
    if (value.is_array()) {
      for (const auto& item : value) check_files(node, member, item);
    }
    const bool digest = value.is_string() && value.get_ref<const std::string&>().starts_with("sha256:");
    if (digest && !request_.artifacts.contains(value.get<std::string>())) {
      problem(node.at, "node '{}', {}: the file {} is not with the service", node.name, member,
              value.get<std::string>());
    }
  }

  void check_edge(const VnfTemplate::Edge& edge) {
    const auto* from = find(edge.from);
    const auto* to = find(edge.to);
    if (from == nullptr) problem(edge.at, "edge from '{}', which is no node of the VNF", edge.from);
    if (to == nullptr)
      problem(edge.at, "gate '{}' of '{}' leads to '{}', which is no node of the VNF", edge.gate, edge.from, edge.to);
    if (to != nullptr && to->type == kNicIngress) {
      problem(edge.at, "gate '{}' of '{}' leads to the NicIngress '{}', where only a NIC or another VNF may lead",
              edge.gate, edge.from, edge.to);
    }
    if (from == nullptr) return;
    if (!gates_.emplace(edge.from, edge.gate).second) {
      return problem(edge.at, "gate '{}' of '{}' twice, expected one target", edge.gate, edge.from);
    }
    if (from->type == kNicEgress) {
      return problem(edge.at, "the NicEgress '{}' leads to '{}', expected nothing behind it in the VNF", edge.from,
                     edge.to);
    }
    const auto* type = catalog_.find(from->type);
    if (type == nullptr) return;
    const auto gate = type->descriptor.gates.index_of(edge.gate);
    if (gate == kDropGate) {
      problem(edge.at, "gate 'drop' of '{}' leads to '{}', expected no target: what it drops is gone", edge.from,
              edge.to);
    } else if (!gate) {
      problem(edge.at, "{} '{}' has no gate '{}', expected one of: {}", from->type, edge.from, edge.gate,
              gates_of(type->descriptor));
    }
  }

  void check_ends(const std::map<std::string, std::string>& ends, const char* what, std::string_view type) {
    if (ends.empty()) problem({}, "VNF '{}' has no {}, expected a {} node that is one", vnf_.name, what, type);
    std::set<std::string> seen;
    for (const auto& [name, node_name] : ends) {
      const auto* node = find(node_name);
      if (node == nullptr) {
        problem({}, "{} '{}' is node '{}', which is no node of the VNF", what, name, node_name);
      } else if (node->type != type) {
        problem(node->at, "{} '{}' is node '{}' of type {}, expected {}", what, name, node_name, node->type, type);
      } else if (!seen.insert(node_name).second) {
        problem(node->at, "node '{}' is more than one {}, the second is '{}'", node_name, what, name);
      }
    }
  }

  void check_egresses() {
    std::set<std::string> outputs;
    for (const auto& [name, node] : vnf_.graph.outputs) outputs.insert(node);
    for (const auto& [name, node] : nodes_) {
      if (node->type == kNicEgress && !outputs.contains(name))
        problem(node->at, "NicEgress '{}' is no output of the VNF", name);
    }
  }

  /// The chosen levels; those of the VNFD its reader has checked.
  void check_levels() {
    if (!vnf_.level.empty() && !vnf_.levels.contains(vnf_.level)) {
      problem({}, "VNF '{}' has no instantiation level '{}', expected {}", vnf_.name, vnf_.level, keys(vnf_.levels));
    }
    std::map<std::string, std::uint32_t> max_level;
    for (const auto& aspect : vnf_.aspects) max_level[aspect.name] = aspect.max_level;
    for (const auto& [aspect, level] : vnf_.scale) {
      const auto known = max_level.find(aspect);
      if (known == max_level.end()) {
        problem({}, "VNF '{}' has no scaling aspect '{}', expected {}", vnf_.name, aspect, keys(max_level));
      } else if (level > known->second) {
        problem({}, "scale level {} of aspect '{}' of VNF '{}', expected 0 to {}", level, aspect, vnf_.name,
                known->second);
      }
    }
  }

  /// Says which nodes are on a cycle, once.
  bool check_acyclic() {
    std::map<std::string, std::size_t> in_degree;
    for (const auto& edge : vnf_.graph.edges) ++in_degree[edge.to];
    std::vector<std::string> open;
    std::set<std::string> left;
    for (const auto& [name, node] : nodes_) {
      left.insert(name);
      if (in_degree[name] == 0) open.push_back(name);
    }
    const auto next = targets();
    while (!open.empty()) {
      const auto name = open.back();
      open.pop_back();
      left.erase(name);
      for (auto [at, end] = next.equal_range(name); at != end; ++at) {
        if (--in_degree[at->second] == 0 && nodes_.contains(at->second)) open.push_back(at->second);
      }
    }
    if (left.empty()) return true;
    // What only lies behind a cycle is not on it.
    for (bool changed = true; changed;) {
      changed = std::erase_if(left, [&](const std::string& name) {
                  return std::none_of(vnf_.graph.edges.begin(), vnf_.graph.edges.end(),
                                      [&](const auto& edge) { return edge.from == name && left.contains(edge.to); });
                }) > 0;
    }
    if (left.empty()) return true;
    problem(nodes_.at(*left.begin())->at, "the nodes {} form a cycle", fmt::join(left, ", "));
    return false;
  }

  /// Where the gates of each node lead.
  [[nodiscard]] std::unordered_multimap<std::string, std::string> targets() const {
    std::unordered_multimap<std::string, std::string> all;
    for (const auto& edge : vnf_.graph.edges) all.emplace(edge.from, edge.to);
    return all;
  }

  void check_reachable() {
    std::set<std::string> reached;
    std::vector<std::string> open;
    const auto next = targets();
    for (const auto& [name, node] : vnf_.graph.inputs) open.push_back(node);
    while (!open.empty()) {
      const auto name = open.back();
      open.pop_back();
      if (!reached.insert(name).second) continue;
      for (auto [at, end] = next.equal_range(name); at != end; ++at) open.push_back(at->second);
    }
    for (const auto& [name, node] : nodes_) {
      if (!reached.contains(name)) problem(node->at, "node '{}' is reached from no input of the VNF", name);
    }
  }

  const Node* find(const std::string& name) const {
    const auto at = nodes_.find(name);
    return at == nodes_.end() ? nullptr : at->second;
  }

  const ServiceRequest& request_;
  const ServiceRequest::Vnf& vnf_;
  const Catalog& catalog_;
  Schemas& schemas_;
  Problems& problems_;
  std::map<std::string, const Node*> nodes_;
  std::set<std::pair<std::string, std::string>> gates_;
};

}  // namespace

void check_templates(const ServiceRequest& request, const Catalog& catalog, Problems& problems) {
  if (!is_name(request.name)) {
    problems.add({}, "service", "'{}' is no name for a service, expected one without '/', '#', '@' and blanks",
                 request.name);
  }
  std::set<std::string> names;
  Schemas schemas;
  for (const auto& vnf : request.vnfs) {
    if (!is_name(vnf.name)) {
      problems.add(vnf.at, "service", "'{}' is no name for a VNF, expected one without '/', '#', '@' and blanks",
                   vnf.name);
    }
    if (!names.insert(vnf.name).second) problems.add(vnf.at, "service", "VNF '{}' twice", vnf.name);
    TemplateCheck{request, vnf, catalog, schemas, problems}.run();
  }
}

}  // namespace unf::graph
