#include "vnfm/lifecycle/grant_client.h"

#include "vnfm/failpoint/failpoint.h"
#include "vnfm/lifecycle/grants.h"

namespace unf::vnfm {
using nlohmann::json;

bool GrantClient::is_wanted(const Operation& operation, const Service& service) const {
  return parts_.nfvo != nullptr && service.is_vnf() && !operation.grant.contains("id");
}

Result<GrantAnswer> GrantClient::ask(const Operation& operation, const Service& service) {
  const auto attempt = [&] {
    failpoint("before_grant_request");
    auto answer = operation.grant.contains("pending") ? parts_.nfvo->poll_grant(operation.grant["pending"])
                                                      : parts_.nfvo->request_grant(request_of(operation, service));
    failpoint("after_grant_answer");
    return answer;
  };
  const auto passes = [](const Error& error) { return error.code == Errc::unavailable; };
  return parts_.scheduler.patiently(operation.id, parts_.patience, attempt, passes)
      .and_then([&](GrantAnswer answer) -> Result<GrantAnswer> {
        const auto* granted = std::get_if<Granted>(&answer);
        if (granted == nullptr || granted->grant["vnfLcmOpOccId"] == operation.id) return answer;
        return fail(Errc::malformed, "the NFVO grants vnfLcmOpOccId {}, expected {}",
                    granted->grant["vnfLcmOpOccId"].get<std::string>(), operation.id);
      });
}

json GrantClient::request_of(const Operation& operation, const Service& service) {
  const auto graph = parts_.planner.graph_of(service).second;
  const auto* now = graph == nullptr ? nullptr : graph->parsed.get();
  const auto changes = parts_.resources.affected(operation, service, now, nullptr);
  auto request = grant_request(operation, service, changes, parts_.root);
  if (!operation.target) return request;
  const auto described = parts_.descriptors.of(service.tenant, *operation.target);
  if (!described) return request;
  auto constraints = placement_constraints((*described)->vnfs.front().affinity,
                                           parts_.resources.vnfcs(service, operation.target), changes, now);
  if (!constraints.empty()) request["placementConstraints"] = std::move(constraints);
  return request;
}

}  // namespace unf::vnfm
