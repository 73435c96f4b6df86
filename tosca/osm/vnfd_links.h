#pragma once

#include <set>
#include <string>
#include <vector>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/yang_reader.h"
#include "tosca/sol001/vnf_model.h"

namespace unf::tosca {

/// The virtual links inside of a VNF.
struct InternalLinks {
  std::vector<VnfModel::VirtualLink> all;
  std::set<std::string> names;
};

/// Reads the internal links of a VNFD. `of` is the VNFD, for messages.
[[nodiscard]] InternalLinks read_internal_links(const Value& vnfd, const std::string& of, OsmDialect dialect,
                                                YangReader& reader);

}  // namespace unf::tosca
