#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/sol001/image_map.h"
#include "tosca/sol001/vnf_model.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// A VNF of a chain.
struct ChainVnf {
  /// With its graph, or without where that comes from `model`; then scaling, levels and affinity name VDUs.
  ServiceRequest::Vnf vnf;
  std::optional<VnfModel> model;
};

/// A VNF that a path goes through, and the connection points that packets come in and go out by. Empty: its only ones.
struct ChainHop {
  std::string vnf;
  std::string in, out;
  SourcePlace at;
};

struct ChainPath {
  std::string name;
  std::optional<std::uint32_t> spi;
  ServiceRequest::Endpoint in, out;
  std::vector<Match> matches;  ///< any of them; none: everything
  std::vector<ChainHop> hops;
  bool symmetric = false;
  std::optional<Nanoseconds> max_latency;
  SourcePlace at;
};

/// What descriptions of service chains have in common, whichever form they are written in.
struct Chain {
  std::string name;
  std::vector<ChainVnf> vnfs;
  std::vector<ChainPath> paths;
  Artifacts artifacts;
  SourcePlace at;
};

/// The service of a chain: VDUs become what `images` has for them, between the connection points that paths use; VNFs
/// that no path goes through are left out. A VNF with one input and one output is gone through from the one to the
/// other, whatever points paths name; of any other, paths name inputs and outputs. What is wrong goes to `report`; then
/// the result is not to be used.
[[nodiscard]] ServiceRequest service_of(Chain chain, const ImageMap& images, Report& report);

}  // namespace unf::tosca
