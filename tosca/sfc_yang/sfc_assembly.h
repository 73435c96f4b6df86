#pragma once

#include <span>

#include "tosca/chain/chain.h"
#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/sfc_yang/sfc_rules.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// The chain of paths whose functions are chosen. A function becomes a VNF: the one of `vnfds` that is called like the
/// function or its type, else a machine that the image map is asked for. A path becomes one for each group of its
/// rules, or one for all packets if it has no rules.
[[nodiscard]] Chain assemble_sfc_chain(const SfcFunctions& functions, const SfcPaths& paths,
                                       SfcClassification classification, std::span<const Vnfd> vnfds,
                                       Documents& context);

}  // namespace unf::tosca
