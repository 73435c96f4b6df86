#pragma once

#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// Decides what paths leave open. A hop without a function takes its rendered path's, else the first of the type that
/// its chain asks for, if possible one that the hop's forwarder serves. A path is symmetric if its chain is, or if a
/// type of the chain is bidirectional.
[[nodiscard]] SfcPaths with_functions(SfcPaths paths, const SfcFunctions& functions, Report& report);

}  // namespace unf::tosca
