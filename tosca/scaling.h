#pragma once

#include "graph/model/service_request.h"
#include "tosca/document.h"

namespace unf::tosca {

/// How the VNF that `document` implements scales: its aspects, what each step adds, how many instances there are at
/// first, its instantiation levels (SOL001 6.10). What is wrong goes to the problems of `documents`.
void read_scaling(Documents& documents, const Document& document, ServiceRequest::Vnf& vnf);

}  // namespace unf::tosca
