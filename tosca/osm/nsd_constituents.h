#pragma once

#include <string>

#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// Reads the VNFs of OSM's older catalogue: each `constituent-vnfd` of an NSD, and the connection points of VNFs that
/// each `vld` lists. `of` is the NSD, for messages.
[[nodiscard]] ConstituentVnfs read_constituent_vnfds(const Value& nsd, const std::string& of, YangReader& reader);

}  // namespace unf::tosca
