#pragma once

#include <vector>

#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnffg_path.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// Reads each rendered service path (`rsp`) of a `vnffgd` of OSM's older catalogue, with the matches of the classifiers
/// that lead to the path.
[[nodiscard]] std::vector<VnffgPath> read_rsps(const Value& vnffgd, const ConstituentVnfs& vnfs, YangReader& reader);

}  // namespace unf::tosca
