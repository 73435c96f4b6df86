#pragma once

#include "graph/model/service_request.h"
#include "vnfm/lifecycle/descriptors.h"
#include "vnfm/lifecycle/records.h"

namespace unf::vnfm {

/// What an operation makes of a VNF instance.
struct Goal {
  std::optional<Desired> desired;  ///< none: not instantiated
  nlohmann::json info;             ///< null: as it is
  bool changes_graph = true;
};

/// What of a service can change while it runs: all of a VNF instance; scale levels and configuration of a whole
/// service, which can be healed, too, and terminated. Errors: unsupported.
[[nodiscard]] Result<void> check_kind(const Service& service, const std::string& type);

/// What operation `type` with `parameters` (the request's body, as its schema wants it) makes of `service`, whose state
/// allows it. Errors, each with the attribute and what was expected: malformed; not_found for a VNFD; unsupported for
/// what the descriptor or this product does not offer.
[[nodiscard]] Result<Goal> goal_of(const Service& service, const std::string& type, const nlohmann::json& parameters,
                                   Packages& packages, Descriptors& descriptors);

/// Whether an operation may begin in this state (SOL003 5.4): INSTANTIATE wants NOT_INSTANTIATED, MODIFY_INFO either,
/// others INSTANTIATED; none another that is not ended. Errors: conflict.
[[nodiscard]] Result<void> check_state(const Service& service, const std::string& type);

/// The package of a `vnfdId` that a client names. Errors: unsupported, if there is none that can be used; unavailable,
/// if there is none yet.
[[nodiscard]] Result<Package> usable_package(Packages& packages, const std::string& tenant, const std::string& vnfd_id);

/// VnfInstance's attributes that say which package it is of.
[[nodiscard]] nlohmann::json vnfd_attributes(const Package& package);

}  // namespace unf::vnfm
