#include "tosca/sol001/types.h"

#include <fmt/format.h>

#include "tosca/sol001/node_types.h"

namespace unf::tosca {
namespace {

using nlohmann::json;

constexpr std::string_view kHeader = R"(tosca_definitions_version: tosca_simple_yaml_1_3
description: uNFs as TOSCA node types
imports:
  - etsi_nfv_sol001_common_types.yaml
  - etsi_nfv_sol001_vnfd_types.yaml

capability_types:
  unf.capabilities.Packets:
    derived_from: tosca.capabilities.Root
    description: Takes packets from a gate of another uNF.

policy_types:
  unf.policies.MaxLatency:
    derived_from: tosca.policies.Root
    description: How long the uNFs of a forwarding path may keep a packet.
    targets: [ tosca.nodes.nfv.NFP, tosca.groups.nfv.VNFFG ]
    properties:
      max_latency: { type: scalar-unit.time, constraints: [ { greater_than: 0 s } ] }
  unf.policies.Path:
    derived_from: tosca.policies.Root
    description: What is to be known of a forwarding path beside its positions.
    targets: [ tosca.nodes.nfv.NFP, tosca.groups.nfv.VNFFG ]
    properties:
      symmetric: { type: boolean, default: false }
      spi: { type: integer, required: false, constraints: [ { in_range: [ 0, 16777215 ] } ] }

node_types:
  unf.nodes.MicroNF:
    derived_from: tosca.nodes.nfv.Vdu.Compute
    description: A packet processor that does one task.
    properties:
      name: { type: string, default: uNF }
      description: { type: string, default: uNF }
      vdu_profile: { type: tosca.datatypes.nfv.VduProfile, default: { min_number_of_instances: 1, max_number_of_instances: 1 } }
    capabilities:
      packets: { type: unf.capabilities.Packets, occurrences: [ 0, UNBOUNDED ] }
)";

/// TOSCA knows one type for a property: the first of several.
json with_one_type(json schema) {
  const auto types = schema.find("type");
  if (types == schema.end() || !types->is_array()) return schema;
  *types = json(types->front());
  for (const auto* key : {"items", "minItems", "maxItems"}) schema.erase(key);
  return schema;
}

std::string tosca_type(const json& schema) {
  const auto type = schema.value("type", json("string"));
  if (type == "integer") return "integer";
  if (type == "number") return "float";
  if (type == "boolean") return "boolean";
  if (type == "array") return "list";
  if (type == "object") return "map";
  return "string";
}

/// JSON is YAML, so values are written as JSON.
std::string constraints(const json& schema) {
  std::string list;
  const auto add = [&](const std::string& one) { list += (list.empty() ? " " : ", ") + one; };
  const auto has = [&](const char* key) { return schema.contains(key); };
  if (has("minimum") && has("maximum")) {
    add(fmt::format("{{ in_range: [ {}, {} ] }}", schema["minimum"].dump(), schema["maximum"].dump()));
  } else if (has("minimum")) {
    add(fmt::format("{{ greater_or_equal: {} }}", schema["minimum"].dump()));
  } else if (has("maximum")) {
    add(fmt::format("{{ less_or_equal: {} }}", schema["maximum"].dump()));
  }
  for (const auto& [key, constraint] : {std::pair{"exclusiveMinimum", "greater_than"},
                                        {"exclusiveMaximum", "less_than"},
                                        {"enum", "valid_values"},
                                        {"minLength", "min_length"},
                                        {"maxLength", "max_length"},
                                        {"minItems", "min_length"},
                                        {"maxItems", "max_length"},
                                        {"pattern", "pattern"}}) {
    if (has(key)) add(fmt::format("{{ {}: {} }}", constraint, schema[key].dump()));
  }
  return list.empty() ? list : fmt::format(", constraints: [{} ]", list);
}

std::string property(const json& schema, bool required) {
  auto text = fmt::format("{{ type: {}, required: {}", tosca_type(schema), required);
  if (schema.contains("default")) text += fmt::format(", default: {}", schema["default"].dump());
  text += constraints(schema);
  for (const auto* inner : {"items", "additionalProperties"}) {
    if (schema.contains(inner) && schema[inner].is_object()) {
      text += fmt::format(", entry_schema: {{ type: {}{} }}", tosca_type(schema[inner]), constraints(schema[inner]));
      break;
    }
  }
  if (schema.contains("description")) text += fmt::format(", description: {}", schema["description"].dump());
  return text + " }";
}

}  // namespace

std::string node_types_yaml(const Catalog& catalog) {
  std::string text{kHeader};
  for (const auto& [type, entry] : catalog.entries()) {
    const auto& schema = entry.config_schema;
    text += fmt::format("  {}{}:\n    derived_from: {}\n", kUnfPrefix, type, kMicroNf);
    if (schema.contains("description")) text += fmt::format("    description: {}\n", schema["description"].dump());
    const auto required = schema.value("required", json::array());
    const auto properties = schema.value("properties", json::object());
    if (!properties.empty()) text += "    properties:\n";
    for (const auto& [name, inner] : properties.items()) {
      const bool needed = std::find(required.begin(), required.end(), name) != required.end();
      text += fmt::format("      {}: {}\n", name, property(with_one_type(inner), needed));
    }
    std::string requirements;
    const auto& gates = entry.descriptor.gates;
    for (std::size_t gate = 1; gate < gates.size() && type != "NicEgress"; ++gate) {
      requirements += fmt::format(
          "      - {}: {{ capability: unf.capabilities.Packets, node: {}, relationship: tosca.relationships.DependsOn, "
          "occurrences: [ 0, 1 ] }}\n",
          gates[gate], kMicroNf);
    }
    if (type == "NicIngress" || type == "NicEgress") {
      requirements +=
          "      - virtual_link: { capability: tosca.capabilities.nfv.VirtualLinkable, relationship: "
          "tosca.relationships.nfv.VirtualLinksTo, occurrences: [ 0, 1 ] }\n";
    }
    if (!requirements.empty()) text += "    requirements:\n" + requirements;
  }
  return text;
}

}  // namespace unf::tosca
