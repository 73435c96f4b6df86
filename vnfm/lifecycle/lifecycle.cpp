#include "vnfm/lifecycle/lifecycle.h"

#include <algorithm>

#include "tosca/reader.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr int kAttempts = 8;  // where another change came first

}  // namespace

Lifecycle::Lifecycle(Parts parts, const LifecycleConfig& config)
    : parts_(std::move(parts)),
      store_(*parts_.store),
      texts_(parts_.graphs.text_store()),
      descriptors_(parts_.packages, texts_, parts_.catalog, parts_.images),
      planner_(store_, parts_.graphs, descriptors_),
      scheduler_(planner_),
      operations_({.store = store_,
                   .planner = planner_,
                   .graphs = parts_.graphs,
                   .subscriptions = parts_.subscriptions,
                   .scheduler = scheduler_,
                   .log = parts_.log},
                  config.keep),
      resources_(descriptors_),
      grants_({.nfvo = parts_.grants,
               .root = parts_.root,
               .patience = config.patience,
               .planner = planner_,
               .descriptors = descriptors_,
               .resources = resources_,
               .scheduler = scheduler_}),
      execution_({.operations = operations_,
                  .planner = planner_,
                  .graphs = parts_.graphs,
                  .packages = parts_.packages,
                  .resources = resources_,
                  .grants = grants_,
                  .scheduler = scheduler_,
                  .patience = config.patience,
                  .log = parts_.log}) {}

Result<std::unique_ptr<Lifecycle>> Lifecycle::open(Parts parts, LifecycleConfig config) {
  std::unique_ptr<Lifecycle> lifecycle{new Lifecycle{std::move(parts), config}};
  if (auto taken = lifecycle->take_up(); !taken) return fail(taken.error());
  lifecycle->scheduler_.start(config.workers,
                              [&own = *lifecycle](Scheduler::Turn& turn) { return own.execution_.carry_on(turn); });
  lifecycle->parts_.graphs.keep_converging(config.converge_every);
  return lifecycle;
}

Lifecycle::~Lifecycle() { scheduler_.stop(); }

Result<void> Lifecycle::take_up() {
  if (auto taken = operations_.take_up(); !taken) return taken;
  auto used = parts_.graphs.texts();
  const auto services = all_of(store_.store(), std::string{kServices});
  if (!services) return fail(services.error());
  for (const auto& entry : *services) {
    const auto service = read_service(entry);
    auto noted = service ? planner_.note(*service) : fail(service.error());
    if (!noted) parts_.log->error("{}", noted.error().message);
    if (service && service->desired) used.push_back(service->desired->files);
  }
  auto active = all_of(store_.store(), std::string{kActive});
  if (!active) return fail(active.error());
  std::ranges::sort(*active, {}, &Entry::created);
  for (const auto& entry : *active) {
    const auto operation = find_operation(entry.value, entry.key.substr(kActive.size()));
    const auto service = operation ? find(operation->tenant, operation->service) : fail(operation.error());
    if (!service) {
      parts_.log->error("{}: {}", entry.key, service.error().message);
      continue;
    }
    if (operation->target) used.push_back(operation->target->files);
    if (operation->state != OperationState::failed_temp) enqueue(*service, *operation);
  }
  return texts_.sweep(used);
}

// ---- VNF instances

Result<Service> Lifecycle::create(const std::string& tenant, const std::string& vnfd_id, const json& info) {
  const auto package = usable_package(parts_.packages, tenant, vnfd_id);
  if (!package) return fail(package.error());
  Service service{.tenant = tenant, .id = make_uuid(), .info = info};
  service.info.update(vnfd_attributes(*package));
  Update change;
  const auto put = put_of(service);
  change.transaction.when.push_back(Compare::absent(put.key));
  change.transaction.puts.push_back(put);
  parts_.packages.use(change.transaction, tenant, *package, service.id);
  parts_.subscriptions.tell_created(change, service);
  const auto stored = std::move(change).commit(store_);
  if (!stored) return fail(stored.error());
  service.revision = *stored;
  return service;
}

Result<void> Lifecycle::remove(const Service& service) {
  if (service.desired || !service.operation.empty()) {
    return fail(Errc::conflict, "VNF instance {}: {}, expected NOT_INSTANTIATED and no operation", service.id,
                service.desired ? "is INSTANTIATED" : "has operation " + service.operation);
  }
  const auto key = service_key(service.tenant, service.id);
  Update change;
  change.transaction.when.push_back(Compare::modified_at(key, service.revision));
  change.transaction.erasures.push_back(key);
  if (auto ended = parts_.packages.end_use(change.transaction, service.tenant, service.info["vnfdId"], service.id);
      !ended) {
    return ended;
  }
  parts_.subscriptions.tell_deleted(change, service);
  return std::move(change).commit(store_).map([](Revision) {});
}

Result<Descriptors::Described> Lifecycle::described(const Service& service) {
  if (!service.desired) return fail(Errc::conflict, "VNF instance {}: is NOT_INSTANTIATED", service.id);
  return descriptors_.of(service.tenant, *service.desired);
}

// ---- operation occurrences, as they are asked for

Result<Operation> Lifecycle::begin(const Service& service, OperationKind kind, const json& parameters) {
  if (auto allowed = check_kind(service, kind); !allowed) return fail(allowed.error());
  if (auto allowed = check_state(service, kind); !allowed) return fail(allowed.error());
  auto goal = goal_of(service, kind, parameters, parts_.packages, descriptors_);
  if (!goal) return fail(goal.error());
  if (goal->desired) {  // what is wrong with its links and configuration is said at once
    if (auto member = planner_.member_of(service, *goal->desired); !member) return fail(member.error());
  }
  return accept(service, kind, parameters, std::move(*goal));
}

void Lifecycle::enqueue(const Service& service, const Operation& operation) {
  scheduler_.enqueue({operation.tenant, operation.id, planner_.networks_of(service, operation)});
}

Result<Operation> Lifecycle::accept(const Service& service, OperationKind kind, const json& parameters, Goal goal) {
  const auto now = time_stamp();
  Operation operation{.tenant = service.tenant,
                      .id = make_uuid(),
                      .service = service.id,
                      .kind = kind,
                      .state = initial_state(kind),
                      .started = now,
                      .entered = now,
                      .parameters = parameters,
                      .info = std::move(goal.info),
                      .target = std::move(goal.desired),
                      .changes_graph = goal.changes_graph};
  auto after = service;
  if (auto added = operations_.add(operation, after); !added) return fail(added.error());
  enqueue(after, operation);
  parts_.log->info("{} of {}: operation {} is accepted", to_string(kind), service.id, operation.id);
  return operation;
}

/// Tries again if something else was stored meanwhile: that a graph has ended.
Result<Operation> Lifecycle::leave_failed_temp(const std::string& tenant, const std::string& id, OperationEvent event) {
  for (int attempt = 0;; ++attempt) {
    auto left = try_to_leave_failed_temp(tenant, id, event);
    if (left || left.error().code != Errc::conflict || attempt == kAttempts) return left;
    if (auto still = operations_.find_before(event, tenant, id); !still) return still;
  }
}

Result<Operation> Lifecycle::try_to_leave_failed_temp(const std::string& tenant, const std::string& id,
                                                      OperationEvent event) {
  auto operation = operations_.find_before(event, tenant, id);
  if (!operation) return operation;
  auto service = find(tenant, operation->service);
  if (!service) return fail(service.error());
  if (event == OperationEvent::give_up) {
    if (auto ended = operations_.end(*operation, *service, event, operation->error); !ended) {
      return fail(ended.error());
    }
    return operation;
  }
  operation->cancel.clear();
  if (event == OperationEvent::retry) operation->error.reset();
  Update change;
  if (auto entered = operations_.enter(change, *operation, *service, event); !entered) return fail(entered.error());
  enqueue(*service, *operation);
  return operation;
}

Result<Operation> Lifecycle::retry(const std::string& tenant, const std::string& id) {
  return leave_failed_temp(tenant, id, OperationEvent::retry);
}
Result<Operation> Lifecycle::roll_back(const std::string& tenant, const std::string& id) {
  return leave_failed_temp(tenant, id, OperationEvent::roll_back);
}
Result<Operation> Lifecycle::give_up(const std::string& tenant, const std::string& id) {
  return leave_failed_temp(tenant, id, OperationEvent::give_up);
}

Result<Operation> Lifecycle::cancel(const std::string& tenant, const std::string& id, const std::string& mode) {
  for (int attempt = 0;; ++attempt) {
    auto operation = operations_.find_before(OperationEvent::cancel, tenant, id);
    if (!operation) return operation;
    operation->cancel = mode;
    const auto stored = store_.commit(
        {.when = {Compare::modified_at(operation_key(tenant, id), operation->revision)}, .puts = {put_of(*operation)}});
    if (!stored && stored.error().code == Errc::conflict && attempt < kAttempts) continue;
    if (!stored) return fail(stored.error());
    operation->revision = *stored;
    scheduler_.cancel(id);
    Scheduler::Turn last{tenant, id, {}};
    if (scheduler_.dequeue(id)) std::ignore = execution_.carry_on(last);  // it ends
    return operation;
  }
}

Result<Operation> Lifecycle::wait(const std::string& tenant, const std::string& id,
                                  std::chrono::milliseconds patience) {
  const auto deadline = Scheduler::Clock::now() + patience;
  while (true) {
    auto operation = find_operation(tenant, id);
    if (!operation || operation->rests() || Scheduler::Clock::now() >= deadline) return operation;
    if (!scheduler_.wait_for_change(deadline)) {
      return fail(Errc::unavailable, "operation occurrence {}: the manager stops", id);
    }
  }
}

// ---- whole services

Result<Service> Lifecycle::deploy(const std::string& tenant, const tosca::FileSet& files, const std::string& name,
                                  const graph::CompileOptions& options) {
  const auto request = tosca::read_service(files, descriptors_.catalog(), descriptors_.images());
  if (!request) return fail(request.error());
  Service service{.tenant = tenant, .id = name.empty() ? request->name : name};
  if (find(tenant, service.id)) return fail(Errc::conflict, "service {} exists", service.id);
  auto text = texts_.put(to_json(files).dump());
  if (!text) return fail(text.error());
  const auto accepted = accept(service, OperationKind::instantiate, json::object(),
                               {.desired = Desired{.files = *text, .options = options}});
  if (!accepted) return fail(accepted.error());
  auto operation = wait(tenant, accepted->id);
  if (operation && operation->state == OperationState::failed_temp) operation = give_up(tenant, operation->id);
  if (!operation) return fail(operation.error());
  if (operation->error) return fail(*operation->error);
  return find(tenant, service.id);
}

Result<void> Lifecycle::terminate(const std::string& tenant, const std::string& id) {
  auto service = find(tenant, id);
  bool tries_again = false;
  if (service && !service->operation.empty()) {
    const auto before = wait(tenant, service->operation);
    if (!before) return fail(before.error());
    tries_again = before->state == OperationState::failed_temp && before->kind == OperationKind::terminate;
    if (before->state == OperationState::failed_temp && !tries_again) std::ignore = give_up(tenant, before->id);
    service = find(tenant, id);
  }
  if (!service || (!service->desired && service->is_vnf())) {
    return fail(Errc::not_found, "service {}: there is none", id);
  }
  const auto accepted = tries_again ? retry(tenant, service->operation)
                                    : accept(*service, OperationKind::terminate, {{"terminationType", "FORCEFUL"}}, {});
  if (!accepted) return fail(accepted.error());
  const auto operation = wait(tenant, accepted->id);
  if (!operation) return fail(operation.error());
  if (operation->error) return fail(*operation->error);
  return {};
}

}  // namespace unf::vnfm
