#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tosca/chain/chain.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnffg_path.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// VNFs over which a path deals its flows. The first of them runs for all, with as many instances as all have.
struct OsmLoadSharing {
  std::map<std::string, std::set<std::string>> groups;  ///< the first VNF -> those that it runs for, itself among them
  std::map<std::string, std::string> runs_as;           ///< any other VNF -> the one that runs for it
};

/// Has the VNF of the first of `steps` run for `names`, the VNFs of all steps of a position, which is `what`. False:
/// the VNFs cannot share, which has been reported.
[[nodiscard]] bool share_load(const Value& position, const std::string& what, std::span<const VnffgStep> steps,
                              const std::set<std::string>& names, const ConstituentVnfs& vnfs, Report& report,
                              OsmLoadSharing& sharing);

/// Gives VNFs that run for others the instances of all.
void add_instances(const OsmLoadSharing& sharing, std::vector<ChainVnf>& vnfs);

}  // namespace unf::tosca
