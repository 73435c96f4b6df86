#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/artifacts.h"
#include "graph/model/service_request.h"

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

/// `unf` between the input `in` and an output for each of `gates`: `out`, or of several, one named like each.
[[nodiscard]] VnfTemplate around(VnfTemplate::Node unf, const std::vector<std::string_view>& gates);

}  // namespace unf::tosca
