#include "vnfm/lifecycle/operation_resources.h"

#include <algorithm>

#include "vnfm/lifecycle/outcome.h"

namespace unf::vnfm {
using nlohmann::json;

std::vector<Vnfc> OperationResources::vnfcs(const Service& service, const std::optional<Desired>& desired) {
  if (!desired) return {};
  const auto described = descriptors_.of(service.tenant, *desired);
  return described ? vnfcs_of(service.id, **described, *desired) : std::vector<Vnfc>{};
}

json OperationResources::affected(const Operation& operation, const Service& service, const Plan* before,
                                  const Plan* after) {
  return affected_vnfcs(vnfcs(service, service.desired), vnfcs(service, operation.target),
                        traits_of(operation.kind).renews_vnfcs, before, after);
}

void OperationResources::note_changes(Operation& operation, const Service& service,
                                      const Planner::Replanned& replanned) {
  if (!service.is_vnf()) return;
  operation.outcome["resourceChanges"]["affectedVnfcs"] =
      affected(operation, service, replanned.before.get(), replanned.after.get());
  if (!service.desired || !operation.target) return;
  const auto& before = service.desired->links;
  auto changed = operation.target->links;
  std::erase_if(changed.get_ref<json::array_t&>(),
                [&](const json& link) { return std::ranges::find(before, link) != before.end(); });
  if (!changed.empty()) operation.outcome["changedExtConnectivity"] = ext_virtual_link_info(changed);
}

void OperationResources::note_departed(Operation& operation, const Service& service, const std::string& departed) {
  const auto counts = json::parse(departed, nullptr, false);
  const auto changes = operation.outcome.find("resourceChanges");
  if (!counts.is_object() || changes == operation.outcome.end() || !service.desired) return;
  if (const auto described = descriptors_.of(service.tenant, *service.desired)) {
    add_last_counts((*changes)["affectedVnfcs"], service.id, (*described)->vnfs.front().name, counts);
  }
}

}  // namespace unf::vnfm
