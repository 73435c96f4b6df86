#pragma once

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Checks what the topologies that were read say against the types that they name: properties of node templates, of
/// their capabilities and artifacts, of groups and policies; defaults of inputs; names of requirements and of
/// operations (TOSCA 1.3, 3.6, 3.7). Our own definitions of SOL001's types hold whatever version a package was written
/// for. Where something is wrong already, nothing more is said. What is only incomplete or unknown goes to the
/// documents' warnings. For when all else is read.
void check_types(Documents& documents);

}  // namespace unf::tosca
