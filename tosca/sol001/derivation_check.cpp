#include "tosca/sol001/derivation_check.h"

#include <set>

#include "tosca/sol001/type_findings.h"
#include "tosca/sol001/type_schema.h"

namespace unf::tosca {
namespace {

using NodeTypeNames = std::set<std::string_view>;

/// The node types that node templates name.
NodeTypeNames used_node_types(Documents& documents) {
  NodeTypeNames used;
  for (const auto* document : documents.topologies()) {
    for (const auto& node : document->nodes) {
      const auto* type = node.value->find("type");
      if (type != nullptr && type->is_scalar()) used.insert(type->text);
    }
  }
  return used;
}

void check_derivation(Documents& documents, const Document& document, std::string_view section,
                      const Value::Member& member, const NodeTypeNames& used) {
  TypeFindings findings{documents.report()};
  const auto& [name, type] = member;
  if (!type->is_map() && !type->is_null()) {
    findings.wrong(type->at(), "type `{}` is {}, expected a map with `derived_from`", name->text, type->describe());
    return;
  }
  std::set<const Value*> seen;
  bool leads_to_used = false;
  const auto* parent = type->find("derived_from");
  for (const auto* one = type.get(); one != nullptr; one = parent_type(documents, document, section, *one)) {
    const auto* from = one->find("derived_from");
    leads_to_used = leads_to_used || (from != nullptr && used.contains(from->text));
    if (!seen.insert(one).second) {
      if (one == type.get() && !leads_to_used) {
        findings.wrong(parent->at(), "type `{}` derives from itself, expected another that does not", name->text);
      }
      return;
    }
    if (seen.size() > kMaxDerivedTypes) {
      findings.wrong(parent->at(), "type `{}` derives through more than {} others", name->text, kMaxDerivedTypes);
      return;
    }
  }
}

}  // namespace

void check_derivations(Documents& documents) {
  const auto used = used_node_types(documents);
  for (const auto& [file, document] : documents.all()) {
    if (document == nullptr) continue;
    for (const auto* section : {"data_types", "artifact_types", "capability_types", "relationship_types",
                                "interface_types", "group_types", "policy_types", "node_types"}) {
      const auto* types = document->tree->find(section);
      if (types == nullptr) continue;
      for (const auto& type : types->members) {
        if (!used.contains(type.key->text)) check_derivation(documents, *document, section, type, used);
      }
    }
  }
}

}  // namespace unf::tosca
