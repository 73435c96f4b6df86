#pragma once

#include <string>
#include <vector>

#include "graph/model/match.h"
#include "graph/model/service_request.h"

namespace unf::tosca {

/// A VNF that a path goes through, and the connection points that packets come in and go out by. A point may be empty.
struct VnffgStep {
  std::string vnf, in, out;
  SourcePlace at;
};

/// Packets that take a path, and the VNF that they come from. Empty: they come from where the path begins.
struct VnffgMatch {
  Match match;
  std::string from;
};

/// A path of a VNF forwarding graph as written, whichever dialect it is in. No position names two VNFs.
struct VnffgPath {
  std::string name;
  std::vector<std::vector<VnffgStep>> positions;
  std::vector<VnffgMatch> matches;  ///< any of them; none: everything
  bool symmetric = false;
  bool well_formed = true;  ///< nothing was reported that keeps the path from being laid
  SourcePlace at;
};

}  // namespace unf::tosca
