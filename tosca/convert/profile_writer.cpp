#include "tosca/convert/profile_writer.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "graph/model/quote.h"
#include "graph/model/service_request_json.h"
#include "tosca/package/package_list.h"
#include "tosca/reader.h"
#include "tosca/sol001/classifier.h"

namespace unf::tosca {
namespace {

using Vnf = ServiceRequest::Vnf;

/// As YAML takes it for a string: plain where nothing else could be meant.
std::string yaml_text(const std::string& text) {
  static const std::set<std::string_view> kWords{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
  auto lower = text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; };
  const bool plain = !text.empty() && is_letter(text.front()) && !kWords.contains(lower) &&
                     std::ranges::all_of(text, [&](unsigned char c) {
                       return c < 0x80 && (is_letter(c) || std::isdigit(c) != 0 || c == '-' || c == '.');
                     });
  return plain ? text : nlohmann::json(text).dump();
}

/// Names that may not be used again.
class UniqueNames {
 public:
  /// `wanted`, with a number behind it if that is taken.
  std::string take(const std::string& wanted) {
    auto name = wanted;
    for (std::size_t i = 2; !taken_.insert(name).second; ++i) name = fmt::format("{}-{}", wanted, i);
    return name;
  }

 private:
  std::set<std::string> taken_;
};

/// A name for a file: letters, digits, `-`, `_` and `.` of it.
std::string file_name(const std::string& name) {
  std::string result;
  for (const unsigned char c : name) {
    result += c < 0x80 && (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.') ? static_cast<char>(c) : '_';
  }
  if (result.empty() || result.front() == '.') result.insert(0, "_");
  constexpr std::size_t kMost = 100;
  return result.substr(0, kMost);
}

/// Something with a place on a virtual link: a VNF and a port of it, an input and output of one name being one.
using PortKey = std::pair<std::string, std::string>;

class ProfileWriter {
 public:
  ProfileWriter(const ServiceRequest& service, const Catalog& catalog) : service_(service), catalog_(catalog) {}

  PackageTexts write() {
    name_files();
    for (const auto& vnf : service_.vnfs) write_vnfd(vnf);
    write_nsd();
    files_[std::string{kMetaFile}] = fmt::format(
        "TOSCA-Meta-File-Version: 1.1\nCSAR-Version: 1.1\nCreated-By: uNF\nEntry-Definitions: {}\n", entry_);
    return std::move(files_);
  }

  /// What was written: VNFs whose VNFDs have the same identifier, but differ, got others.
  [[nodiscard]] ServiceRequest written() const {
    auto service = service_;
    for (auto& vnf : service.vnfs) vnf.vnfd_id = vnfd_of_.at(vnf.name)->descriptor_id;
    return service;
  }

 private:
  // Files -----------------------------------------------------------------------------------------------------------

  void name_files() {
    UniqueNames names;
    for (const auto& [digest, artifact] : service_.artifacts) {
      const auto base = artifact.name.substr(artifact.name.rfind('/') + 1);
      const auto name = "Files/" + names.take(file_name(base));
      artifact_files_[digest] = "../" + name;
      files_[name] = artifact.text;
    }
  }

  // VNFDs -----------------------------------------------------------------------------------------------------------

  /// VNFs of one VNFD share it if they are alike.
  void write_vnfd(const Vnf& vnf) {
    auto graph = vnf;
    graph.name.clear();
    ServiceRequest alone;
    alone.vnfs.push_back(graph);
    const auto content = to_json(alone).dump();
    const auto [known, is_new] = vnfds_.try_emplace(content);
    auto& vnfd = known->second;
    vnfd_of_[vnf.name] = &vnfd;
    if (!is_new) return;
    vnfd.descriptor_id = ids_.take(vnf.vnfd_id.empty() ? vnf.name : vnf.vnfd_id);
    vnfd.flavour = vnf.flavour;
    vnfd.type = types_.take("unf.converted." + file_name(vnfd.descriptor_id));
    vnfd.file = fmt::format("Definitions/{}.yaml", definitions_.take(file_name(vnfd.descriptor_id)));
    files_[vnfd.file] = vnfd_text(vnf, vnfd.type, vnfd.descriptor_id);
  }

  std::string vnfd_text(const Vnf& vnf, const std::string& type, const std::string& id) {
    std::string text = fmt::format(
        "tosca_definitions_version: tosca_simple_yaml_1_3\n"
        "metadata: {{ template_name: {} }}\n"
        "imports: [ etsi_nfv_sol001_vnfd_types.yaml ]\n\n"
        "node_types:\n"
        "  {}:\n"
        "    derived_from: tosca.nodes.nfv.VNF\n"
        "    properties:\n"
        "      descriptor_id: {{ type: string, default: {} }}\n"
        "      flavour_id: {{ type: string, default: {} }}\n"
        "      descriptor_version: {{ type: string, default: '1.0' }}\n"
        "      provider: {{ type: string, default: converted }}\n"
        "      product_name: {{ type: string, default: {} }}\n"
        "      software_version: {{ type: string, default: '1.0' }}\n"
        "      flavour_description: {{ type: string, default: '' }}\n"
        "      vnfm_info: {{ type: list, entry_schema: {{ type: string }}, default: [ 'etsivnfm:v3.3.1' ] }}\n\n"
        "topology_template:\n"
        "  substitution_mappings:\n"
        "    node_type: {}\n"
        "    requirements:\n",
        yaml_text(id), type, nlohmann::json(id).dump(), nlohmann::json(vnf.flavour).dump(), yaml_text(id), type);
    for (const auto& ports : {vnf.graph.inputs, vnf.graph.outputs}) {
      for (const auto& [port, node] : ports)
        text += fmt::format("      - {}: [ {}, virtual_link ]\n", yaml_text(port), yaml_text(node));
    }
    text += "  node_templates:\n";
    std::map<std::string_view, std::vector<const VnfTemplate::Edge*>> from;
    for (const auto& edge : vnf.graph.edges) from[edge.from].push_back(&edge);
    for (const auto& node : vnf.graph.nodes) {
      text += fmt::format("    {}:\n      type: unf.nodes.{}\n", yaml_text(node.name), node.type);
      if (!node.config.empty()) text += fmt::format("      properties: {}\n", config_of(node).dump());
      if (from[node.name].empty()) continue;
      text += "      requirements:\n";
      for (const auto* edge : from[node.name])
        text += fmt::format("        - {}: {}\n", yaml_text(edge->gate), yaml_text(edge->to));
    }
    return text + policies_of(vnf);
  }

  /// Files are known by their names again.
  nlohmann::json config_of(const VnfTemplate::Node& node) const {
    auto config = node.config;
    const auto name_file = [&](nlohmann::json& value) {
      if (!value.is_string()) return;
      const auto file = artifact_files_.find(value.get<std::string>());
      if (file != artifact_files_.end()) value = file->second;
    };
    const auto* entry = catalog_.find(node.type);
    const auto properties = entry == nullptr ? nlohmann::json::object()
                                             : entry->config_schema.value("properties", nlohmann::json::object());
    for (auto& [key, value] : config.items()) {
      if (!properties.contains(key) || properties[key].value("format", "") != "unf-artifact") continue;
      name_file(value);
      if (value.is_array()) std::ranges::for_each(value, name_file);
    }
    return config;
  }

  static std::string names_of(const std::vector<std::string>& nodes) {
    std::vector<std::string> quoted;
    for (const auto& node : nodes) quoted.push_back(yaml_text(node));
    return fmt::format("[ {} ]", fmt::join(quoted, ", "));
  }

  static std::string policy(const std::string& name, std::string_view type, const std::vector<std::string>& targets,
                            const nlohmann::json& properties) {
    return fmt::format("    - {}:\n        type: {}\n        targets: {}\n        properties: {}\n", name, type,
                       names_of(targets), properties.dump());
  }

  static std::string policies_of(const Vnf& vnf) {
    using nlohmann::json;
    std::string text;
    const std::string prefix = "tosca.policies.nfv.";
    std::size_t number = 0;
    const auto next = [&](std::string_view what) { return fmt::format("{}_{}", what, ++number); };
    for (const auto& [node, instances] : vnf.initial) {
      text += policy(next("initial"), prefix + "VduInitialDelta", {node},
                     {{"initial_delta", {{"number_of_instances", instances}}}});
    }
    if (!vnf.aspects.empty()) {
      json aspects;
      for (const auto& aspect : vnf.aspects) {
        auto& written = aspects[aspect.name];
        written = {{"name", aspect.name}, {"description", ""}, {"max_scale_level", aspect.max_level}};
        if (!aspect.node_deltas.empty()) written["step_deltas"] = json::array();
        for (std::uint32_t step = 1; step <= aspect.max_level && !aspect.node_deltas.empty(); ++step)
          written["step_deltas"].push_back(fmt::format("step_{}", step));
        for (const auto& [node, deltas] : aspect.node_deltas) {
          json steps;
          for (std::size_t step = 0; step < deltas.size(); ++step)
            steps[fmt::format("step_{}", step + 1)] = {{"number_of_instances", deltas[step]}};
          text += policy(next("deltas"), prefix + "VduScalingAspectDeltas", {node},
                         {{"aspect", aspect.name}, {"deltas", std::move(steps)}});
        }
      }
      text += policy(next("aspects"), prefix + "ScalingAspects", {}, {{"aspects", std::move(aspects)}});
    }
    if (!vnf.levels.empty()) {
      json levels;
      for (const auto& [level, scales] : vnf.levels) {
        levels[level] = {{"description", ""}, {"scale_info", json::object()}};
        for (const auto& [aspect, scale] : scales) levels[level]["scale_info"][aspect] = {{"scale_level", scale}};
      }
      json properties{{"levels", std::move(levels)}};
      if (!vnf.level.empty()) properties["default_level"] = vnf.level;
      text += policy(next("levels"), prefix + "InstantiationLevels", {}, properties);
    }
    std::map<std::string, json> of_nodes;
    for (const auto& [level, instances] : vnf.level_instances) {
      for (const auto& [node, count] : instances) of_nodes[node][level] = {{"number_of_instances", count}};
    }
    for (const auto& [node, levels] : of_nodes)
      text += policy(next("instances"), prefix + "VduInstantiationLevels", {node}, {{"levels", levels}});
    for (const auto& [anti, scope, nodes] : vnf.affinity)
      text +=
          policy(next("affinity"), prefix + (anti ? "AntiAffinityRule" : "AffinityRule"), nodes, {{"scope", scope}});
    return text.empty() ? text : "  policies:\n" + text;
  }

  // NSD -------------------------------------------------------------------------------------------------------------

  /// The virtual link of each port: those that links join share one, and so do the ends of paths at an endpoint.
  void choose_links() {
    for (const auto& vnf : service_.vnfs) {
      for (const auto& ports : {vnf.graph.inputs, vnf.graph.outputs}) {
        for (const auto& [port, node] : ports) group_.try_emplace({vnf.name, port}, PortKey{vnf.name, port});
      }
    }
    for (const auto& link : service_.links) {
      const auto a = root_of({link.vnf, link.output}), b = root_of({link.to_vnf, link.to_input});
      if (a != b) group_[b] = a;
      linked_.insert({link.vnf, link.output});
      linked_.insert({link.to_vnf, link.to_input});
    }
  }

  PortKey root_of(PortKey key) {
    while (group_[key] != key) key = group_[key];
    return key;
  }

  struct HopPorts {
    std::string in, out;
  };

  /// The ports that a path goes through a VNF by.
  HopPorts ports_of(const ServiceRequest::Path& path, std::size_t hop) const {
    const auto& name = path.hops[hop];
    const auto& vnf = *std::ranges::find(service_.vnfs, name, &Vnf::name);
    HopPorts ports{vnf.graph.inputs.begin()->first, vnf.graph.outputs.begin()->first};
    if (hop == 0) {
      if (vnf.graph.inputs.contains(path.in)) ports.in = path.in;
    } else {
      for (const auto& link : service_.links) {
        if (link.vnf == path.hops[hop - 1] && link.to_vnf == name) ports.in = link.to_input;
      }
    }
    if (hop + 1 < path.hops.size()) {
      for (const auto& link : service_.links) {
        if (link.vnf == name && link.to_vnf == path.hops[hop + 1]) ports.out = link.output;
      }
    } else {
      for (const auto& [port, node] : vnf.graph.outputs) {
        if (!linked_.contains({name, port})) {
          ports.out = port;
          break;
        }
      }
    }
    return ports;
  }

  /// `vl_ENDPOINT` for ends of paths that no link has, else a link of its own.
  std::string link_of(const PortKey& port) {
    const auto root = root_of(port);
    const auto known = links_.find(root);
    if (known != links_.end()) return known->second;
    const auto end = end_of_.find(root);
    const auto name = end != end_of_.end() ? link_of_sap_.at(end->second)
                                           : nodes_.take(fmt::format("vl_{}_{}", root.first, root.second));
    if (end == end_of_.end()) virtual_links_.push_back(name);
    return links_[root] = name;
  }

  void write_nsd() {
    choose_links();
    UniqueNames files;
    entry_ = fmt::format("Definitions/{}.yaml", definitions_.take(file_name(service_.name)));
    for (const auto& vnf : service_.vnfs) nodes_.take(vnf.name);
    std::map<std::string, std::string> sap_of;
    for (const auto& endpoint : service_.endpoints) {
      sap_of[endpoint.name] = endpoint.name;
      nodes_.take(endpoint.name);
      link_of_sap_[endpoint.name] = nodes_.take("vl_" + endpoint.name);
      virtual_links_.push_back(link_of_sap_[endpoint.name]);
    }
    for (const auto& path : service_.paths) {
      nodes_.take(path.name);
      const auto first = ports_of(path, 0), last = ports_of(path, path.hops.size() - 1);
      for (const auto& [port, endpoint] : {std::pair{PortKey{path.hops.front(), first.in}, path.in},
                                           {PortKey{path.hops.back(), last.out}, path.out}}) {
        if (!linked_.contains(port)) end_of_.try_emplace(root_of(port), endpoint);
      }
    }

    std::string vnfs, saps, forwarding, elements, positions, paths, policies;
    for (const auto& vnf : service_.vnfs) {
      vnfs += fmt::format("    {}:\n      type: {}\n      properties: {{ descriptor_id: {}, flavour_id: {} }}\n",
                          yaml_text(vnf.name), vnfd_of_[vnf.name]->type,
                          nlohmann::json(vnfd_of_[vnf.name]->descriptor_id).dump(),
                          nlohmann::json(vnfd_of_[vnf.name]->flavour).dump());
      std::set<std::string> ports;
      for (const auto& [port, node] : vnf.graph.inputs) ports.insert(port);
      for (const auto& [port, node] : vnf.graph.outputs) ports.insert(port);
      if (!ports.empty()) vnfs += "      requirements:\n";
      for (const auto& port : ports)
        vnfs += fmt::format("        - {}: {}\n", yaml_text(port), yaml_text(link_of({vnf.name, port})));
    }
    std::map<std::string, std::string> position_of;
    const auto position_at = [&](const std::string& name, const std::vector<std::string>& on) {
      const auto key = fmt::format("{}\n{}", name, fmt::join(on, "\n"));
      auto& position = position_of[key];
      if (!position.empty()) return position;
      std::vector<std::string> profile;
      for (const auto& link : on) {
        const auto forward = nodes_.take(fmt::format("forwarding {}", name));
        forwarding +=
            fmt::format("    {}: {{ type: tosca.nodes.nfv.Forwarding, requirements: [ {{ virtual_link: {} }} ] }}\n",
                        yaml_text(forward), yaml_text(link));
        profile.push_back(fmt::format("{{ profile_element: {} }}", yaml_text(forward)));
      }
      const auto element = nodes_.take(fmt::format("element {}", name));
      elements += fmt::format("    {}: {{ type: tosca.nodes.nfv.NfpPositionElement, requirements: [ {} ] }}\n",
                              yaml_text(element), fmt::join(profile, ", "));
      position = nodes_.take(fmt::format("position {}", name));
      positions += fmt::format("    {}: {{ type: tosca.nodes.nfv.NfpPosition, requirements: [ {{ element: {} }} ] }}\n",
                               yaml_text(position), yaml_text(element));
      return position;
    };
    std::size_t rule = 0;
    for (const auto& path : service_.paths) {
      paths += fmt::format("    {}:\n      type: tosca.nodes.nfv.NFP\n      requirements:\n", yaml_text(path.name));
      const auto step = [&](const std::string& position) {
        paths += fmt::format("        - nfp_position: {}\n", yaml_text(position));
      };
      step(position_at(path.in, {link_of_sap_[path.in]}));
      for (std::size_t i = 0; i < path.hops.size(); ++i) {
        const auto ports = ports_of(path, i);
        step(position_at(path.hops[i], {link_of({path.hops[i], ports.in}), link_of({path.hops[i], ports.out})}));
      }
      step(position_at(path.out, {link_of_sap_[path.out]}));
      for (const auto& match : path.matches)
        policies += policy(fmt::format("rule_{}", ++rule), "tosca.policies.nfv.NfpRule", {path.name}, rule_of(match));
      if (path.max_latency) {
        policies += policy(fmt::format("latency_{}", ++rule), "unf.policies.MaxLatency", {path.name},
                           {{"max_latency", fmt::format("{} ns", path.max_latency->get())}});
      }
      if (path.symmetric || path.spi) {
        nlohmann::json properties{{"symmetric", path.symmetric}};
        if (path.spi) properties["spi"] = *path.spi;
        policies += policy(fmt::format("path_{}", ++rule), "unf.policies.Path", {path.name}, properties);
      }
    }
    for (const auto& [name, network] : service_.endpoints) {
      saps += fmt::format(
          "    {}:\n      type: tosca.nodes.nfv.Sap\n"
          "      properties: {{ layer_protocols: [ ethernet ], role: leaf, trunk_mode: false }}\n"
          "      requirements: [ {{ internal_virtual_link: {} }}{} ]\n",
          yaml_text(name), yaml_text(link_of_sap_[name]),
          network.empty() || network == name ? ""
                                             : fmt::format(", {{ external_virtual_link: {} }}", yaml_text(network)));
    }
    std::string links;
    for (const auto& link : virtual_links_) {
      links += fmt::format(
          "    {}: {{ type: tosca.nodes.nfv.NsVirtualLink, properties: {{ connectivity_type: {{ layer_protocols: "
          "[ ethernet ] }}, vl_profile: {{ max_bitrate_requirements: {{ root: 0 }}, min_bitrate_requirements: "
          "{{ root: 0 }} }} }} }}\n",
          yaml_text(link));
    }
    std::string imports = "  - etsi_nfv_sol001_nsd_types.yaml\n";
    std::set<std::string> imported;
    for (const auto& [content, vnfd] : vnfds_) imported.insert(vnfd.file.substr(vnfd.file.find('/') + 1));
    for (const auto& file : imported) imports += fmt::format("  - {}\n", yaml_text(file));
    files_[entry_] = fmt::format(
        "tosca_definitions_version: tosca_simple_yaml_1_3\nmetadata: {{ template_name: {} }}\nimports:\n{}\n"
        "topology_template:\n  node_templates:\n{}{}{}{}{}{}{}{}{}",
        yaml_text(service_.name), imports, vnfs, saps, links, forwarding, elements, positions, paths,
        policies.empty() ? "" : "  policies:\n", policies);
  }

  /// The properties of an NfpRule.
  static nlohmann::json rule_of(const Match& match) {
    auto rule = nlohmann::json::object();
    if (match.ether_type == kIpv4) {
      rule["ether_type"] = "ipv4";
    } else if (match.ether_type == kIpv6) {
      rule["ether_type"] = "ipv6";
    } else if (match.ether_type) {
      rule["extended_criteria"] = {
          {{"starting_point", 0}, {"length", 16}, {"value", fmt::format("0x{:04x}", *match.ether_type)}}};
    }
    if (match.proto) rule["protocol"] = std::to_string(*match.proto);
    if (match.src) rule["source_ip_address_prefix"] = match.src->to_string();
    if (match.dst) rule["destination_ip_address_prefix"] = match.dst->to_string();
    if (!match.sport.any()) rule["source_port_range"] = {match.sport.first, match.sport.last};
    if (!match.dport.any()) rule["destination_port_range"] = {match.dport.first, match.dport.last};
    if (match.vlan) rule["vlan_tag"] = {std::to_string(*match.vlan)};
    if (match.dscp) rule["dscp"] = fmt::format("{:06b}", *match.dscp);
    return rule;
  }

  struct WrittenVnfd {
    std::string descriptor_id, flavour, type, file;
  };

  const ServiceRequest& service_;
  const Catalog& catalog_;
  PackageTexts files_;
  std::string entry_;
  std::map<std::string, std::string> artifact_files_;  ///< by digest
  UniqueNames ids_, types_, definitions_, nodes_;
  std::map<std::string, WrittenVnfd> vnfds_;           ///< by what they say
  std::map<std::string, const WrittenVnfd*> vnfd_of_;  ///< by VNF
  std::map<PortKey, PortKey> group_;                   ///< ports that share a virtual link, by one of them
  std::set<PortKey> linked_;
  std::map<PortKey, std::string> end_of_;  ///< the endpoint of a group
  std::map<PortKey, std::string> links_;   ///< of groups
  std::map<std::string, std::string> link_of_sap_;
  std::vector<std::string> virtual_links_;
};

}  // namespace

Result<PackageTexts> write_profile(const ServiceRequest& service, const Catalog& catalog) {
  ProfileWriter writer{service, catalog};
  auto files = writer.write();
  FileSet set{.paths = {"converted"}, .files = {}};
  for (const auto& [name, text] : files) set.files.emplace("converted/" + name, text);
  const auto again = read_service(set, catalog);
  if (!again) {
    return fail(Errc::malformed, "service {}: cannot be said in TOSCA: {}", quote(service.name), again.error().message);
  }
  if (to_json(*again) != to_json(writer.written())) {
    return fail(Errc::malformed, "service {}: cannot be said in TOSCA without a change", quote(service.name));
  }
  return files;
}

}  // namespace unf::tosca
