#pragma once

#include "tosca/osm/vnfd_points.h"

namespace unf::tosca {

/// Reads the connection points of SOL006: each `int-cpd` of a VDU, and each `ext-cpd`, which leads to an `int-cpd` or
/// an internal link.
[[nodiscard]] OsmPoints read_cpds(const Value& vnfd, const OsmVdus& vdus, const InternalLinks& links,
                                  YangReader& reader);

}  // namespace unf::tosca
