#pragma once

#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Checks the topologies that were read against the types that they name: properties of node templates, of their
/// capabilities and artifacts, of groups and policies; values of inputs; names of requirements and of operations
/// (TOSCA 1.3, 3.6, 3.7). Our own definitions of SOL001's types hold, whatever version a package was written for. Where
/// a problem is known already, nothing more is said. What is only incomplete or unknown goes to the warnings of the
/// documents' report. To be called when all else has been read.
void check_types(Documents& documents);

}  // namespace unf::tosca
