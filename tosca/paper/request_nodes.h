#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/paper/template_graph.h"
#include "tosca/sol001/document.h"
#include "tosca/sol001/vnfd.h"

namespace unf::tosca {

/// What links and paths of an SFC request are between: its VNFs and endpoints, as written.
struct RequestNodes {
  std::vector<ServiceRequest::Vnf> vnfs;
  std::vector<ServiceRequest::Endpoint> endpoints;

  /// nullptr: there is none.
  [[nodiscard]] const ServiceRequest::Vnf* vnf(std::string_view name) const;
  [[nodiscard]] bool has_endpoint(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> names() const;
};

/// Templates by name.
using PaperTemplates = std::map<std::string, PaperTemplate, std::less<>>;

/// Reads `nodes` and `endpoints` of `sfc`. A node is a VNF by one of `templates`, else by one of `vnfds`. Files that
/// uNFs are configured with go to `artifacts`, errors to the problems of `context`.
[[nodiscard]] RequestNodes read_request_nodes(const Value& sfc, const PaperTemplates& templates,
                                              std::span<const Vnfd> vnfds, Documents& context, Artifacts& artifacts);

}  // namespace unf::tosca
