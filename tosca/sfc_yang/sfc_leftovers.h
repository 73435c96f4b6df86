#pragma once

#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Reports what became of the elements of a tree that no other step reports, and why most of them became nothing:
/// forwarders and nodes, chains and groups that no path uses, metadata, and members of other modules.
void report_sfc_leftovers(const Value& tree, const SfcFunctions& functions, const SfcPaths& paths, Report& report);

}  // namespace unf::tosca
