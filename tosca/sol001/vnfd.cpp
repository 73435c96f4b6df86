#include "tosca/sol001/vnfd.h"

#include <algorithm>
#include <array>
#include <set>

#include "tosca/sol001/functions.h"
#include "tosca/sol001/normative/normative.h"
#include "tosca/sol001/scaling.h"
#include "tosca/sol001/unf_circle.h"
#include "tosca/sol001/unf_config.h"
#include "tosca/sol001/vdu_mapping.h"

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
    const auto model = read_vnf_model(documents_, document_);
    vdus_ = map_vdus(documents_.report(), model, documents_.images(), vnf_, artifacts_);
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr) continue;
      if (node.type->unf != nullptr) {
        read_unf(node);
      } else if (node.type->micro_nf) {
        problems_.add(node.at, "uNF `{}` is of the abstract type {}, expected a uNF of the catalogue", node.name,
                      node.type->name);
      }
    }
    const bool all_known = std::all_of(document_.nodes.begin(), document_.nodes.end(), [](const auto& node) {
      return node.type != nullptr && !node.type->is_foreign_vdu();
    });
    if (vnf_.graph.nodes.empty() && all_known)
      problems_.add(vnf_.at, "VNF {} has no uNF, expected node templates of {}*", vnfd_.node_type, kUnfPrefix);
    read_hooks(model);
    refuse_cycle();
    read_substitution();
    read_policies();
    note_others(model);
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
    const auto& configured = declared_in(node.type->unf->config_schema);
    std::vector<Value::Member> properties;
    const auto take = [&](const ValuePtr& key, const ValuePtr& value) {
      if (configured.contains(key->text) || !is_vdu_property(*node.type, key->text)) properties.push_back({key, value});
    };
    for (const auto& [key, value] : properties_in(map_at(*node.value, "properties", problems_))) take(key, value);
    for (const auto* definition : node.type->definitions) {
      for (const auto& [key, value] : properties_in(definition->find("properties"))) {
        if (const auto* preset = value->find_member("default")) take(key, preset->value);
      }
    }
    return unf_config(documents_, document_, *node.type->unf, node.name, properties, artifacts_);
  }

  static bool is_vdu_property(const NodeType& type, std::string_view name) {
    return normative_type("node_types", base::vdu)->find("properties", name) != nullptr ||
           type.property(name) != nullptr;
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
    if (target->type == nullptr) return false;                                                // reported
    if (target->type->is_foreign_vdu() && !vdus_.nodes.contains(target->name)) return false;  // likewise
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

  void refuse_cycle() {
    const auto left = unfs_of_circles(vnf_.graph);
    if (left.empty()) return;
    std::map<std::string_view, std::vector<const VnfTemplate::Edge*>> in;
    for (const auto& edge : vnf_.graph.edges) in[edge.to].push_back(&edge);
    std::vector<const VnfTemplate::Edge*> walked;  // backwards, along edges whose source is left
    std::map<std::string_view, std::size_t> visited;
    auto name = *left.begin();
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
    for (const auto& [key, name, requirement] : mapped_requirements(document_, problems_)) {
      if (requirement != nullptr && requirement->text != kVirtualLink && requirement->text != "external_virtual_link") {
        problems_.add(requirement->at(), "`{}` is mapped to requirement `{}`, expected `{}`", key->text,
                      requirement->text, kVirtualLink);
        continue;
      }
      const auto* node = document_.find_node(name->text);
      if (node == nullptr) {
        problems_.add(name->at(), "`{}` is mapped to `{}`, expected the name of a node template{}", key->text,
                      name->text, problems_.suggest(name->text, [&] { return document_.node_names(); }));
        continue;
      }
      node = bound_unf(*node);
      if (node != nullptr && node->type != nullptr &&
          (node->type->base == base::vnf_ext_cp || node->type->base == base::vip_cp ||
           node->type->base == base::virtual_cp))
        continue;
      if (node == nullptr || node->type == nullptr || node->type->is_foreign_vdu()) continue;  // reported
      if (node->type->unf == nullptr || (!is_ingress(*node) && !is_egress(*node))) {
        problems_.add(name->at(), "`{}` is mapped to `{}` of type {}, expected a NicIngress or NicEgress", key->text,
                      node->name, node->type->name);
        continue;
      }
      if (const auto [first, is_new] = port_of.emplace(node->name, key->text); !is_new) {
        problems_.add(key->at(), "`{}` is mapped to `{}`, and so is `{}`, expected a node for each", key->text,
                      node->name, first->second);
        continue;
      }
      auto& ports = is_ingress(*node) ? vnf_.graph.inputs : vnf_.graph.outputs;
      ports.emplace(key->text, node->name);
    }
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr || node.type->unf == nullptr || (!is_ingress(node) && !is_egress(node))) continue;
      if (port_of.contains(node.name)) continue;
      problems_.add(
          node.at,
          "no virtual link is mapped to `{}`, expected NAME: [ {}, {} ] in substitution_mappings' requirements",
          node.name, node.name, kVirtualLink);
    }
    const auto has = [&](std::string_view type) {
      return std::ranges::find(vnf_.graph.nodes, type, &VnfTemplate::Node::type) != vnf_.graph.nodes.end();
    };
    const auto has_input = has("NicIngress"), has_output = has("NicEgress");
    if (vnf_.graph.nodes.empty()) return;
    if (!vdus_.nodes.empty() && (!has_input || !has_output)) {
      problems_.add(vnf_.at, "VNF {} has no way {}, expected requirements of it that are mapped to connection points",
                    vnfd_.node_type,
                    has_input    ? "out"
                    : has_output ? "in"
                                 : "in and out");
      return;
    }
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
    auto policies = document_.policies;
    std::vector<ValuePtr> evaluated;  // what policies borrow
    for (auto& policy : policies) {
      policy.targets = in_place_of(policy.targets);
      const auto* properties = policy.value->find_member("properties");
      if (policy.properties == nullptr || properties == nullptr) continue;
      const auto value = evaluate(documents_, document_, {}, properties->value, Late::allowed);
      if (value == nullptr) continue;
      policy.properties = value.get();
      evaluated.push_back(value);
    }
    for (const auto& policy : policies) {
      if (policy.type.ends_with("AffinityRule")) read_affinity(policy);
    }
    read_scaling(documents_, document_, policies, vnf_);
  }

  /// VDUs replaced by the uNFs that run in their place.
  [[nodiscard]] std::vector<std::string> in_place_of(const std::vector<std::string>& targets) const {
    std::vector<std::string> nodes;
    for (const auto& target : targets) {
      const auto vdu = vdus_.nodes.find(target);
      if (vdu == vdus_.nodes.end()) {
        nodes.push_back(target);
      } else {
        nodes.insert(nodes.end(), vdu->second.begin(), vdu->second.end());
      }
    }
    return nodes;
  }

  /// Scripts of a package are not run (ownership: what has nobody to do it is refused).
  void read_hooks(const VnfModel& model) {
    for (const auto& [interface, operation, implementation, at] : model.hooks) {
      if (documents_.images().pass_unmapped) {
        documents_.report().map(at, fmt::format("operation `{}` of {}", operation, interface), "",
                                fmt::format("`{}` is not run", implementation));
      } else {
        problems_.add(at, "operation `{}` of {} is implemented by `{}`, which is not run here, expected none",
                      operation, interface, implementation);
      }
    }
  }

  /// What became of the rest.
  void note_others(const VnfModel& model) {
    for (const auto& vdu : model.vdus) {
      if (vdu.cpus == 0 && vdu.memory == 0) continue;
      documents_.report().map(
          vdu.at, fmt::format("machine of VDU `{}`", vdu.name), "",
          fmt::format("{} virtual CPUs and {} bytes of memory; uNFs are placed by what they take for a packet",
                      vdu.cpus, vdu.memory));
    }
    std::map<std::string_view, std::size_t> attached;
    for (const auto& point : model.points) attached[point.link] += vdus_.points.contains(point.name) ? 1 : 0;
    for (const auto& link : model.links) {
      const auto joins = attached[link.name];
      documents_.report().map(link.at, fmt::format("virtual link `{}`", link.name),
                              joins == 0 ? "" : fmt::format("edges between the uNFs of {} connection points", joins),
                              joins == 0 ? "no packets pass it" : "");
      if (link.max.root > 0 || link.min.root > 0) {
        documents_.report().map(
            link.at, fmt::format("bitrates of virtual link `{}`", link.name), "",
            fmt::format("{} to {} bit/s are known, but neither kept free nor enforced", link.min.root, link.max.root));
      }
    }
    for (const auto& image : model.images) {
      documents_.report().map(image.at, fmt::format("image `{}` of `{}`", image.name, image.id), "",
                              "uNFs run in place of it, no machine boots it");
    }
    for (const auto& indicator : model.indicators) {
      documents_.report().map(indicator.at, fmt::format("indicator `{}`", indicator.name), "",
                              "uNFs have counters, an indicator of a VNF's own is not asked for");
    }
    for (const auto& node : document_.nodes) {
      if (node.type == nullptr) continue;
      if (node.type->base.starts_with("tosca.nodes.nfv.Vdu.Virtual"))
        documents_.report().map(node.at, fmt::format("storage `{}`", node.name), "", "uNFs keep state in memory");
      if (node.type->base == base::vip_cp)
        documents_.report().map(node.at, fmt::format("virtual IP `{}`", node.name), "",
                                "uNFs have no addresses of their own");
    }
    for (const auto& [type, became] : kPolicies) {
      for (const auto& policy : document_.policies) {
        if (policy.type != fmt::format("tosca.policies.nfv.{}", type)) continue;
        const bool mapped = !became.starts_with('-');
        documents_.report().map(policy.at, fmt::format("policy `{}`", policy.name), std::string{mapped ? became : ""},
                                std::string{mapped ? "" : became.substr(1)});
      }
    }
  }

  /// Behind a `-`: why nothing becomes of it.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kPolicies{{
      {"ScalingAspects", "scaling aspects"},
      {"VduScalingAspectDeltas", "what steps of an aspect add"},
      {"VduInitialDelta", "instances at scale level 0"},
      {"InstantiationLevels", "instantiation levels"},
      {"VduInstantiationLevels", "instances at each level"},
      {"AffinityRule", "where uNFs run: on one host"},
      {"AntiAffinityRule", "where uNFs run: on different hosts"},
      {"SecurityGroupRule", "-filters are uNFs of the graph"},
      {"VirtualLinkInstantiationLevels", "-bitrates are known, but neither kept free nor enforced"},
      {"VirtualLinkBitrateScalingAspectDeltas", "-bitrates are known, but neither kept free nor enforced"},
      {"VirtualLinkBitrateInitialDelta", "-bitrates are known, but neither kept free nor enforced"},
  }};

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
    auto targets = policy.targets;  // virtual links run nowhere
    std::erase_if(targets, [&](const std::string& name) {
      const auto* node = document_.find_node(name);
      return node != nullptr && node->type != nullptr && node->type->base == base::vnf_virtual_link;
    });
    if (targets.empty()) return;
    vnf_.affinity.push_back({policy.type.find("AntiAffinity") != std::string::npos, scope->text, std::move(targets)});
  }

  Documents& documents_;
  Problems& problems_;
  const Vnfd& vnfd_;
  const Document& document_;
  Artifacts& artifacts_;
  ServiceRequest::Vnf vnf_;
  MappedVdus vdus_;
};

}  // namespace

std::string vnf_property(Documents& documents, const Document& document, const NodeTemplate& node,
                         std::string_view property) {
  const auto* properties = node.value->find("properties");
  const auto* given = properties == nullptr ? nullptr : properties->find_member(property);
  const auto* value = given != nullptr ? given->value.get() : nullptr;
  if (value != nullptr && value->is_map()) {
    const auto evaluated = evaluate(documents, document, node.name, given->value, Late::allowed);
    if (evaluated != nullptr) return evaluated->is_scalar() ? evaluated->text : std::string{};
    value = nullptr;  // known later
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

}  // namespace unf::tosca
