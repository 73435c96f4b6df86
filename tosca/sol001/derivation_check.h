#pragma once

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Reports types of all documents that are no maps, derive from themselves or through too many others, whether or not
/// anything is of them. Where a node template is of such a node type, that has been reported and nothing more is said.
void check_derivations(Documents& documents);

}  // namespace unf::tosca
