#pragma once

#include <span>

#include "graph/model/service_request.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// The service of documents in OpenStack Tacker's older TOSCA: that of the one VNFFGD, or NSD with VNFFGs, among
/// `entries`, or the one VNFD as a chain of itself. Forwarders are VNFDs of Tacker's or of SOL001's (`others`): one by
/// the name that the path has, else the one that has the connection points that the path names. Neutron's ids become
/// endpoints of that name. What is wrong goes to the problems of `documents`; then the result is not to be used.
[[nodiscard]] ServiceRequest read_tacker(Documents& documents, std::span<const Document* const> entries,
                                         std::span<const Vnfd> others);

}  // namespace unf::tosca
