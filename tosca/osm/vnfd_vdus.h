#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/yang_reader.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {

inline constexpr std::uint32_t kMaxOsmInstances = 1024;  ///< of a VDU

/// Why a VNF cannot be deployed. That is a problem only if a path goes through the VNF.
struct Refusal {
  SourcePlace at;
  std::string why;
};

/// A VDU, and the map that describes it.
struct OsmVdu {
  VnfModel::Vdu vdu;
  const Value* value = nullptr;
  std::string what;  ///< VDU `fw` of VNFD `v`; for messages
};

/// The VDUs of a VNFD.
struct OsmVdus {
  std::string of;  ///< VNFD `v`; for messages
  std::vector<OsmVdu> all;
  std::set<std::string> names;
  std::vector<Refusal> refusals;  ///< for each VDU that is a physical device
};

/// Reads the VDUs of a VNFD, with their images, CPUs and memory. `of` is the VNFD, for messages.
[[nodiscard]] OsmVdus read_vdus(const Value& vnfd, const std::string& of, OsmDialect dialect, YangReader& reader);

/// The member `key` of `map`, which is to name one of `vdus`. nullptr: it does not, which has been reported.
const Value* vdu_named_by(const Value& map, std::string_view key, const std::string& what, const OsmVdus& vdus,
                          YangReader& reader);

}  // namespace unf::tosca
