#pragma once

#include "tosca/sfc_yang/sfc_model.h"
#include "tosca/sfc_yang/sfc_paths.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// Adds to paths what their rendered paths, and requests to render them, say: names that lead to a path, its functions
/// and path-id, whether it is symmetric, and its classifiers.
[[nodiscard]] SfcPaths with_rendered_paths(SfcPaths paths, const SfcData& data, Report& report);

}  // namespace unf::tosca
