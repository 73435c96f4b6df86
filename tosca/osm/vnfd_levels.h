#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "graph/model/service_request.h"
#include "tosca/osm/vnfd_profiles.h"
#include "tosca/osm/vnfd_vdus.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

inline constexpr std::size_t kMaxOsmLevels = 256;  ///< of a flavour

/// How many instances a flavour may start with. Its members are those of ServiceRequest::Vnf.
struct InstantiationLevels {
  std::string level;
  std::map<std::string, std::uint32_t> initial;
  std::map<std::string, std::map<std::string, std::uint32_t>> levels, level_instances;
};

/// Reads the instantiation levels of `df`, which are `values`, and works out from them and from `profiles` how many
/// instances each VDU has at scale level 0. A level that names instances alone stands for the scale levels of `aspects`
/// that give these instances. `of` is the flavour, for messages.
[[nodiscard]] InstantiationLevels read_instantiation_levels(const Value& df, std::span<const Value* const> values,
                                                            const std::string& of, const OsmVdus& vdus,
                                                            std::span<const VduProfile> profiles,
                                                            std::span<const ServiceRequest::ScalingAspect> aspects,
                                                            YangReader& reader);

}  // namespace unf::tosca
