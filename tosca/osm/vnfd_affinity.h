#pragma once

#include <span>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/osm/vnfd_profiles.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// Reads which VDUs of a `df` are to run together or apart: the rules that each of `profiles` has for the instances of
/// its own VDU, then the groups of VDUs. `of` is the flavour, for messages.
[[nodiscard]] std::vector<ServiceRequest::Affinity> read_affinity(const Value& df, const std::string& of,
                                                                  std::span<const VduProfile> profiles,
                                                                  YangReader& reader);

}  // namespace unf::tosca
