#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/osm/descriptors.h"
#include "tosca/osm/vnfd_vdus.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// A deployment flavour of a VNFD.
struct OsmFlavour {
  std::string id;
  ServiceRequest::Vnf scaling;     ///< aspects, levels and affinity, which name VDUs
  std::set<std::string> vdus;      ///< that it has; empty: all
  std::optional<Refusal> refusal;  ///< where it is of Kubernetes
};

/// Reads the flavours of a VNFD, as written. A VNFD without any, and one of the older catalogue, has one, `default`.
[[nodiscard]] std::vector<OsmFlavour> read_flavours(const Value& vnfd, const OsmVdus& vdus, OsmDialect dialect,
                                                    YangReader& reader);

}  // namespace unf::tosca
