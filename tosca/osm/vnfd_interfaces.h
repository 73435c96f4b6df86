#pragma once

#include "tosca/osm/vnfd_points.h"

namespace unf::tosca {

/// Reads the connection points of OSM's older catalogue: each `interface` of a VDU, which leads to a
/// `connection-point` of the VNF or to a point of an internal link.
[[nodiscard]] OsmPoints read_interfaces(const Value& vnfd, const OsmVdus& vdus, YangReader& reader);

}  // namespace unf::tosca
