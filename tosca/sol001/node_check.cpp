#include "tosca/sol001/node_check.h"

#include <algorithm>

#include "tosca/sol001/normative/normative.h"
#include "tosca/sol001/unf_config.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {
namespace {

/// The type of a capability as the most derived of `definitions` declares it. nullptr: none does.
const Value* capability_type(const TypeSchema& schema, std::string_view capability) {
  for (const auto* definition : schema.definitions) {
    const auto* declared = definition->find("capabilities", capability);
    if (declared == nullptr) continue;
    if (declared->is_map()) declared = declared->find("type");
    return declared != nullptr && declared->is_scalar() ? declared : nullptr;
  }
  return nullptr;
}

/// SOL001's type of an interface: as it is written, else as the node's type declares it. nullptr: it is none of SOL001.
const Value* interface_type(const TypeSchema& schema, const std::string& name, const Value& written) {
  const auto* type = written.find("type");
  for (const auto* definition : schema.definitions) {
    if (type != nullptr) break;
    const auto* declared = definition->find("interfaces", name);
    if (declared != nullptr) type = declared->find("type");
  }
  if (type != nullptr && type->is_scalar()) return normative_type("interface_types", type->text);
  return name == "Vnflcm" ? normative_type("interface_types", "tosca.interfaces.nfv.Vnflcm") : nullptr;
}

std::vector<std::string_view> requirement_names(const TypeSchema& schema) {
  std::vector<std::string_view> names{"dependency"};
  for (const auto* definition : schema.definitions) {
    const auto* requirements = definition->find("requirements");
    if (requirements == nullptr) continue;
    for (const auto& item : requirements->items) {
      for (const auto& [name, ignored] : item->members) names.push_back(name->text);
    }
  }
  return names;
}

bool is_among(const std::vector<std::string_view>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void check_is_declared(Documents& documents, const Document& document, std::string_view section, const Value& type) {
  if (documents.definition(document, section, type.text) == nullptr) {
    TypeFindings{documents.report()}.warn(type.at(), "type `{}` is none that is known, and says nothing", type.text);
  }
}

void NodeChecker::check(const Document& document, const NodeTemplate& node) {
  if (node.type == nullptr || !node.value->is_map()) return;
  if (!node.type->micro_nf) check_is_declared(documents_, document, "node_types", *node.value->find("type"));
  const auto& schema =
      schemas_.of(document, "node_types", node.type->micro_nf ? base::vdu : std::string_view{node.type->name});
  const ValueContext context{document, node.name};
  check_properties(context, node, schema);
  check_capabilities(context, node, schema);
  check_artifacts(context, node);
  check_interfaces(document, node, schema);
  check_requirements(document, node, schema);
}

void NodeChecker::check_properties(const ValueContext& context, const NodeTemplate& node, const TypeSchema& schema) {
  WrittenProperties properties{.map = node.value->find("properties"),
                               .type = node.type->name,
                               .schema = schema,
                               .at = node.at,
                               .partial = node.type->micro_nf};
  if (node.type->unf != nullptr) {  // a uNF's configuration has been checked against its own schema
    const auto& configuration = declared_in(node.type->unf->config_schema);
    properties.is_checked_elsewhere = [&](std::string_view name) { return configuration.contains(std::string{name}); };
  }
  values_.check_properties(context, properties, {"property", node.name});
}

void NodeChecker::check_capabilities(const ValueContext& context, const NodeTemplate& node, const TypeSchema& schema) {
  const auto* capabilities = node.value->find("capabilities");
  if (capabilities == nullptr || !capabilities->is_map()) return;
  for (const auto& [key, value] : capabilities->members) {
    const auto* type = capability_type(schema, key->text);
    const auto* properties = value->find("properties");
    if (type == nullptr || properties == nullptr) continue;
    values_.check_properties(context,
                             {.map = properties,
                              .type = type->text,
                              .schema = schemas_.of(context.document, "capability_types", type->text),
                              .at = key->at()},
                             {"capability property", node.name});
  }
}

void NodeChecker::check_artifacts(const ValueContext& context, const NodeTemplate& node) {
  const auto* artifacts = node.value->find("artifacts");
  if (artifacts == nullptr || is_empty(*artifacts)) return;
  if (!artifacts->is_map()) {
    findings_.wrong(artifacts->at(), "`artifacts` of `{}` is {}, expected NAME: FILE", node.name,
                    artifacts->describe());
    return;
  }
  for (const auto& [key, value] : artifacts->members) {
    if (value->is_scalar()) continue;  // the short notation
    const auto* file = value->find("file");
    if (file == nullptr || !file->is_scalar()) {
      findings_.wrong(key->at(), "artifact `{}` of `{}` names no file, expected `{}: FILE` or a map with `file`",
                      key->text, node.name, key->text);
      continue;
    }
    const auto* type = value->find("type");
    const auto* properties = value->find("properties");
    if (type == nullptr || !type->is_scalar() || properties == nullptr) continue;
    values_.check_properties(context,
                             {.map = properties,
                              .type = type->text,
                              .schema = schemas_.of(context.document, "artifact_types", type->text),
                              .at = key->at(),
                              .partial = true},
                             {"artifact property", node.name});
  }
}

void NodeChecker::check_interfaces(const Document& document, const NodeTemplate& node, const TypeSchema& schema) {
  const auto* interfaces = node.value->find("interfaces");
  if (interfaces == nullptr || !interfaces->is_map()) return;
  for (const auto& [key, value] : interfaces->members) {
    const auto known = operations_of(document, interface_type(schema, key->text, *value));
    if (known.empty()) continue;
    // Before TOSCA 1.3, operations stood beside the other keys of the interface.
    check_operations(*value, known, key->text, node, is_interface_key);
    if (const auto* operations = value->find("operations")) {
      check_operations(*operations, known, key->text, node, [](std::string_view) { return false; });
    }
  }
}

/// The operations and notifications that a type of interfaces and those that it derives from have.
std::vector<std::string_view> NodeChecker::operations_of(const Document& document, const Value* interface_type) {
  std::vector<std::string_view> names;
  for (const auto* type = interface_type; type != nullptr;
       type = parent_type(documents_, document, "interface_types", *type)) {
    for (const auto* part : {"operations", "notifications"}) {
      if (const auto* operations = type->find(part)) {
        for (const auto& operation : operations->members) names.push_back(operation.key->text);
      }
    }
    for (const auto& [name, ignored] : type->members) {  // as before TOSCA 1.3
      if (!is_interface_key(name->text)) names.push_back(name->text);
    }
  }
  return names;
}

/// Reports the keys of `operations` that are neither among `known` nor, by `is_no_operation`, something else.
template <typename IsNoOperation>
void NodeChecker::check_operations(const Value& operations, const std::vector<std::string_view>& known,
                                   const std::string& interface, const NodeTemplate& node,
                                   const IsNoOperation& is_no_operation) {
  for (const auto& [operation, ignored] : operations.members) {
    if (is_among(known, operation->text) || is_no_operation(operation->text)) continue;
    const auto suggestion = documents_.problems().suggest(operation->text, known);
    if (suggestion.empty()) {
      findings_.warn(operation->at(), "operation `{}` of interface `{}` of `{}` is none that is known", operation->text,
                     interface, node.name);
    } else {
      findings_.wrong(operation->at(), "unknown operation `{}` of interface `{}` of `{}`{}", operation->text, interface,
                      node.name, suggestion);
    }
  }
}

/// Nodes of types derived from VNF, NS and PNF have requirements of any name, uNFs have gates.
void NodeChecker::check_requirements(const Document& document, const NodeTemplate& node, const TypeSchema& schema) {
  if (node.type->micro_nf || node.type->is_vnf() || node.type->base == base::ns || node.type->base == base::pnf) return;
  const auto known = requirement_names(schema);
  for (const auto& requirement : node.requirements) {
    const auto suggestion =
        is_among(known, requirement.name) ? std::string{} : documents_.problems().suggest(requirement.name, known);
    if (!suggestion.empty()) {
      findings_.wrong(requirement.at, "unknown requirement `{}` of `{}`, expected {}{}", requirement.name, node.name,
                      one_of(known), suggestion);
    }
    if (requirement.name == "external_virtual_link") continue;  // names a network
    const bool has_target = document.find_node(requirement.target) != nullptr ||
                            !normative_name("node_types", requirement.target).empty() ||
                            documents_.definition(document, "node_types", requirement.target) != nullptr;
    if (!has_target) {
      findings_.wrong(requirement.at, "requirement `{}` of `{}` leads to `{}`, expected the name of a node template{}",
                      requirement.name, node.name, requirement.target,
                      documents_.problems().suggest(requirement.target, [&] { return document.node_names(); }));
    }
  }
}

}  // namespace unf::tosca
