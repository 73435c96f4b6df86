#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vnfm/lifecycle/ended_operations.h"
#include "vnfm/lifecycle/graphs.h"
#include "vnfm/lifecycle/planner.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/scheduler.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/lifecycle/update.h"

namespace unf::vnfm {

/// The records of operations and of the services they change. Each change of an operation's state is one transaction
/// together with its service's record and the notifications of it. Calls may come from any thread. Errors of all: as
/// Store; conflict, if a record has changed since it was read.
class OperationStore {
 public:
  struct Parts {
    LedStore& store;
    Planner& planner;
    Graphs& graphs;
    Subscriptions& subscriptions;
    Scheduler& scheduler;
    std::shared_ptr<spdlog::logger> log;
  };
  /// Of each tenant, `keep` ended operations are remembered.
  OperationStore(Parts parts, std::size_t keep) : parts_(std::move(parts)), ended_(parts_.store, keep) {}

  /// Takes up which operations have ended.
  [[nodiscard]] Result<void> take_up() { return ended_.take_up(); }

  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Service> find_service(const std::string& tenant, const std::string& id) const;
  [[nodiscard]] Result<Operation> find(const std::string& tenant, const std::string& id) const;
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] Result<std::vector<Service>> list_services(const std::string& tenant, const std::string& after,
                                                           std::size_t limit) const;
  [[nodiscard]] Result<std::vector<Operation>> list(const std::string& tenant, const std::string& after,
                                                    std::size_t limit) const;
  /// As find, of an operation to which `event` can happen. Errors: also conflict: it is in another state.
  [[nodiscard]] Result<Operation> find_before(OperationEvent event, const std::string& tenant,
                                              const std::string& id) const;

  /// A new operation on `service`, whose record may be new, too.
  [[nodiscard]] Result<void> add(Operation& operation, Service& service);
  /// Stores `change` and the two records in their present state.
  [[nodiscard]] Result<void> keep(Update& change, Operation& operation, Service& service);
  /// As keep, after `event` has happened to the operation.
  [[nodiscard]] Result<void> enter(Update& change, Operation& operation, Service& service, OperationEvent event);
  /// As enter, for an event that ends the operation and leaves the service as it was.
  [[nodiscard]] Result<void> end(Operation& operation, Service& service, OperationEvent event,
                                 std::optional<Error> error);
  /// Adds to `change` that nobody knows those of an operation's graphs any more that are without services; their hosts
  /// have ended them.
  void forget_empty_graphs(Update& change, const Operation& operation);

 private:
  const Parts parts_;
  EndedOperations ended_;
};

}  // namespace unf::vnfm
