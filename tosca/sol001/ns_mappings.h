#pragma once

#include <span>

#include "tosca/sol001/load_sharing.h"

namespace unf::tosca {

/// Notes in `report` what became of the node templates of an NSD: its VNFs, paths, SAPs and virtual links.
void map_ns_elements(const Document& document, const NsVnfs& vnfs, const LoadSharing& sharing,
                     std::span<const ServiceRequest::Path> paths, Report& report);

}  // namespace unf::tosca
