#include "tosca/sol001/node_types.h"

namespace unf::tosca {

const Value* NodeType::property(std::string_view name_of_it) const {
  for (const auto* definition : definitions) {
    if (const auto* found = definition->find("properties", name_of_it)) return found;
  }
  return nullptr;
}

const Value* NodeType::default_of(std::string_view name_of_it) const {
  for (const auto* definition : definitions) {
    const auto* found = definition->find("properties", name_of_it);
    if (found == nullptr) continue;
    if (const auto* value = found->find("default")) return value;
  }
  return nullptr;
}

}  // namespace unf::tosca
