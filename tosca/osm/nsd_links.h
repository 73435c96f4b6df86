#pragma once

#include <map>
#include <string>

#include "tosca/osm/descriptors.h"
#include "tosca/osm/yang_reader.h"

namespace unf::tosca {

/// A virtual link between the VNFs of a service.
struct ServiceLink {
  std::string network;      ///< of the inventory; empty: the one that is called like the link
  bool management = false;  ///< no packets of users are on it
  SourcePlace at;
};
using ServiceLinks = std::map<std::string, ServiceLink>;  ///< by id

/// Reads the virtual links of an NSD. `of` is the NSD, for messages.
[[nodiscard]] ServiceLinks read_virtual_links(const Value& nsd, const std::string& of, OsmDialect dialect,
                                              YangReader& reader);

}  // namespace unf::tosca
