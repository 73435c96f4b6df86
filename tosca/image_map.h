#pragma once

#include <map>
#include <string>

#include "graph/model/catalog.h"
#include "graph/model/service_request.h"
#include "tosca/file_set.h"

namespace unf::tosca {

/// What runs in place of a VDU.
struct ImageTemplate {
  VnfTemplate graph;  ///< its inputs and outputs are the VDU's connection points
  /// Input or output -> connection point of the VDU, by its order or its name. Empty: packets come in by the first and
  /// go out by the second.
  std::map<std::string, std::string> points;
};

/// An operator's image map: what uNFs run in place of VDUs that ask for a machine with an image (docs/images.md).
struct ImageMap {
  std::map<std::string, ImageTemplate, std::less<>> images;  ///< by name of a capability, an image or a VDU
  Artifacts artifacts;                                       ///< rule files of the templates
  bool pass_unmapped = false;  ///< packets pass a VDU that is not in the map; else it is refused
};

/// What takes packets in and sends them out as they are.
[[nodiscard]] ImageTemplate pass_through();

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

}  // namespace unf::tosca
