#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vnfm/lifecycle/descriptors.h"
#include "vnfm/lifecycle/execution.h"
#include "vnfm/lifecycle/goal.h"
#include "vnfm/lifecycle/grant_client.h"
#include "vnfm/lifecycle/graphs.h"
#include "vnfm/lifecycle/operation_resources.h"
#include "vnfm/lifecycle/operation_store.h"
#include "vnfm/lifecycle/planner.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/scheduler.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/nfvo/nfvo.h"
#include "vnfm/packages/packages.h"

namespace unf::vnfm {

struct LifecycleConfig {
  /// How long an agent or the NFVO may be out of reach before the operation that needs it counts as failed.
  std::chrono::milliseconds patience{60'000};
  std::chrono::milliseconds converge_every{5'000};  ///< how often hosts are compared with their desired state
  std::size_t workers = 4;                          ///< operations at a time
  std::size_t keep = 10'000;                        ///< ended operations that are remembered of each tenant
};

/// The lifecycle of services: of VNF instances (ETSI GS NFV-SOL 003 5), and of the services that `vnfm deploy` deploys.
/// An operation is accepted in one transaction. The desired state of each graph that it changes is stored before any
/// agent hears of it, so that a manager that takes over can finish the operation (docs/design/lifecycle.md). Operations
/// on services that share a graph are carried out one after another, in the order in which they were accepted. An
/// operation that fails leaves its service as it was before it. If there is an NFVO that grants operations, an
/// operation on a VNF instance begins once it is granted (SOL003 5.4). Calls may come from any thread. Errors of all:
/// as Store.
class Lifecycle {
 public:
  struct Parts {
    std::shared_ptr<LedStore> store;
    Packages& packages;
    Graphs& graphs;
    Subscriptions& subscriptions;
    Nfvo* grants = nullptr;  ///< who grants operations; null: nobody is asked
    std::string root;        ///< of our resources, as a grant's request links to them: `http://HOST:PORT`
    Catalog catalog;
    tosca::ImageMap images{};
    std::shared_ptr<spdlog::logger> log;
  };

  /// Goes on with operations that are not ended, and has `graphs` converge. The parts outlive it.
  [[nodiscard]] static Result<std::unique_ptr<Lifecycle>> open(Parts parts, LifecycleConfig config = {});
  /// Waits for the answers of agents that are being asked. Operations that are not ended go on after the next start.
  ~Lifecycle();
  Lifecycle(const Lifecycle&) = delete;
  Lifecycle& operator=(const Lifecycle&) = delete;

  // ---- VNF instances

  /// An instance, NOT_INSTANTIATED, of the VNFD `vnfd_id`; `info`: vnfInstanceName, vnfInstanceDescription, metadata.
  /// Errors: those of usable_package.
  [[nodiscard]] Result<Service> create(const std::string& tenant, const std::string& vnfd_id,
                                       const nlohmann::json& info);
  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Service> find(const std::string& tenant, const std::string& id) const {
    return operations_.find_service(tenant, id);
  }
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] Result<std::vector<Service>> list(const std::string& tenant, const std::string& after,
                                                  std::size_t limit) const {
    return operations_.list_services(tenant, after, limit);
  }
  /// Removes an instance that was found. Errors: conflict, if it is instantiated, has an operation, or has changed
  /// since.
  [[nodiscard]] Result<void> remove(const Service& service);
  /// What the service's package says of it, in its flavour. Errors: as Descriptors::of; conflict, if the service is not
  /// instantiated.
  [[nodiscard]] Result<Descriptors::Described> described(const Service& service);
  /// The graph that a service is part of. Null: none.
  [[nodiscard]] std::pair<GraphId, std::shared_ptr<const Graph>> graph_of(const Service& service) const {
    return planner_.graph_of(service);
  }

  // ---- operation occurrences

  /// Accepts an operation on a service that was found; `parameters` as the operation's schema wants them. Errors:
  /// conflict, if the service's state does not allow it or the service has changed since; those of goal_of.
  [[nodiscard]] Result<Operation> begin(const Service& service, OperationKind kind, const nlohmann::json& parameters);
  [[nodiscard]] Result<Operation> find_operation(const std::string& tenant, const std::string& id) const {
    return operations_.find(tenant, id);
  }
  [[nodiscard]] Result<std::vector<Operation>> list_operations(const std::string& tenant, const std::string& after,
                                                               std::size_t limit) const {
    return operations_.list(tenant, after, limit);
  }
  /// Each takes an operation that is FAILED_TEMP: `retry` tries again, `roll_back` undoes it, `give_up` leaves it
  /// FAILED. Errors: conflict in another state.
  [[nodiscard]] Result<Operation> retry(const std::string& tenant, const std::string& id);
  [[nodiscard]] Result<Operation> roll_back(const std::string& tenant, const std::string& id);
  [[nodiscard]] Result<Operation> give_up(const std::string& tenant, const std::string& id);
  /// Asks an operation that is STARTING, PROCESSING or ROLLING_BACK to end. `mode`: GRACEFUL or FORCEFUL. Errors:
  /// conflict in another state.
  [[nodiscard]] Result<Operation> cancel(const std::string& tenant, const std::string& id, const std::string& mode);
  /// As find_operation, once the operation rests or `patience` is over.
  [[nodiscard]] Result<Operation> wait(const std::string& tenant, const std::string& id,
                                       std::chrono::milliseconds patience = std::chrono::hours{24});

  // ---- whole services

  /// Deploys the service that `files` describe as `name` (empty: under the name in the description) and waits until it
  /// runs. Errors, which leave no service behind: malformed for a bad description; conflict, if there is one of that
  /// name; those of the agent.
  [[nodiscard]] Result<Service> deploy(const std::string& tenant, const tosca::FileSet& files, const std::string& name,
                                       const graph::CompileOptions& options);
  /// Waits for the operation on the service, if there is one, terminates the service and waits until that is done; a
  /// termination that failed is retried. A deployed service is gone then. Errors: not_found; those of the agent: then
  /// the service is still there.
  [[nodiscard]] Result<void> terminate(const std::string& tenant, const std::string& id);

 private:
  Lifecycle(Parts parts, const LifecycleConfig& config);
  Result<void> take_up();

  Result<Operation> accept(const Service& service, OperationKind kind, const nlohmann::json& parameters, Goal goal);
  void enqueue(const Service& service, const Operation& operation);
  Result<Operation> leave_failed_temp(const std::string& tenant, const std::string& id, OperationEvent event);
  Result<Operation> try_to_leave_failed_temp(const std::string& tenant, const std::string& id, OperationEvent event);

  const Parts parts_;
  LedStore& store_;
  Texts& texts_;
  Descriptors descriptors_;
  Planner planner_;
  Scheduler scheduler_;
  OperationStore operations_;
  OperationResources resources_;
  GrantClient grants_;
  Execution execution_;
};

}  // namespace unf::vnfm
