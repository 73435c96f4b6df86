#pragma once

#include <string>
#include <vector>

#include "tosca/chain/forms.h"
#include "tosca/osm/load_sharing.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnffg_path.h"
#include "tosca/osm/yang_reader.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// Reads each `nfpd` of a SOL006 `vnffgd`. Positions that deal flows over VNFs go to `sharing`. Rules may lie in
/// `files`, in the package of `document`.
[[nodiscard]] std::vector<VnffgPath> read_nfpds(const Value& vnffgd, const ConstituentVnfs& vnfs, const FileSet& files,
                                                const ChainDocument& document, YangReader& reader,
                                                OsmLoadSharing& sharing);

}  // namespace unf::tosca
