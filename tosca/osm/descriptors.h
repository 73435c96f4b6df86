#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tosca/chain/forms.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Whether a document holds VNFDs or NSDs of SOL006 (OSM's YAML, ETSI's JSON or XML) or of OSM's older catalogue.
[[nodiscard]] bool is_osm(const Value& tree);
/// Whether a text that cannot be parsed was perhaps meant to be such a document.
[[nodiscard]] bool may_be_osm(std::string_view text);

/// The two dialects that OSM's descriptors are written in.
enum class OsmDialect {
  sol006,     ///< ETSI GS NFV-SOL 006, which OSM takes from release nine on
  catalogue,  ///< the `vnfd-catalog` and `nsd-catalog` of OSM's releases before
};

/// A VNFD or NSD in one of the documents.
struct OsmDescriptor {
  const ChainDocument* document = nullptr;
  const Value* value = nullptr;  ///< a map
  OsmDialect dialect = OsmDialect::sol006;
};
/// The descriptors of all documents, as written.
struct OsmDescriptors {
  std::vector<OsmDescriptor> vnfds, nsds;
};
/// Finds the descriptors of `documents`. PNFDs are noted as left out.
[[nodiscard]] OsmDescriptors find_descriptors(std::span<const ChainDocument> documents, Report& report);

}  // namespace unf::tosca
