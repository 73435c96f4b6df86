#pragma once

#include <string>

#include "tosca/osm/nsd_links.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// Reads the VNFs of SOL006: each `vnf-profile` of a `df`, and which of `links` its connection points are on. `of` is
/// the NSD, for messages.
[[nodiscard]] ConstituentVnfs read_vnf_profiles(const Value& df, const std::string& of, const ServiceLinks& links,
                                                YangReader& reader);

}  // namespace unf::tosca
