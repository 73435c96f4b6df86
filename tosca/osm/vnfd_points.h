#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/vnfd_links.h"
#include "tosca/osm/vnfd_vdus.h"
#include "tosca/osm/yang_reader.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {

/// The connection points of a VNFD.
struct OsmPoints {
  std::vector<VnfModel::ConnectionPoint> all;  ///< an external one has the name that it has outside
  std::vector<std::string> external;           ///< the names of the external ones, as written
  std::set<std::string> management;            ///< the names of those that are for management
  std::vector<Refusal> refusals;               ///< for each external one that leads nowhere
};

/// Whether the name or the role of a connection point says that it is for management.
[[nodiscard]] bool is_for_management(std::string_view name, std::string_view role);

/// Reads the connection points of a VNFD, of its VDUs and of the VNF. No two have the same name, nor the name of a VDU.
[[nodiscard]] OsmPoints read_points(const Value& vnfd, const OsmVdus& vdus, const InternalLinks& links,
                                    OsmDialect dialect, YangReader& reader);

}  // namespace unf::tosca
