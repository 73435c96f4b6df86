#pragma once

#include <span>

#include "graph/model/service_request.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// How the VNF that `document` implements scales by `policies`, the targets of which are uNFs: its aspects, what each
/// step adds, how many instances there are at first, its instantiation levels (SOL001 6.10). What is wrong goes to the
/// problems of `documents`.
void read_scaling(Documents& documents, const Document& document, std::span<const Policy> policies,
                  ServiceRequest::Vnf& vnf);

}  // namespace unf::tosca
