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

/// Whether clients may ask for this kind of operation on this kind of service: for all of them on a VNF instance, for
/// some on a whole service (OperationTraits::on_whole_services). Errors: unsupported.
[[nodiscard]] Result<void> check_kind(const Service& service, OperationKind kind);

/// What an operation of `kind` with `parameters` (the request's body, as its schema wants it) makes of `service`, whose
/// state allows it. Errors, each with the attribute and what was expected: malformed; not_found for a VNFD; unsupported
/// for what the descriptor or this product does not offer.
[[nodiscard]] Result<Goal> goal_of(const Service& service, OperationKind kind, const nlohmann::json& parameters,
                                   Packages& packages, Descriptors& descriptors);

/// Whether operations of a kind may begin on an instance that is instantiated, or not, as this one is.
[[nodiscard]] bool may_begin(OperationKind kind, const Service& service);

/// Whether an operation may begin in the state that the service is in (SOL003 5.4): it is instantiated or not, as the
/// operation's traits say, and has no other operation that is not ended. Errors: conflict.
[[nodiscard]] Result<void> check_state(const Service& service, OperationKind kind);

/// The package of a `vnfdId` that a client names. Errors: unsupported, if there is none that can be used; unavailable,
/// if there is none yet.
[[nodiscard]] Result<Package> usable_package(Packages& packages, const std::string& tenant, const std::string& vnfd_id);

/// VnfInstance's attributes that say which package it is of.
[[nodiscard]] nlohmann::json vnfd_attributes(const Package& package);

}  // namespace unf::vnfm
