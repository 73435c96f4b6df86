#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tosca/chain/chain.h"
#include "tosca/osm/nsd_saps.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnf_binder.h"
#include "tosca/osm/vnffg_path.h"

namespace unf::tosca {

inline constexpr std::size_t kMaxOsmHops = 4096;  ///< of all paths

/// The paths of a chain, and what of the NSD became the endpoints of these paths.
struct LaidPaths {
  std::vector<ChainPath> paths;
  std::set<std::string> used_links, used_saps;
  std::set<std::string> sources;  ///< VNFs that packets come from, but that no path goes through
};

/// Lays `paths` between VNFs, which are bound: works out the connection points that steps leave open, and where the
/// first and the last lead. A path whose packets come from several places becomes several.
[[nodiscard]] LaidPaths lay_paths(std::span<const VnffgPath> paths, const ConstituentVnfs& vnfs,
                                  const ServiceLinks& links, const ServiceSaps& saps, VnfBinder& binder,
                                  Problems& problems);

}  // namespace unf::tosca
