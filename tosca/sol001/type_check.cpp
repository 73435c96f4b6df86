#include "tosca/sol001/type_check.h"

#include "tosca/sol001/derivation_check.h"
#include "tosca/sol001/node_check.h"
#include "tosca/sol001/value_check.h"

namespace unf::tosca {
namespace {

/// Inputs' defaults, and the values that an operator gives them.
void check_inputs(Documents& documents, const Document& document, ValueChecker& values) {
  const auto* inputs = document.tree->find("topology_template", "inputs");
  if (inputs == nullptr) return;
  const ValueSubject all{"input", "topology_template"};
  for (const auto& [name, input] : inputs->members) {
    const auto* preset = input->find_member("default");
    for (const auto& value : {documents.bindings().input(name->text), preset == nullptr ? nullptr : preset->value}) {
      if (value != nullptr) values.check({document, {}}, value, property_schema(*input), all.inner(name->text));
    }
  }
}

void check_groups(Documents& documents, const Document& document, TypeSchemas& schemas, ValueChecker& values) {
  const auto* groups = document.tree->find("topology_template", "groups");
  if (groups == nullptr) return;
  for (const auto& [key, value] : groups->members) {
    const auto* type = value->find("type");
    if (type == nullptr || !type->is_scalar()) continue;
    check_is_declared(documents, document, "group_types", *type);
    values.check_properties({document, key->text},
                            {.map = value->find("properties"),
                             .type = type->text,
                             .schema = schemas.of(document, "group_types", type->text),
                             .at = key->at()},
                            {"property", key->text});
  }
}

void check_policies(Documents& documents, const Document& document, TypeSchemas& schemas, ValueChecker& values) {
  for (const auto& policy : document.policies) {
    const auto* type = policy.value->find("type");
    if (type == nullptr || !type->is_scalar()) continue;
    check_is_declared(documents, document, "policy_types", *type);
    values.check_properties({document, policy.name},
                            {.map = policy.properties,
                             .type = type->text,
                             .schema = schemas.of(document, "policy_types", type->text),
                             .at = policy.at},
                            {"property", policy.name});
  }
}

}  // namespace

void check_types(Documents& documents) {
  check_derivations(documents);
  TypeSchemas schemas{documents};
  ValueChecker values{documents, schemas};
  NodeChecker nodes{documents, schemas, values};
  for (const auto* document : documents.topologies()) {
    check_inputs(documents, *document, values);
    for (const auto& node : document->nodes) nodes.check(*document, node);
    check_groups(documents, *document, schemas, values);
    check_policies(documents, *document, schemas, values);
  }
}

}  // namespace unf::tosca
