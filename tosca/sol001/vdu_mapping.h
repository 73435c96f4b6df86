#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tosca/sol001/image_map.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {

struct MappedVdus {
  std::map<std::string, std::vector<std::string>> nodes;  ///< in place of each VDU
  std::set<std::string, std::less<>> points;              ///< connection points that packets pass
};

/// Puts uNFs in place of the VDUs of `model`, as the image map has them, into `vnf`: nodes, edges, inputs and outputs.
/// A VDU is looked for by `VNF/VDU` where `vnf` has a name, the additional capabilities it requests, its images, its
/// name. Connection points lead packets by the VDU's template; an internal virtual link joins what comes out of VDUs
/// with the one that takes it in. What has no template, and points that cannot be joined, are reported.
[[nodiscard]] MappedVdus map_vdus(Report& report, const VnfModel& model, const ImageMap& images,
                                  ServiceRequest::Vnf& vnf, Artifacts& artifacts);

}  // namespace unf::tosca
