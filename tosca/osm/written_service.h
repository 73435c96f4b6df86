#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/load_sharing.h"
#include "tosca/osm/nsd_links.h"
#include "tosca/osm/nsd_saps.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnffg_path.h"
#include "tosca/text/file_set.h"
#include "tosca/text/report.h"

namespace unf::tosca {

/// A network service as its NSD describes it, whichever dialect the NSD is in.
struct WrittenService {
  std::string name;
  ConstituentVnfs vnfs;
  ServiceLinks links;
  ServiceSaps saps;
  bool has_vnffgd = false;  ///< false: its virtual links say where packets go
  std::vector<VnffgPath> paths;
  OsmLoadSharing sharing;
  SourcePlace at;
};

/// Reads an NSD. Rules of its paths may lie in `files`. nullopt: the NSD has no `df`, which has been reported. Whatever
/// else is wrong is reported too.
[[nodiscard]] std::optional<WrittenService> read_nsd(const OsmDescriptor& descriptor, const FileSet& files,
                                                     Report& report);

}  // namespace unf::tosca
