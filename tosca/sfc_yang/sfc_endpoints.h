#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/model/service_request.h"
#include "tosca/sfc_yang/sfc_functions.h"
#include "tosca/text/report.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// The endpoints that packets come in and go out by where no classifier says otherwise.
inline constexpr auto kSfcIn = "in", kSfcOut = "out";

/// The endpoints of a service: interfaces and bridges of forwarders that classifiers are attached to. An endpoint is
/// called like its interface, or, if another node has one of that name, like its network `NODE.INTERFACE`.
class SfcEndpoints {
 public:
  SfcEndpoints(const SfcFunctions& functions, Report& report) : functions_(functions), report_(report) {}

  /// Where a classifier sees packets; kSfcIn if it does not say.
  [[nodiscard]] std::vector<ServiceRequest::Endpoint> of(const Value& classifier);

 private:
  const SfcFunctions& functions_;
  Report& report_;
  std::map<std::string, std::string> networks_{{kSfcIn, kSfcIn}, {kSfcOut, kSfcOut}};  ///< by name of the endpoint
};

}  // namespace unf::tosca
