#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <memory>
#include <string>

#include "vnfm/lifecycle/grant_client.h"
#include "vnfm/lifecycle/graphs.h"
#include "vnfm/lifecycle/operation_resources.h"
#include "vnfm/lifecycle/operation_store.h"
#include "vnfm/lifecycle/planner.h"
#include "vnfm/lifecycle/scheduler.h"
#include "vnfm/packages/packages.h"

namespace unf::vnfm {

/// Carries out operations, from one state to the next (docs/design/lifecycle.md): a grant is obtained; the desired
/// state of the graphs is planned and stored; the agents apply it; the service's record says so. Each step begins with
/// what the records say, so that any manager can go on after any of them. Calls may come from any thread, one at a time
/// for an operation.
class Execution {
 public:
  using Pause = Scheduler::Pause;
  struct Parts {
    OperationStore& operations;
    Planner& planner;
    Graphs& graphs;
    Packages& packages;
    OperationResources& resources;
    GrantClient& grants;
    Scheduler& scheduler;
    std::chrono::milliseconds patience;  ///< with an agent that cannot be reached
    std::shared_ptr<spdlog::logger> log;
  };
  explicit Execution(Parts parts) : parts_(std::move(parts)) {}

  /// Takes steps until the operation rests or has to wait. Gives how long it has to wait, and changes the turn's
  /// networks to those it waits for.
  [[nodiscard]] Pause carry_on(Scheduler::Turn& turn);

 private:
  Result<Pause> step(Operation& operation);
  Result<Pause> start(Operation& operation, Service& service);
  Result<Pause> obtain_grant(Operation& operation, Service& service);
  Result<Pause> accept_grant(const Granted& granted, Operation& operation, Service& service);
  Result<void> refuse(Operation& operation, Service& service, const Error& error);
  Result<void> plan(Operation& operation, Service& service);
  Result<void> apply_all(Operation& operation, Service& service);
  Result<void> apply(const GraphId& graph, Operation& operation, const Service& service);
  Result<void> complete(Operation& operation, Service& service);
  Result<void> change_package(Update& change, const Operation& operation, const Service& service);
  Result<void> fail_for_now(Operation& operation, Service& service, const Error& error);
  Result<void> undo(Operation& operation, Service& service);

  const Parts parts_;
};

}  // namespace unf::vnfm
