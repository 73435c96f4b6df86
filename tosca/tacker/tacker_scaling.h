#pragma once

#include "graph/model/service_request.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Adds the scaling aspect of a policy of type tosca.policies.tacker.Scaling to `vnf`, whose scaling names VDUs. From
/// the least instances on, each step adds as many as the policy says; the VNF starts with the policy's default. What is
/// wrong goes to the problems of `documents`.
void read_tacker_scaling(Documents& documents, const Document& document, const Policy& policy,
                         ServiceRequest::Vnf& vnf);

}  // namespace unf::tosca
