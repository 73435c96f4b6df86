#pragma once

#include <string>
#include <vector>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/vnfd_flavour.h"
#include "tosca/osm/vnfd_vdus.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {

/// What a VNFD of SOL006 or of OSM's older catalogue says of its VNF.
struct OsmVnfd {
  std::string id;
  VnfModel model;                     ///< an external connection point has the name of its ext-cpd
  std::vector<OsmFlavour> flavours;   ///< as written; one at least
  std::vector<std::string> external;  ///< connection points, as written
  std::vector<std::string> data;      ///< those of `external` that are not for management
  std::vector<Refusal> refusals;
  SourcePlace at;
};

/// Reads a VNFD, step by step. Whatever is wrong goes to the report; then the result is not to be used.
[[nodiscard]] OsmVnfd read_osm_vnfd(const OsmDescriptor& descriptor, Report& report);

}  // namespace unf::tosca
