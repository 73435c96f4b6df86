#pragma once

#include <span>

#include "graph/model/service_request.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// Whether the document describes a network service: it has an NS, its virtual links, SAPs or forwarding paths.
[[nodiscard]] bool is_nsd(Documents& documents, const Document& document);

/// The service that an NSD describes, each of its VNFs bound to one of `vnfds`. What is wrong goes to the problems of
/// `documents`; then the result is not to be used.
[[nodiscard]] ServiceRequest read_nsd(Documents& documents, const Document& document, std::span<const Vnfd> vnfds);

/// The service of one VNF that a VNFD alone describes: the VNF's ports are the endpoints, and all packets pass. What is
/// wrong goes to the problems of `documents`; then the result is not to be used.
[[nodiscard]] ServiceRequest read_single_vnf(Documents& documents, const Vnfd& vnfd);

}  // namespace unf::tosca
