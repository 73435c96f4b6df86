#pragma once

#include <string>

#include "graph/model/catalog.h"
#include "graph/model/result.h"
#include "tosca/sol001/image_map.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// Reads the map that `files` asks for, one YAML file:
///
///   images:
///     NAME: { type: L3L4Filter, config: { rules: fw.rules } }
///     NAME: { template: vnfd.yaml, points: { virtual_link_in: 0, virtual_link_out: eth1 } }
///     NAME: pass-through
///
/// A `type` has the input `in`, and the output `out` or, of a uNF with several gates, one named like each gate.
/// Errors: malformed, a line a problem, `FILE:LINE: what is wrong and what was expected`.
[[nodiscard]] Result<ImageMap> read_image_map(const FileSet& files, const Catalog& catalog);

/// The image map of a file, or an empty one if `file` is empty. Errors: as load and read_image_map.
[[nodiscard]] Result<ImageMap> load_image_map(const std::string& file, bool pass_unmapped, const Catalog& catalog);

}  // namespace unf::tosca
