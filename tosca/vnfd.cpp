#include "tosca/vnfd.h"

#include <algorithm>
#include <set>

#include "tosca/config.h"
#include "tosca/scaling.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kVirtualLink = "virtual_link";

bool is_ingress(const NodeTemplate& node) { return node.type->unf->descriptor.type == "NicIngress"; }
bool is_egress(const NodeTemplate& node) { return node.type->unf->descriptor.type == "NicEgress"; }

/// Requirements that any VDU may have and that say nothing about packets.
bool is_vdu_requirement(std::string_view name) { return name == "virtual_storage" || name == "dependency"; }

class VnfdReader {
 public:
  VnfdReader(Documents& documents, const Vnfd& vnfd, Artifacts& artifacts)
      : documents_(documents),
        problems_(documents.problems()),
        vnfd_(vnfd),
        document_(documents.read_topology(*vnfd.document)),
        artifacts_(artifacts) {}

  ServiceRequest::Vnf read() {
    vnf_.vnfd_id = vnfd_.descriptor_id;
    vnf_.flavour = vnfd_.flavour;
    vnf_.at = document_.substitution->at();
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr) continue;
      if (node.type->is_vnf()) {
        check_vnf_properties(documents_, node);
      } else if (node.type->unf != nullptr) {
        read_unf(node);
      } else if (node.type->micro_nf) {
        problems_.add(node.at, "uNF `{}` is of the abstract type {}, expected a uNF of the catalogue", node.name,
                      node.type->name);
      } else if (node.type->base == base::vdu) {
        problems_.add(node.at, "VDU `{}` of type {} is no uNF, expected a type derived from {}", node.name,
                      node.type->name, kMicroNf);
      }
    }
    const bool all_known = std::all_of(document_.nodes.begin(), document_.nodes.end(), [](const auto& node) {
      return node.type != nullptr && !node.type->is_foreign_vdu();
    });
    if (vnf_.graph.nodes.empty() && all_known)
      problems_.add(vnf_.at, "VNF {} has no uNF, expected node templates of {}*", vnfd_.node_type, kUnfPrefix);
    refuse_cycle();
    read_substitution();
    read_policies();
    return std::move(vnf_);
  }

 private:
  void read_unf(const NodeTemplate& node) {
    const auto& unf = *node.type->unf;
    VnfTemplate::Node result{.name = node.name, .type = std::string{unf.descriptor.type}, .at = node.at};
    if (auto config = config_of(node)) result.config = std::move(*config);
    vnf_.graph.nodes.push_back(std::move(result));
    read_gates(node);
  }

  /// Properties are the uNF's configuration, beside those of any VDU; a derived type's defaults fill in.
  std::optional<nlohmann::json> config_of(const NodeTemplate& node) {
    const auto& schema = node.type->unf->config_schema;
    const auto properties = schema.value("properties", nlohmann::json::object());
    Value given;
    given.kind = Value::Kind::map;
    given.file = node.value->file;
    given.line = node.at.line;
    given.column = node.at.column;
    bool well = true;
    std::set<std::string_view> seen;
    const auto take = [&](const ValuePtr& key, const ValuePtr& value) {
      if (value->is_null() || !seen.insert(key->text).second) return;
      if (!properties.contains(key->text) && is_vdu_property(*node.type, key->text)) return;
      auto evaluated = documents_.evaluate(document_, node.name, value);
      well = well && evaluated != nullptr;
      if (evaluated != nullptr) given.members.push_back({key, std::move(evaluated)});
    };
    if (const auto* written = map_at(*node.value, "properties", problems_)) {
      for (const auto& [key, value] : written->members) take(key, value);
    }
    for (const auto* definition : node.type->definitions) {
      const auto* declared = definition->find("properties");
      if (declared == nullptr) continue;
      for (const auto& [key, value] : declared->members) {
        if (const auto* preset = value->find_member("default")) take(key, preset->value);
      }
    }
    auto closed = schema;
    closed["additionalProperties"] = schema.value("additionalProperties", nlohmann::json(false));
    auto config = to_config(given, closed, node.name, problems_);
    if (config) well = take_files(given, properties, *config) && well;
    return well ? std::move(config) : std::nullopt;
  }

  static bool is_vdu_property(const NodeType& type, std::string_view name) {
    const auto& common = vdu_properties();
    return std::find(common.begin(), common.end(), name) != common.end() || type.property(name) != nullptr;
  }

  /// Configuration names a file by its digest; the file travels with the service.
  bool take_files(const Value& given, const nlohmann::json& properties, nlohmann::json& config) {
    bool well = true;
    for (auto& [name, value] : config.items()) {
      if (!properties.contains(name) || properties[name].value("format", "") != "unf-artifact") continue;
      const auto* written = given.find(name);
      if (written == nullptr) continue;
      if (!value.is_array()) {
        well = take_file(value, *written) && well;
        continue;
      }
      for (std::size_t i = 0; i < value.size(); ++i) well = take_file(value[i], *written->items[i]) && well;
    }
    return well;
  }

  bool take_file(nlohmann::json& value, const Value& written) {
    if (!value.is_string()) return true;
    const auto file = value.get<std::string>();
    const auto* text = documents_.text_of(document_, file, "rule file", written.at());
    if (text == nullptr) return false;
    auto digest = digest_of(*text);
    artifacts_.try_emplace(digest, Artifact{file, *text});
    value = std::move(digest);
    return true;
  }

  void read_gates(const NodeTemplate& node) {
    const auto& gates = node.type->unf->descriptor.gates;
    const std::vector<std::string_view> usable(gates.begin() + (gates.empty() ? 0 : 1), gates.end());
    std::map<std::string_view, const Requirement*> seen;
    for (const auto& requirement : node.requirements) {
      if (is_vdu_requirement(requirement.name)) continue;
      const bool to_link = requirement.name == kVirtualLink && (is_ingress(node) || is_egress(node));
      if (!to_link && !check_gate(node, requirement, usable)) continue;
      if (const auto [first, is_new] = seen.emplace(requirement.name, &requirement); !is_new) {
        problems_.add(requirement.at, "gate `{}` of `{}` leads to `{}` already (line {}), expected one target a gate",
                      requirement.name, node.name, first->second->target, first->second->at.line);
        continue;
      }
      if (to_link) {
        if (document_.find_node(requirement.target) == nullptr) report_dangling(node, requirement);
        continue;
      }
      if (!check_target(node, requirement)) continue;
      vnf_.graph.edges.push_back({node.name, requirement.name, requirement.target, requirement.at});
    }
    if (node.well_formed && node.requirements.empty() && !is_egress(node) && !usable.empty()) {
      problems_.add(node.at, "no gate of `{}` leads anywhere, expected a requirement for {}", node.name,
                    one_of(usable));
    }
  }

  bool check_gate(const NodeTemplate& node, const Requirement& requirement,
                  const std::vector<std::string_view>& usable) {
    if (is_egress(node)) {
      problems_.add(requirement.at, "`{}` sends packets out of the VNF, expected no requirement `{}` but {}", node.name,
                    requirement.name, kVirtualLink);
      return false;
    }
    if (std::find(usable.begin(), usable.end(), requirement.name) != usable.end()) return true;
    problems_.add(requirement.at, "{} has no gate `{}`{}, expected {}{}", node.type->unf->descriptor.type,
                  requirement.name, requirement.name == "drop" ? " that leads anywhere" : "", one_of(usable),
                  problems_.suggest(requirement.name, usable));
    return false;
  }

  bool check_target(const NodeTemplate& node, const Requirement& requirement) {
    const auto* target = document_.find_node(requirement.target);
    if (target == nullptr) {
      report_dangling(node, requirement);
      return false;
    }
    if (target->type == nullptr || target->type->is_foreign_vdu()) return false;  // reported
    if (target->type->unf == nullptr || is_ingress(*target)) {
      problems_.add(requirement.at, "gate `{}` of `{}` leads to `{}` of type {}, expected a uNF other than NicIngress",
                    requirement.name, node.name, target->name, target->type->name);
      return false;
    }
    return true;
  }

  void report_dangling(const NodeTemplate& node, const Requirement& requirement) {
    problems_.add(requirement.at, "requirement `{}` of `{}` leads to `{}`, expected the name of a node template{}",
                  requirement.name, node.name, requirement.target,
                  problems_.suggest(requirement.target, [&] { return document_.node_names(); }));
  }

  /// Takes away nodes that no other leads to until none is left, or a cycle is.
  void refuse_cycle() {
    const auto& edges = vnf_.graph.edges;
    std::map<std::string_view, std::vector<const VnfTemplate::Edge*>> out, in;
    std::map<std::string_view, std::size_t> left;
    for (const auto& node : vnf_.graph.nodes) left[node.name];
    for (const auto& edge : edges) {
      out[edge.from].push_back(&edge);
      in[edge.to].push_back(&edge);
      ++left[edge.to];
    }
    std::vector<std::string_view> free;
    for (const auto& [name, count] : left) {
      if (count == 0) free.push_back(name);
    }
    while (!free.empty()) {
      const auto name = free.back();
      free.pop_back();
      left.erase(name);
      for (const auto* edge : out[name]) {
        if (--left[edge->to] == 0) free.push_back(edge->to);
      }
    }
    if (left.empty()) return;

    std::vector<const VnfTemplate::Edge*> walked;  // backwards, along edges whose source is left
    std::map<std::string_view, std::size_t> visited;
    auto name = left.begin()->first;
    while (visited.emplace(name, walked.size()).second) {
      const auto& edges_in = in[name];
      const auto edge =
          std::find_if(edges_in.begin(), edges_in.end(), [&](const auto* e) { return left.contains(e->from); });
      walked.push_back(*edge);
      name = (*edge)->from;
    }
    std::string round{name};
    for (auto i = walked.size(); i-- > visited[name];) round += " -> " + walked[i]->to;
    problems_.add(walked[visited[name]]->at, "requirements lead round in a circle: {}, expected none", round);
  }

  /// Which external ports are which NicIngress and NicEgress.
  void read_substitution() {
    std::map<std::string_view, std::string_view> port_of;
    const auto map_port = [&](const Value::Member& member) {
      const auto& [key, value] = member;
      if (value->is_null() || (value->is_list() && value->items.empty())) return;  // left open
      const auto* name = value.get();
      const auto* requirement = static_cast<const Value*>(nullptr);
      if (value->is_list() && !value->items.empty() && value->items.size() <= 2) {
        name = value->items.front().get();
        if (value->items.size() == 2) requirement = value->items.back().get();
      }
      if (!name->is_scalar() || (requirement != nullptr && !requirement->is_scalar())) {
        problems_.add(key->at(), "`{}` is mapped to {}, expected [ NODE, {} ]", key->text, value->describe(),
                      kVirtualLink);
        return;
      }
      if (requirement != nullptr && requirement->text != kVirtualLink) {
        problems_.add(requirement->at(), "`{}` is mapped to requirement `{}`, expected `{}`", key->text,
                      requirement->text, kVirtualLink);
        return;
      }
      const auto* node = document_.find_node(name->text);
      if (node == nullptr) {
        problems_.add(name->at(), "`{}` is mapped to `{}`, expected the name of a node template{}", key->text,
                      name->text, problems_.suggest(name->text, [&] { return document_.node_names(); }));
        return;
      }
      node = bound_unf(*node);
      if (node == nullptr || node->type == nullptr || node->type->is_foreign_vdu()) return;  // reported
      if (node->type->unf == nullptr || (!is_ingress(*node) && !is_egress(*node))) {
        problems_.add(name->at(), "`{}` is mapped to `{}` of type {}, expected a NicIngress or NicEgress", key->text,
                      node->name, node->type->name);
        return;
      }
      if (const auto [first, is_new] = port_of.emplace(node->name, key->text); !is_new) {
        problems_.add(key->at(), "`{}` is mapped to `{}`, and so is `{}`, expected a node for each", key->text,
                      node->name, first->second);
        return;
      }
      auto& ports = is_ingress(*node) ? vnf_.graph.inputs : vnf_.graph.outputs;
      ports.emplace(key->text, node->name);
    };

    const auto* requirements = document_.substitution->find("requirements");
    if (requirements != nullptr && requirements->is_map()) {
      for (const auto& member : requirements->members) map_port(member);
    } else if (requirements != nullptr && requirements->is_list()) {
      for (const auto& item : requirements->items) {
        for (const auto& member : item->members) map_port(member);
      }
    } else if (requirements != nullptr && !requirements->is_null()) {
      problems_.add(requirements->at(), "`requirements` is {}, expected NAME: [ NODE, {} ]", requirements->describe(),
                    kVirtualLink);
    }
    bool has_input = false, has_output = false;
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr || node.type->unf == nullptr || (!is_ingress(node) && !is_egress(node))) continue;
      (is_ingress(node) ? has_input : has_output) = true;
      if (port_of.contains(node.name)) continue;
      problems_.add(
          node.at,
          "no virtual link is mapped to `{}`, expected NAME: [ {}, {} ] in substitution_mappings' requirements",
          node.name, node.name, kVirtualLink);
    }
    if (vnf_.graph.nodes.empty()) return;
    if (!has_input)
      problems_.add(vnf_.at, "VNF {} has no way in, expected a node template of unf.nodes.NicIngress", vnfd_.node_type);
    if (!has_output)
      problems_.add(vnf_.at, "VNF {} has no way out, expected a node template of unf.nodes.NicEgress", vnfd_.node_type);
  }

  /// The uNF that a VduCp is bound to, else the node itself. nullptr: reported.
  const NodeTemplate* bound_unf(const NodeTemplate& node) {
    if (node.type == nullptr || node.type->base != base::vdu_cp) return &node;
    for (const auto& requirement : node.requirements) {
      if (requirement.name != "virtual_binding") continue;
      const auto* bound = document_.find_node(requirement.target);
      if (bound == nullptr) report_dangling(node, requirement);
      return bound;
    }
    problems_.add(node.at, "`{}` is bound to nothing, expected a requirement `virtual_binding`", node.name);
    return nullptr;
  }

  void read_policies() {
    for (const auto& policy : document_.policies) {
      if (policy.type.ends_with("AffinityRule")) read_affinity(policy);
    }
    read_scaling(documents_, document_, vnf_);
  }

  void read_affinity(const Policy& policy) {
    static const std::vector<std::string_view> scopes{"nfvi_node", "zone", "zone_group", "nfvi_pop",
                                                      "network_link_and_node"};
    const auto* scope = policy.properties == nullptr ? nullptr : scalar_at(*policy.properties, "scope", problems_);
    if (scope == nullptr || std::find(scopes.begin(), scopes.end(), scope->text) == scopes.end()) {
      problems_.add(scope == nullptr ? policy.at : scope->at(), "policy `{}` has {} scope, expected {}", policy.name,
                    scope == nullptr ? "no" : "an unknown", one_of(scopes));
      return;
    }
    if (!targets_unfs(document_, policy, problems_)) return;
    vnf_.affinity.push_back({policy.type.find("AntiAffinity") != std::string::npos, scope->text, policy.targets});
  }

  Documents& documents_;
  Problems& problems_;
  const Vnfd& vnfd_;
  const Document& document_;
  Artifacts& artifacts_;
  ServiceRequest::Vnf vnf_;
};

}  // namespace

std::string vnf_property(Documents& documents, const Document& document, const NodeTemplate& node,
                         std::string_view property) {
  const auto* properties = node.value->find("properties");
  const auto* given = properties == nullptr ? nullptr : properties->find_member(property);
  const auto* value = given != nullptr ? given->value.get() : nullptr;
  if (value != nullptr && value->is_map()) {
    const auto evaluated = documents.evaluate(document, node.name, given->value);
    return evaluated != nullptr && evaluated->is_scalar() ? evaluated->text : std::string{};
  }
  if ((value == nullptr || value->is_null()) && node.type != nullptr) value = node.type->default_of(property);
  return value != nullptr && value->is_scalar() ? value->text : std::string{};
}

std::optional<Vnfd> vnfd_of(Documents& documents, const Document& asked) {
  const auto* mappings = asked.tree->find("topology_template", "substitution_mappings");
  const auto* name = mappings == nullptr ? nullptr : mappings->find("node_type");
  if (name == nullptr || !name->is_scalar()) return std::nullopt;
  // The type may be declared nowhere: then VNFs are bound to this VNFD by its name alone.
  const auto* type = documents.node_type(asked, name->text, name->at(), true);
  if (type != nullptr && !type->is_vnf()) return std::nullopt;

  Vnfd vnfd{.document = &asked, .node_type = name->text};
  const auto& document = documents.read_topology(asked);
  const auto property = [&](std::string_view key) -> std::string {
    if (const auto* mapped = mappings->find("properties"); mapped != nullptr) {
      if (const auto* value = mapped->find(key); value != nullptr && value->is_scalar()) return value->text;
    }
    for (const auto& node : document.nodes) {
      if (node.type != nullptr && node.type->is_vnf()) {
        if (auto value = vnf_property(documents, document, node, key); !value.empty()) return value;
      }
    }
    const auto* preset = type == nullptr ? nullptr : type->default_of(key);
    return preset != nullptr && preset->is_scalar() ? preset->text : std::string{};
  };
  for (const auto& node : document.nodes) {
    if (node.type != nullptr && node.type->is_vnf()) vnfd.instance_name = node.name;
  }
  vnfd.descriptor_id = property("descriptor_id");
  vnfd.flavour = property("flavour_id");
  vnfd.provider = property("provider");
  vnfd.product_name = property("product_name");
  vnfd.software_version = property("software_version");
  vnfd.descriptor_version = property("descriptor_version");
  if (vnfd.descriptor_id.empty()) vnfd.descriptor_id = vnfd.node_type;
  return vnfd;
}

ServiceRequest::Vnf read_vnfd(Documents& documents, const Vnfd& vnfd, Artifacts& artifacts) {
  return VnfdReader{documents, vnfd, artifacts}.read();
}

void check_vnf_properties(Documents& documents, const NodeTemplate& node) {
  auto& problems = documents.problems();
  const auto* properties = map_at(*node.value, "properties", problems);
  if (properties == nullptr) return;
  for (const auto& [key, value] : properties->members) {
    const auto& common = vnf_properties();
    const auto* declared = node.type->property(key->text);
    if (declared == nullptr && std::find(common.begin(), common.end(), key->text) == common.end()) {
      auto known = common;
      for (const auto* definition : node.type->definitions) {
        const auto* own = definition->find("properties");
        if (own == nullptr) continue;
        for (const auto& [name, ignored] : own->members) known.push_back(name->text);
      }
      problems.add(key->at(), "unknown property `{}` of `{}`, expected one that type {} has{}", key->text, node.name,
                   node.type->name, problems.suggest(key->text, known));
      continue;
    }
    const auto* constraints = declared == nullptr ? nullptr : declared->find("constraints");
    if (constraints == nullptr) continue;
    for (const auto& constraint : constraints->items) {
      const auto* values = constraint->find("valid_values");
      if (values == nullptr || !values->is_list() || !value->is_scalar()) continue;
      std::vector<std::string_view> allowed;
      for (const auto& item : values->items) allowed.push_back(item->text);
      if (std::find(allowed.begin(), allowed.end(), value->text) == allowed.end()) {
        problems.add(value->at(), "property `{}` of `{}` is {}, expected {}", key->text, node.name, value->describe(),
                     one_of(allowed));
      }
    }
  }
}

}  // namespace unf::tosca
