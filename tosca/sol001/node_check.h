#pragma once

#include "tosca/sol001/value_check.h"

namespace unf::tosca {

/// Checks node templates against their types: properties, properties of capabilities and artifacts, names of operations
/// and requirements (TOSCA 1.3, 3.7).
class NodeChecker {
 public:
  NodeChecker(Documents& documents, TypeSchemas& schemas, ValueChecker& values)
      : documents_(documents), schemas_(schemas), values_(values), findings_(documents.report()) {}

  void check(const Document& document, const NodeTemplate& node);

 private:
  void check_properties(const ValueContext& context, const NodeTemplate& node, const TypeSchema& schema);
  void check_capabilities(const ValueContext& context, const NodeTemplate& node, const TypeSchema& schema);
  void check_artifacts(const ValueContext& context, const NodeTemplate& node);
  void check_interfaces(const Document& document, const NodeTemplate& node, const TypeSchema& schema);
  template <typename IsNoOperation>
  void check_operations(const Value& operations, const std::vector<std::string_view>& known,
                        const std::string& interface, const NodeTemplate& node, const IsNoOperation& is_no_operation);
  void check_requirements(const Document& document, const NodeTemplate& node, const TypeSchema& schema);
  std::vector<std::string_view> operations_of(const Document& document, const Value* interface_type);

  Documents& documents_;
  TypeSchemas& schemas_;
  ValueChecker& values_;
  TypeFindings findings_;
};

/// Warns that a type says nothing, if nobody declares it.
void check_is_declared(Documents& documents, const Document& document, std::string_view section, const Value& type);

}  // namespace unf::tosca
