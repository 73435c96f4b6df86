#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/osm/descriptors.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {

/// What a VNFD of SOL006, or of OSM's older catalogue, says of its VNF.
struct OsmVnfd {
  /// A deployment flavour: scaling, levels and affinity, which name VDUs.
  struct Flavour {
    std::string id;
    ServiceRequest::Vnf scaling;
    std::set<std::string> vdus;  ///< that it has; empty: all
  };

  std::string id;
  VnfModel model;                     ///< an external connection point has the name of its ext-cpd
  std::vector<Flavour> flavours;      ///< as written; one at least
  std::vector<std::string> external;  ///< connection points, as written
  std::set<std::string> management;   ///< those of them that are for management
  std::vector<std::string> data;      ///< the others
  std::vector<std::pair<SourcePlace, std::string>> refusals;  ///< why it cannot be deployed, if a path goes through it
  std::string_view file;
  SourcePlace at;
};

[[nodiscard]] OsmVnfd read_osm_vnfd(const OsmDescriptor& descriptor, Report& report);

}  // namespace unf::tosca
