#pragma once

#include <optional>
#include <string>

#include "tosca/osm/nsd_links.h"
#include "tosca/osm/nsd_vnfs.h"
#include "tosca/osm/vnf_binder.h"
#include "tosca/osm/vnffg_path.h"

namespace unf::tosca {

/// The path of a service without a vnffgd: the one chain that its virtual links make of all its VNFs, each of which has
/// two connection points that are not for management. `name` and `at` are the service's. nullopt: reported.
[[nodiscard]] std::optional<VnffgPath> path_along_links(const std::string& name, const SourcePlace& at,
                                                        const ConstituentVnfs& vnfs, const ServiceLinks& links,
                                                        VnfBinder& binder, Problems& problems);

/// The path of a VNFD without an NSD: through `vnf`, between its first two connection points that are not for
/// management. nullopt: reported.
[[nodiscard]] std::optional<VnffgPath> path_through(const ConstituentVnf& vnf, VnfBinder& binder, Problems& problems);

}  // namespace unf::tosca
