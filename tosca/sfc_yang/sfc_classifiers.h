#pragma once

#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/sfc_yang/sfc_model.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/sfc_yang/sfc_rules.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// Reads which packets take which path: classifiers and their access lists, and access lists that paths name.
[[nodiscard]] SfcClassification read_sfc_classifiers(const SfcData& data, const SfcPaths& paths,
                                                     const SfcFunctions& functions, Report& report);

}  // namespace unf::tosca
