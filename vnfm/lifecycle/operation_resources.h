#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "vnfm/lifecycle/descriptors.h"
#include "vnfm/lifecycle/planner.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/vnfcs.h"

namespace unf::vnfm {

/// What operations do to the resources of VNF instances: VNFCs and external links. Calls may come from any thread.
class OperationResources {
 public:
  explicit OperationResources(Descriptors& descriptors) : descriptors_(descriptors) {}

  /// The VNFCs of `service` as it is `desired`. Empty: it is not instantiated, or its descriptor cannot be read.
  [[nodiscard]] std::vector<Vnfc> vnfcs(const Service& service, const std::optional<Desired>& desired);
  /// AffectedVnfc (SOL003 5.5.3.13) of what an operation changes; `before` and `after`: the plans that the service is
  /// deployed by, null: none.
  [[nodiscard]] nlohmann::json affected(const Operation& operation, const Service& service, const Plan* before,
                                        const Plan* after);
  /// Notes in the operation's outcome what it changes.
  void note_changes(Operation& operation, const Service& service, const Planner::Replanned& replanned);
  /// Notes in the operation's outcome what the uNFs that left have counted; `departed`: as add_last_counts wants it.
  void note_departed(Operation& operation, const Service& service, const std::string& departed);

 private:
  Descriptors& descriptors_;
};

}  // namespace unf::vnfm
