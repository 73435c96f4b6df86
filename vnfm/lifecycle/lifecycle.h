#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "vnfm/lifecycle/descriptors.h"
#include "vnfm/lifecycle/ended_operations.h"
#include "vnfm/lifecycle/goal.h"
#include "vnfm/lifecycle/graphs.h"
#include "vnfm/lifecycle/planner.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/subscriptions.h"
#include "vnfm/lifecycle/vnfcs.h"
#include "vnfm/nfvo/nfvo.h"
#include "vnfm/packages/packages.h"

namespace unf::vnfm {

struct LifecycleConfig {
  /// How long an agent or the NFVO may be out of reach before the operation that needs it counts as failed.
  std::chrono::milliseconds patience{60'000};
  std::chrono::milliseconds converge_every{5'000};  ///< how often drift is looked for
  std::size_t workers = 4;                          ///< operations at a time
  std::size_t keep = 10'000;                        ///< ended operations that are remembered, of a tenant
};

/// The lifecycle of services: VNF instances (ETSI GS NFV-SOL 003 5) and what `vnfm deploy` deploys. An operation is
/// accepted in one transaction; what it wants of which graph is stored before any agent hears of it, and is made so,
/// also by a manager that takes over. Operations on services that share a graph are carried out one after another, in
/// the order in which they were accepted. One that fails leaves its service as it was before it. Where
/// there is an NFVO that grants, an operation on a VNF instance begins once it has (SOL003 5.4). Calls may come from
/// any thread. Errors of all: as Store.
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

  /// Goes on with what is not ended, and has `graphs` converge. The parts outlive it.
  [[nodiscard]] static Result<std::unique_ptr<Lifecycle>> open(Parts parts, LifecycleConfig config = {});
  /// Ends after what agents are being asked; what is not ended is gone on with after the next start.
  ~Lifecycle();
  Lifecycle(const Lifecycle&) = delete;
  Lifecycle& operator=(const Lifecycle&) = delete;

  // ---- VNF instances

  /// An instance, NOT_INSTANTIATED, of the VNFD `vnfd_id`; `info`: vnfInstanceName, vnfInstanceDescription, metadata.
  /// Errors: those of usable_package.
  [[nodiscard]] Result<Service> create(const std::string& tenant, const std::string& vnfd_id,
                                       const nlohmann::json& info);
  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Service> find(const std::string& tenant, const std::string& id) const;
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] Result<std::vector<Service>> list(const std::string& tenant, const std::string& after,
                                                  std::size_t limit) const;
  /// Removes an instance that was found. Errors: conflict, if it is instantiated, has an operation, or has changed
  /// since.
  [[nodiscard]] Result<void> remove(const Service& service);
  /// What its package says of it, in its flavour. Errors: as Descriptors::of; conflict, if it is not instantiated.
  [[nodiscard]] Result<Descriptors::Described> described(const Service& service);
  /// The graph it is part of. Null: none.
  [[nodiscard]] std::pair<GraphId, std::shared_ptr<const Graph>> graph_of(const Service& service) const {
    return planner_.graph_of(service);
  }

  // ---- operation occurrences

  /// Accepts an operation on a service that was found; `parameters` as the operation's schema wants them. Errors:
  /// conflict, if its state does not allow it or it has changed since; those of goal_of.
  [[nodiscard]] Result<Operation> begin(const Service& service, OperationKind kind, const nlohmann::json& parameters);
  [[nodiscard]] Result<Operation> find_operation(const std::string& tenant, const std::string& id) const;
  [[nodiscard]] Result<std::vector<Operation>> list_operations(const std::string& tenant, const std::string& after,
                                                               std::size_t limit) const;
  /// Of one that is FAILED_TEMP: tries again, undoes it, or lets it be. Errors: conflict in another state.
  [[nodiscard]] Result<Operation> retry(const std::string& tenant, const std::string& id);
  [[nodiscard]] Result<Operation> roll_back(const std::string& tenant, const std::string& id);
  [[nodiscard]] Result<Operation> give_up(const std::string& tenant, const std::string& id);
  /// Of one that is STARTING, PROCESSING or ROLLING_BACK. `mode`: GRACEFUL or FORCEFUL. Errors: conflict in another
  /// state.
  [[nodiscard]] Result<Operation> cancel(const std::string& tenant, const std::string& id, const std::string& mode);
  /// As find_operation, once it is ended or FAILED_TEMP, or after `patience`.
  [[nodiscard]] Result<Operation> wait(const std::string& tenant, const std::string& id,
                                       std::chrono::milliseconds patience = std::chrono::hours{24});

  // ---- whole services

  /// Deploys what `files` describe as `name` (as they say, if that is empty) and waits until it runs. Errors: malformed
  /// for a bad description; conflict, if there is one of that name; what the agent says. One that is refused is gone
  /// again.
  [[nodiscard]] Result<Service> deploy(const std::string& tenant, const tosca::FileSet& files, const std::string& name,
                                       const graph::CompileOptions& options);
  /// Terminates a service, or tries to once more, and waits until that is done; a deployed one is gone then. Errors:
  /// not_found; those of the agent: then it is still there. Another operation on it is waited for first.
  [[nodiscard]] Result<void> terminate(const std::string& tenant, const std::string& id);

 private:
  using Clock = std::chrono::steady_clock;
  /// An operation whose turn comes.
  struct Turn {
    std::string tenant;
    std::string id;
    std::set<std::string> networks;  ///< of its service, before and after
    Clock::time_point due{};         ///< not before
  };
  /// Until the next step; zero: at once.
  using Pause = std::chrono::milliseconds;
  Lifecycle(Parts parts, LifecycleConfig config);
  Result<void> take_up();

  void work();
  [[nodiscard]] std::deque<Turn>::iterator next_turn(Clock::time_point& until);
  void put_back(Turn turn, Pause pause);
  void enqueue(const Service& service, const Operation& operation);
  [[nodiscard]] std::set<std::string> networks_of(const Service& service, const Operation& operation);
  [[nodiscard]] bool dequeue(const std::string& operation);

  // One operation, by the worker whose turn it is.
  [[nodiscard]] Pause carry_on(Turn& turn);
  Result<Pause> step(Operation& operation);
  Result<Pause> start(Operation& operation, Service& service);
  Result<Pause> obtain_grant(Operation& operation, Service& service);
  Result<Pause> accept_grant(const Granted& granted, Operation& operation, Service& service);
  [[nodiscard]] Result<GrantAnswer> ask_for_grant(const Operation& operation, const Service& service);
  [[nodiscard]] nlohmann::json grant_request_of(const Operation& operation, const Service& service);
  Result<void> plan(Operation& operation, Service& service);
  Result<void> carry_out(Operation& operation, Service& service);
  Result<void> undo(Operation& operation, Service& service);
  Result<void> apply(const GraphId& graph, Operation& operation, const Service& service);
  void note_departed(Operation& operation, const Service& service, const std::string& departed);
  template <typename Attempt, typename Passes>
  std::invoke_result_t<Attempt> patiently(const Operation& operation, Attempt attempt, Passes passes);

  // Entering states, each one transaction.
  Result<void> complete(Operation& operation, Service& service);
  Result<void> end(Operation& operation, Service& service, OperationState state, std::optional<Error> error);
  Result<void> fail_for_now(Operation& operation, Service& service, const Error& error);
  Result<Revision> enter(Update& change, Operation& operation, Service& service, OperationState state);
  Result<Revision> keep(Update& change, Operation& operation, Service& service);
  Result<Operation> leave_failed_temp(const std::string& tenant, const std::string& id, OperationState to);
  Result<Operation> try_to_leave_failed_temp(const std::string& tenant, const std::string& id, OperationState to);

  Result<Operation> accept(const Service& service, OperationKind kind, const nlohmann::json& parameters, Goal goal);
  void forget_ended(Update& change, const Operation& operation);
  Result<void> change_package(Update& change, const Operation& operation, const Service& service);

  [[nodiscard]] std::vector<Vnfc> vnfcs(const Service& service, const std::optional<Desired>& desired);
  [[nodiscard]] nlohmann::json affected(const Operation& operation, const Service& service, const Plan* before,
                                        const Plan* after);
  void note_resources(Operation& operation, const Service& service, const Planner::Replanned& replanned);
  Result<Operation> in_state(const std::string& tenant, const std::string& id, OperationState state) const;
  [[nodiscard]] bool stopping_or_cancelled(const std::string& operation) const;
  [[nodiscard]] bool is_stopping() const;

  const Parts parts_;
  const LifecycleConfig config_;
  LedStore& store_;
  Texts& texts_;
  Descriptors descriptors_;
  Planner planner_;
  EndedOperations ended_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<Turn> turns_;                                ///< in the order of acceptance
  std::map<std::string, std::set<std::string>> at_work_;  ///< operation -> the networks of its graph
  std::set<std::string> cancelled_;                       ///< operations
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace unf::vnfm
