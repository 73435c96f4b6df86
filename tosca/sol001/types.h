#pragma once

#include <string>

#include "graph/model/catalog.h"

namespace unf::tosca {

/// The node types of a catalogue's uNFs as a TOSCA service template: properties from the configuration schema, a
/// requirement for each gate. What `vnfm catalog --tosca` prints.
[[nodiscard]] std::string node_types_yaml(const Catalog& catalog);

}  // namespace unf::tosca
