#pragma once

#include <span>

#include "graph/model/service_request.h"
#include "tosca/chain/forms.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"
#include "tosca/text/file_set.h"

namespace unf::tosca {

/// Reads the service that descriptors of SOL006, in the form of ETSI or of OSM, or of OSM's older catalogue describe:
/// the one NSD among `documents`, or the one VNFD as a chain of itself. VNFs are of VNFDs among `documents`, or of
/// TOSCA (`others`). Rules may lie in `files`. Whatever is wrong goes to the problems of `context`; then the result is
/// not to be used.
[[nodiscard]] ServiceRequest read_osm(Documents& context, const FileSet& files,
                                      std::span<const ChainDocument> documents, std::span<const Vnfd> others);

}  // namespace unf::tosca
