#include "tosca/sol001/editor_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tosca/sol001/node_types.h"
#include "tosca/sol001/normative/normative.h"

namespace unf::tosca {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kDefinitions = "#/definitions/";

/// What does not depend on the catalogue.
constexpr std::string_view kFrame = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "TOSCA profile of uNF",
  "description": "Network services as graphs of uNFs: TOSCA Simple Profile in YAML with the types of ETSI SOL001 3.3.1.",
  "type": "object",
  "required": ["tosca_definitions_version"],
  "additionalProperties": false,
  "properties": {
    "tosca_definitions_version": {
      "description": "Which TOSCA this is.",
      "enum": ["tosca_simple_yaml_1_0", "tosca_simple_yaml_1_1", "tosca_simple_yaml_1_2", "tosca_simple_yaml_1_3"]},
    "namespace": {}, "template_name": {}, "template_author": {}, "template_version": {}, "description": {},
    "metadata": {"description": "`template_name` is the service's name, where nothing else says it."},
    "dsl_definitions": {}, "repositories": {},
    "imports": {
      "description": "Local files, beside this one or from the root of the package. SOL001's own type files are built in.",
      "type": ["array", "null"],
      "items": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "object", "minProperties": 1}]}},
    "artifact_types": {}, "data_types": {}, "capability_types": {}, "interface_types": {}, "relationship_types": {},
    "node_types": {"type": ["object", "null"]}, "group_types": {"type": ["object", "null"]},
    "policy_types": {"type": ["object", "null"]},
    "topology_template": {"$ref": "#/definitions/topology_template"}
  },
  "definitions": {
    "one_value": {"type": ["string", "number", "boolean"]},
    "topology_template": {
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {
        "description": {}, "relationship_templates": {}, "outputs": {}, "workflows": {},
        "inputs": {"description": "What get_input gives: the `default` of each."},
        "node_templates": {
          "description": "uNFs, and of a network service its VNFs, virtual links, SAPs and forwarding paths.",
          "type": ["object", "null"],
          "propertyNames": {"pattern": "^[^/#]{1,128}$"},
          "additionalProperties": {"$ref": "#/definitions/node_template"}},
        "groups": {
          "type": ["object", "null"],
          "additionalProperties": {
            "type": "object", "required": ["type"],
            "properties": {"type": {"type": "string"},
                           "members": {"type": ["array", "null"], "items": {"$ref": "#/definitions/one_value"}}}}},
        "policies": {
          "description": "Scaling, instantiation levels, affinity, which packets take a path, how long they may.",
          "anyOf": [
            {"type": "null"},
            {"type": "object", "additionalProperties": {"$ref": "#/definitions/policy"}},
            {"type": "array",
             "items": {"type": "object", "minProperties": 1, "maxProperties": 1,
                       "additionalProperties": {"$ref": "#/definitions/policy"}}}]},
        "substitution_mappings": {"$ref": "#/definitions/substitution_mappings"}
      }
    },
    "substitution_mappings": {
      "description": "Which VNF this is, and which NicIngress and NicEgress its ports are.",
      "type": ["object", "null"],
      "properties": {
        "node_type": {"description": "The VNF's node type.", "type": "string"},
        "properties": {
          "description": "`descriptor_id` and `flavour_id` are what the VNF and this flavour of it go by.",
          "type": ["object", "null"]},
        "requirements": {
          "description": "PORT: [ NODE, virtual_link ], each NicIngress and NicEgress once.",
          "anyOf": [
            {"type": "null"},
            {"type": "object", "additionalProperties": {"$ref": "#/definitions/port"}},
            {"type": "array", "items": {"type": "object", "additionalProperties": {"$ref": "#/definitions/port"}}}]}
      }
    },
    "port": {
      "anyOf": [
        {"type": "array", "maxItems": 2, "items": [{"$ref": "#/definitions/one_value"}, {"enum": ["virtual_link"]}]},
        {"$ref": "#/definitions/one_value"}, {"type": "null"}]
    },
    "target": {
      "description": "The node template that packets go to.",
      "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "object", "required": ["node"], "additionalProperties": false,
         "properties": {"node": {"$ref": "#/definitions/one_value"}, "capability": {}, "relationship": {},
                        "node_filter": {}, "occurrences": {}}}]
    },
    "function": {
      "description": "get_input, get_property or concat.",
      "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
      "properties": {
        "get_input": {"description": "An input of the topology, and what of its value."},
        "get_property": {"description": "[ NODE, PROPERTY ]", "type": "array", "minItems": 2},
        "concat": {"description": "One text of several.", "type": "array"}}
    },
    "virtual_link": {"description": "A virtual link outside the VNF."},
    "instances": {
      "type": "object", "required": ["number_of_instances"],
      "properties": {"number_of_instances": {"type": "integer", "minimum": 1, "maximum": 1024}}
    },
    "added_instances": {
      "type": "object", "required": ["number_of_instances"],
      "properties": {"number_of_instances": {"type": "integer", "minimum": 0, "maximum": 1024}}
    },
    "address_prefix": {
      "description": "10.0.0.0/24 or 2001:db8::/32",
      "anyOf": [{"type": "string", "pattern": "^[0-9a-fA-F.:]+(/[0-9]{1,3})?$"}, {"$ref": "#/definitions/function"}, {"type": "null"}]
    },
    "port_range": {
      "description": "[ FIRST, LAST ]",
      "anyOf": [
        {"type": "array", "minItems": 2, "maxItems": 2,
         "items": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, {"enum": ["UNBOUNDED"]},
                             {"type": "string", "pattern": "^[0-9]{1,5}$"}, {"$ref": "#/definitions/function"}]}},
        {"$ref": "#/definitions/function"}, {"type": "null"}]
    },
    "policy": {
      "type": "object",
      "required": ["type"],
      "properties": {
        "type": {"anyOf": [{"enum": []}, {"type": "string"}]},
        "properties": {"type": ["object", "null"]},
        "targets": {"description": "Node templates, or groups of them.", "type": ["array", "null"],
                    "items": {"$ref": "#/definitions/one_value"}}
      },
      "allOf": []
    }
  }
})json";

/// What is asked of policies of a type: its `properties`, and whether it cannot do without them.
constexpr std::string_view kPolicies = R"json({
  "tosca.policies.nfv.ScalingAspects": {
    "required": ["aspects"],
    "properties": {
      "aspects": {
        "description": "What can be scaled by itself.", "type": "object",
        "additionalProperties": {
          "type": "object", "required": ["max_scale_level"],
          "properties": {
            "max_scale_level": {"description": "How many steps there are.", "type": "integer", "minimum": 1, "maximum": 1024},
            "step_deltas": {"description": "What each step adds; the last goes on.", "type": ["array", "null"]}}}}}},
  "tosca.policies.nfv.VduScalingAspectDeltas": {
    "required": ["aspect", "deltas"],
    "properties": {
      "aspect": {"$ref": "#/definitions/one_value"},
      "deltas": {"description": "Instances that a step adds, by name.", "type": "object",
                 "additionalProperties": {"$ref": "#/definitions/added_instances"}}}},
  "tosca.policies.nfv.VduInitialDelta": {
    "required": ["initial_delta"],
    "properties": {"initial_delta": {"$ref": "#/definitions/instances"}}},
  "tosca.policies.nfv.InstantiationLevels": {
    "required": ["levels"],
    "properties": {
      "levels": {
        "description": "Scale levels of the aspects, by name.", "type": "object", "minProperties": 1,
        "additionalProperties": {
          "type": ["object", "null"],
          "properties": {
            "scale_info": {
              "type": ["object", "null"],
              "additionalProperties": {
                "type": "object", "required": ["scale_level"],
                "properties": {"scale_level": {"type": "integer", "minimum": 0, "maximum": 1024}}}}}}},
      "default_level": {"anyOf": [{"$ref": "#/definitions/one_value"}, {"type": "null"}]}}},
  "tosca.policies.nfv.VduInstantiationLevels": {
    "required": ["levels"],
    "properties": {
      "levels": {"description": "Instances at an instantiation level.", "type": "object",
                 "additionalProperties": {"$ref": "#/definitions/instances"}}}},
  "tosca.policies.nfv.AffinityRule": {
    "required": ["scope"],
    "properties": {"scope": {"enum": ["nfvi_node", "zone", "zone_group", "nfvi_pop", "network_link_and_node"]}}},
  "tosca.policies.nfv.AntiAffinityRule": {
    "required": ["scope"],
    "properties": {"scope": {"enum": ["nfvi_node", "zone", "zone_group", "nfvi_pop", "network_link_and_node"]}}},
  "tosca.policies.nfv.NfpRule": {
    "additionalProperties": false,
    "properties": {
      "ether_type": {"anyOf": [{"enum": ["ipv4", "ipv6", null]}, {"$ref": "#/definitions/function"}]},
      "protocol": {"description": "A keyword of IANA's protocol numbers, or 0 to 255.",
                   "anyOf": [{"type": "integer", "minimum": 0, "maximum": 255}, {"type": ["string", "null"]},
                             {"$ref": "#/definitions/function"}]},
      "dscp": {"description": "Six digits 0 or 1.",
               "anyOf": [{"type": "string", "pattern": "^[01]{6}$"}, {"type": ["integer", "null"]},
                         {"$ref": "#/definitions/function"}]},
      "vlan_tag": {"description": "A list of one VLAN identifier from 0 to 4094."},
      "source_ip_address_prefix": {"$ref": "#/definitions/address_prefix"},
      "destination_ip_address_prefix": {"$ref": "#/definitions/address_prefix"},
      "source_port_range": {"$ref": "#/definitions/port_range"},
      "destination_port_range": {"$ref": "#/definitions/port_range"},
      "ether_source_address": {"type": "null"}, "ether_destination_address": {"type": "null"},
      "extended_criteria": {"type": ["array", "null"]}}},
  "unf.policies.MaxLatency": {
    "required": ["max_latency"],
    "properties": {
      "max_latency": {"description": "How long uNFs may keep a packet of the path, such as `50 us`.",
                      "anyOf": [{"type": "string", "pattern": "^[0-9.]+(e[+-]?[0-9]+)? *(d|h|m|s|ms|us|ns)$"},
                                {"$ref": "#/definitions/function"}]}}},
  "unf.policies.Path": {
    "properties": {
      "symmetric": {"description": "Whether packets of the other direction go back the same way.", "type": ["boolean", "null"]},
      "spi": {"description": "Service path identifier (RFC 8300).",
              "anyOf": [{"type": "integer", "minimum": 0, "maximum": 16777215}, {"type": ["string", "null"]}]}}}
})json";

constexpr std::array kNodeTemplateParts{"description", "metadata",  "directives",  "attributes", "capabilities",
                                        "interfaces",  "artifacts", "node_filter", "copy"};

Json reference(std::string_view name) { return {{"$ref", fmt::format("{}{}", kDefinitions, name)}}; }

/// A uNF's own schema as editors know it: a text may be written as a number, and a function may stand for each value.
Json editable(const Json& schema) {
  Json value = Json::object();
  for (const auto& [key, part] : schema.items()) {
    const bool is_ours =
        key.starts_with("unf-") || (key == "format" && part.is_string() && part.get<std::string>().starts_with("unf-"));
    if (is_ours || key == "description" || key == "default") continue;
    value[key] = part;
  }
  auto& type = value["type"];
  if (type.is_null())
    value.erase("type");
  else if (type == "string" || (type.is_array() && std::find(type.begin(), type.end(), "string") != type.end())) {
    if (!type.is_array()) type = Json::array({type});
    for (const auto* other : {"number", "boolean"}) {
      if (std::find(type.begin(), type.end(), other) == type.end()) type.push_back(other);
    }
  }
  for (const auto* inner : {"items", "additionalProperties"}) {
    if (value.contains(inner) && value[inner].is_object()) value[inner] = editable(value[inner]);
  }
  if (value.contains("properties")) {
    for (auto& property : value["properties"]) property = editable(property);
  }
  Json result{{"anyOf", {std::move(value), reference("function")}}};
  for (const auto* key : {"description", "default"}) {
    if (schema.contains(key)) result[key] = schema[key];
  }
  return result;
}

/// Properties of a node template of this type.
Json properties_of(const Json& config) {
  Json properties = Json::object();
  for (const auto& member : normative_type("node_types", base::vdu)->find("properties")->members)
    properties[member.key->text] = Json::object();
  const auto own = config.value("properties", Json::object());
  const auto required = config.value("required", Json::array());
  for (const auto& [name, property] : own.items()) {
    auto& value = properties[name] = editable(property);
    const bool optional = std::find(required.begin(), required.end(), name) == required.end();
    if (optional) value["anyOf"].push_back({{"type", "null"}});
  }
  Json schema{{"type", {"object", "null"}}, {"properties", std::move(properties)}};
  const auto rest = config.find("additionalProperties");
  schema["additionalProperties"] = rest == config.end() ? Json(false) : *rest;
  if (!required.empty()) {
    schema["type"] = "object";
    schema["required"] = required;
  }
  return schema;
}

/// The gates of a uNF lead somewhere; the first, `drop`, does not.
Json requirements_of(const UnfDescriptor& descriptor) {
  const bool in = descriptor.type == "NicIngress", out = descriptor.type == "NicEgress";
  Json names = Json::object();
  for (std::size_t gate = 1; gate < descriptor.gates.size() && !out; ++gate) {
    names[std::string{descriptor.gates[gate]}] = reference("target");
  }
  const bool leads_on = !names.empty();
  for (const auto* name : {"virtual_storage", "dependency"}) {
    if (!names.contains(name)) names[name] = reference("target");
  }
  if (in || out) names["virtual_link"] = reference("target");
  Json schema{{"description", "Where packets go, by gate: `- GATE: NODE`. A gate left out drops."},
              {"items",
               {{"type", "object"},
                {"minProperties", 1},
                {"maxProperties", 1},
                {"properties", std::move(names)},
                {"additionalProperties", false}}}};
  schema["type"] = leads_on ? Json("array") : Json({"array", "null"});
  if (leads_on) schema["minItems"] = 1;
  return schema;
}

Json node_of(const Catalog::Entry& entry) {
  const auto& config = entry.config_schema;
  Json node{
      {"properties", {{"properties", properties_of(config)}, {"requirements", requirements_of(entry.descriptor)}}}};
  if (config.contains("description")) node["description"] = config["description"];
  auto required = Json::array();
  if (config.contains("required") && !config["required"].empty()) required.push_back("properties");
  if (node["properties"]["requirements"].contains("minItems")) required.push_back("requirements");
  if (!required.empty()) node["required"] = std::move(required);
  return node;
}

/// `then` holds for what has this type.
Json for_type(const std::string& type, Json then) {
  return {{"if", {{"properties", {{"type", {{"const", type}}}}}, {"required", {"type"}}}}, {"then", std::move(then)}};
}

Json node_template(const Catalog& catalog) {
  auto types = Json::array(), each = Json::array();
  for (const auto& [type, entry] : catalog.entries()) {
    const auto name = fmt::format("{}{}", kUnfPrefix, type);
    types.push_back(name);
    each.push_back(for_type(name, reference(name)));
  }
  for (const auto name : normative_names("node_types")) types.push_back(std::string{name});
  Json parts = Json::object();
  for (const auto* name : kNodeTemplateParts) parts[name] = Json::object();
  parts["type"] = {{"description", "A uNF, a type of SOL001, or one of `node_types`."},
                   {"anyOf", {{{"enum", std::move(types)}}, {{"type", "string"}, {"pattern", "^(?!unf\\.nodes\\.)"}}}}};
  parts["properties"] = {{"type", {"object", "null"}}};
  parts["requirements"] = {{"type", {"array", "null"}},
                           {"items",
                            {{"type", "object"},
                             {"minProperties", 1},
                             {"maxProperties", 1},
                             {"additionalProperties", reference("target")}}}};
  return {{"type", "object"},
          {"required", {"type"}},
          {"additionalProperties", false},
          {"properties", std::move(parts)},
          {"allOf", std::move(each)}};
}

}  // namespace

nlohmann::json editor_schema(const Catalog& catalog) {
  auto schema = Json::parse(kFrame);
  auto& definitions = schema["definitions"];
  definitions["node_template"] = node_template(catalog);
  for (const auto& [type, entry] : catalog.entries())
    definitions[fmt::format("{}{}", kUnfPrefix, type)] = node_of(entry);
  auto& policy = definitions["policy"];
  for (const auto name : normative_names("policy_types"))
    policy["properties"]["type"]["anyOf"][0]["enum"].push_back(std::string{name});
  const auto policies = Json::parse(kPolicies);
  for (const auto& [type, properties] : policies.items()) {
    Json then{{"properties", {{"properties", properties}}}};
    if (properties.contains("required")) then["required"] = {"properties"};
    policy["allOf"].push_back(for_type(type, std::move(then)));
  }
  return schema;
}

}  // namespace unf::tosca
