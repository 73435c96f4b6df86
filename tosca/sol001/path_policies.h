#pragma once

#include "graph/model/service_request.h"
#include "tosca/sol001/document.h"

namespace unf::tosca {

/// Puts what the policies of a forwarding path say into `path`, which has the name of its node template: the matches of
/// its rules, the least of its latencies, whether it is symmetric, its service path identifier. What is wrong goes to
/// the problems of `documents`.
void read_path_policies(Documents& documents, const Document& document, ServiceRequest::Path& path);

/// Reports policies for forwarding paths that have other targets, or none.
void check_targets_of_path_policies(const Document& document, Problems& problems);

}  // namespace unf::tosca
