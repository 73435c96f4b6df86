#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tosca/osm/vnfd_vdus.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// What a deployment flavour says of one VDU.
struct VduProfile {
  std::string vdu;
  std::optional<std::uint32_t> least;  ///< instances; nullopt: the profile does not say
  const Value* value = nullptr;
};

/// Reads the VDU profiles of a `df`, as written. `of` is the flavour, for messages.
[[nodiscard]] std::vector<VduProfile> read_vdu_profiles(const Value& df, const std::string& of, const OsmVdus& vdus,
                                                        YangReader& reader);

}  // namespace unf::tosca
