#include "vnfm/lifecycle/lifecycle.h"

#include <algorithm>

#include "tosca/reader.h"
#include "vnfm/failpoint/failpoint.h"
#include "vnfm/lifecycle/grants.h"
#include "vnfm/lifecycle/outcome.h"
#include "vnfm/store/page.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

using namespace std::chrono_literals;

constexpr int kAttempts = 8;            // where another change came first
constexpr auto kPause = 200ms;          // before an agent, the NFVO or the store is asked again
constexpr auto kNextTurn = 1ms;         // before it is seen again whose turn it is
constexpr auto kIdle = 60s;             // without anything to do
constexpr std::size_t kLookahead = 64;  // waiting operations that are looked at for one whose graph is free

const Error kCancelled{Errc::conflict, "the operation was cancelled"};

std::chrono::milliseconds at_once() { return {}; }

}  // namespace

Lifecycle::Lifecycle(Parts parts, LifecycleConfig config)
    : parts_(std::move(parts)),
      config_(config),
      store_(*parts_.store),
      texts_(parts_.graphs.text_store()),
      descriptors_(parts_.packages, texts_, parts_.catalog, parts_.images),
      planner_(store_, parts_.graphs, descriptors_),
      ended_(store_, config_.keep) {}

Result<std::unique_ptr<Lifecycle>> Lifecycle::open(Parts parts, LifecycleConfig config) {
  std::unique_ptr<Lifecycle> lifecycle{new Lifecycle{std::move(parts), config}};
  if (auto taken = lifecycle->take_up(); !taken) return fail(taken.error());
  for (std::size_t i = 0; i < config.workers; ++i) {
    lifecycle->workers_.emplace_back(&Lifecycle::work, lifecycle.get());
  }
  lifecycle->parts_.graphs.keep_converging(config.converge_every);
  return lifecycle;
}

Lifecycle::~Lifecycle() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
}

Result<void> Lifecycle::take_up() {
  if (auto taken = ended_.take_up(); !taken) return taken;
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

Result<Service> Lifecycle::find(const std::string& tenant, const std::string& id) const {
  const auto entry = store_.store().get(service_key(tenant, id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "VNF instance {}: there is none", id);
  return read_service(**entry);
}

Result<std::vector<Service>> Lifecycle::list(const std::string& tenant, const std::string& after,
                                             std::size_t limit) const {
  return page_of<Service>(store_.store(), service_key(tenant, ""), after, limit, read_service);
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
  after.operation = operation.id;
  Update change;
  const auto key = service_key(service.tenant, service.id);
  change.transaction.when = {service.revision == 0 ? Compare::absent(key) : Compare::modified_at(key, service.revision),
                             Compare::absent(operation_key(operation.tenant, operation.id))};
  change.transaction.puts = {put_of(after), put_of(operation), {active_key(operation.id), operation.tenant}};
  parts_.subscriptions.tell_operation(change, after, operation);
  failpoint("before_op_commit");
  const auto accepted = std::move(change).commit(store_);
  if (!accepted) return fail(accepted.error());
  failpoint("after_op_commit");
  after.revision = operation.revision = *accepted;
  enqueue(after, operation);
  parts_.log->info("{} of {}: operation {} is accepted", to_string(kind), service.id, operation.id);
  return operation;
}

Result<Operation> Lifecycle::find_operation(const std::string& tenant, const std::string& id) const {
  const auto entry = store_.store().get(operation_key(tenant, id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "operation occurrence {}: there is none", id);
  return read_operation(**entry);
}

Result<std::vector<Operation>> Lifecycle::list_operations(const std::string& tenant, const std::string& after,
                                                          std::size_t limit) const {
  return page_of<Operation>(store_.store(), operation_key(tenant, ""), after, limit, read_operation);
}

Result<Operation> Lifecycle::in_state(const std::string& tenant, const std::string& id, OperationState state) const {
  auto operation = find_operation(tenant, id);
  if (operation && operation->state != state) {
    return fail(Errc::conflict, "operation occurrence {}: is {}, expected {}", id, to_string(operation->state),
                to_string(state));
  }
  return operation;
}

/// Tries again where something else was stored meanwhile: that a graph has ended.
Result<Operation> Lifecycle::leave_failed_temp(const std::string& tenant, const std::string& id, OperationState to) {
  for (int attempt = 0;; ++attempt) {
    auto left = try_to_leave_failed_temp(tenant, id, to);
    if (left || left.error().code != Errc::conflict || attempt == kAttempts) return left;
    if (auto still = in_state(tenant, id, OperationState::failed_temp); !still) return still;
  }
}

Result<Operation> Lifecycle::try_to_leave_failed_temp(const std::string& tenant, const std::string& id,
                                                      OperationState to) {
  auto operation = in_state(tenant, id, OperationState::failed_temp);
  if (!operation) return operation;
  auto service = find(tenant, operation->service);
  if (!service) return fail(service.error());
  if (to == OperationState::failed) {
    if (auto ended = end(*operation, *service, to, operation->error); !ended) return fail(ended.error());
    return operation;
  }
  operation->cancel.clear();
  if (to == OperationState::processing) operation->error.reset();
  Update change;
  if (auto entered = enter(change, *operation, *service, to); !entered) return fail(entered.error());
  enqueue(*service, *operation);
  return operation;
}

Result<Operation> Lifecycle::retry(const std::string& tenant, const std::string& id) {
  return leave_failed_temp(tenant, id, OperationState::processing);
}
Result<Operation> Lifecycle::roll_back(const std::string& tenant, const std::string& id) {
  return leave_failed_temp(tenant, id, OperationState::rolling_back);
}
Result<Operation> Lifecycle::give_up(const std::string& tenant, const std::string& id) {
  return leave_failed_temp(tenant, id, OperationState::failed);
}

Result<Operation> Lifecycle::cancel(const std::string& tenant, const std::string& id, const std::string& mode) {
  for (int attempt = 0;; ++attempt) {
    auto operation = find_operation(tenant, id);
    if (!operation) return operation;
    if (operation->ended() || operation->state == OperationState::failed_temp) {
      return fail(Errc::conflict, "operation occurrence {}: is {}, expected STARTING, PROCESSING or ROLLING_BACK", id,
                  to_string(operation->state));
    }
    operation->cancel = mode;
    const auto stored = store_.commit(
        {.when = {Compare::modified_at(operation_key(tenant, id), operation->revision)}, .puts = {put_of(*operation)}});
    if (!stored && stored.error().code == Errc::conflict && attempt < kAttempts) continue;
    if (!stored) return fail(stored.error());
    operation->revision = *stored;
    {
      const std::lock_guard lock{mutex_};
      cancelled_.insert(id);
    }
    changed_.notify_all();
    Turn last{tenant, id, {}};
    if (dequeue(id)) std::ignore = carry_on(last);  // it ends
    return operation;
  }
}

Result<Operation> Lifecycle::wait(const std::string& tenant, const std::string& id,
                                  std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  std::unique_lock lock{mutex_};
  while (true) {
    lock.unlock();
    auto operation = find_operation(tenant, id);
    lock.lock();
    if (!operation || operation->ended() || operation->state == OperationState::failed_temp) return operation;
    if (Clock::now() >= deadline) return operation;
    if (stopping_) return fail(Errc::unavailable, "operation occurrence {}: the manager stops", id);
    changed_.wait_until(lock, std::min(deadline, Clock::now() + kPause));
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

// ---- whose turn it is

/// Before and after.
std::set<std::string> Lifecycle::networks_of(const Service& service, const Operation& operation) {
  std::set<std::string> networks;
  for (const auto* desired : {&service.desired, &operation.target}) {
    if (!*desired) continue;
    if (const auto member = planner_.member_of(service, **desired)) networks.merge(member->networks());
  }
  return networks;
}

void Lifecycle::enqueue(const Service& service, const Operation& operation) {
  auto networks = networks_of(service, operation);
  {
    const std::lock_guard lock{mutex_};
    turns_.push_back({operation.tenant, operation.id, std::move(networks)});
  }
  changed_.notify_all();
}

bool Lifecycle::dequeue(const std::string& operation) {
  const std::lock_guard lock{mutex_};
  return std::erase_if(turns_, [&](const Turn& turn) { return turn.id == operation; }) != 0;
}

/// The first that is due and whose graph nobody works on or waits for before it; end(), if there is none, and `until`
/// when to look again. With mutex_ held.
std::deque<Lifecycle::Turn>::iterator Lifecycle::next_turn(Clock::time_point& until) {
  const auto now = Clock::now();
  std::vector<std::set<std::string>> taken;
  for (const auto& [id, networks] : at_work_) taken.push_back(networks);
  for (auto turn = turns_.begin(); turn != turns_.end() && turn - turns_.begin() < std::ptrdiff_t{kLookahead}; ++turn) {
    auto graph = planner_.graph_around(turn->tenant, turn->networks);
    const bool is_free = std::ranges::none_of(taken, [&](const auto& other) { return meet(graph, other); });
    if (is_free && turn->due <= now) return turn;
    if (is_free) until = std::min(until, turn->due);
    taken.push_back(std::move(graph));
  }
  return turns_.end();
}

/// Before all that wait for its graph. With mutex_ held.
void Lifecycle::put_back(Turn turn, Pause pause) {
  turn.due = Clock::now() + (cancelled_.contains(turn.id) ? Pause{0} : pause);
  turns_.push_front(std::move(turn));
}

void Lifecycle::work() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    auto until = Clock::now() + kIdle;
    const auto next = next_turn(until);
    if (next == turns_.end()) {
      changed_.wait_until(lock, until);
      continue;
    }
    auto turn = std::move(*next);
    turns_.erase(next);
    at_work_.emplace(turn.id, planner_.graph_around(turn.tenant, turn.networks));
    lock.unlock();
    const auto pause = carry_on(turn);
    lock.lock();
    at_work_.erase(turn.id);
    if (pause != Pause{0}) put_back(std::move(turn), pause);
    changed_.notify_all();
  }
}

/// Until it is ended, FAILED_TEMP, or has to wait: then gives how long, and `turn` says for which networks.
Lifecycle::Pause Lifecycle::carry_on(Turn& turn) {
  while (true) {
    auto operation = find_operation(turn.tenant, turn.id);
    if (operation && (operation->ended() || operation->state == OperationState::failed_temp)) break;
    const auto stepped = operation ? step(*operation) : fail(operation.error());
    if (stepped && *stepped != Pause{0}) {
      if (const auto service = find(turn.tenant, operation->service)) turn.networks = networks_of(*service, *operation);
      return *stepped;
    }
    if (stepped || stepped.error().code == Errc::conflict) continue;  // a conflict: it was asked to end meanwhile
    parts_.log->error("operation {}: {}", turn.id, stepped.error().message);
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, kPause, [&] { return stopping_; });
    if (stopping_) break;
  }
  const std::lock_guard lock{mutex_};
  cancelled_.erase(turn.id);
  return Pause{0};
}

bool Lifecycle::is_stopping() const {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

bool Lifecycle::stopping_or_cancelled(const std::string& operation) const {
  const std::lock_guard lock{mutex_};
  return stopping_ || cancelled_.contains(operation);
}

// ---- one operation

/// From its state to the next. Errors: of the store alone; then it is to be tried again.
Result<Lifecycle::Pause> Lifecycle::step(Operation& operation) {
  auto service = find(operation.tenant, operation.service);
  if (!service) return fail(service.error());
  switch (operation.state) {
    case OperationState::starting:
      return start(operation, *service);
    case OperationState::processing:
      return (operation.planned ? carry_out(operation, *service) : plan(operation, *service)).map(at_once);
    case OperationState::rolling_back:
      return undo(operation, *service).map(at_once);
    default:
      return at_once();
  }
}

Result<Lifecycle::Pause> Lifecycle::start(Operation& operation, Service& service) {
  if (!operation.cancel.empty()) {
    return end(operation, service, OperationState::rolled_back, kCancelled).map(at_once);
  }
  const bool wants_grant = parts_.grants != nullptr && service.is_vnf() && !operation.grant.contains("id");
  return wants_grant ? obtain_grant(operation, service) : plan(operation, service).map(at_once);
}

/// Asks the NFVO, or whether it has decided, and stores what it says. What is asked follows from what is stored: a
/// manager that takes over asks the same again, unless the NFVO has said where its answer will be.
Result<Lifecycle::Pause> Lifecycle::obtain_grant(Operation& operation, Service& service) {
  const auto answer = ask_for_grant(operation, service);
  if (!answer && is_stopping()) return fail(answer.error());
  if (!answer) return end(operation, service, OperationState::rolled_back, answer.error()).map(at_once);
  if (const auto* refused = std::get_if<GrantRefused>(&*answer)) {
    const Error error{Errc::conflict, "the NFVO does not grant it: " + refused->detail};
    return end(operation, service, OperationState::rolled_back, error).map(at_once);
  }
  if (const auto* granted = std::get_if<Granted>(&*answer)) return accept_grant(*granted, operation, service);
  const auto& pending = std::get<GrantPending>(*answer);
  if (operation.grant.value("pending", "") == pending.uri) return pending.retry_after;
  operation.grant = {{"pending", pending.uri}};
  Update change;
  return keep(change, operation, service).map([&](Revision) { return pending.retry_after; });
}

/// What it decides is part of what is wanted from now on. With other links it may be the turn of others.
Result<Lifecycle::Pause> Lifecycle::accept_grant(const Granted& granted, Operation& operation, Service& service) {
  const auto networks = networks_of(service, operation);
  if (auto followed = follow_grant(granted.grant, vnfcs(service, operation.target), service, operation); !followed) {
    return end(operation, service, OperationState::rolled_back, followed.error()).map(at_once);
  }
  operation.grant = {{"id", granted.grant["id"]}, {"uri", granted.uri}};
  const auto pause = networks_of(service, operation) == networks ? Pause{0} : kNextTurn;
  Update change;
  return keep(change, operation, service).map([&](Revision) { return pause; });
}

Result<GrantAnswer> Lifecycle::ask_for_grant(const Operation& operation, const Service& service) {
  const auto attempt = [&] {
    failpoint("before_grant_request");
    auto answer = operation.grant.contains("pending")
                      ? parts_.grants->poll_grant(operation.grant["pending"])
                      : parts_.grants->request_grant(grant_request_of(operation, service));
    failpoint("after_grant_answer");
    return answer;
  };
  const auto passes = [](const Error& error) { return error.code == Errc::unavailable; };
  return patiently(operation, attempt, passes).and_then([&](GrantAnswer answer) -> Result<GrantAnswer> {
    const auto* granted = std::get_if<Granted>(&answer);
    if (granted == nullptr || granted->grant["vnfLcmOpOccId"] == operation.id) return answer;
    return fail(Errc::malformed, "the NFVO grants vnfLcmOpOccId {}, expected {}",
                granted->grant["vnfLcmOpOccId"].get<std::string>(), operation.id);
  });
}

json Lifecycle::grant_request_of(const Operation& operation, const Service& service) {
  const auto graph = planner_.graph_of(service).second;
  const auto* now = graph == nullptr ? nullptr : graph->parsed.get();
  const auto changes = affected(operation, service, now, nullptr);
  auto request = grant_request(operation, service, changes, parts_.root);
  if (!operation.target) return request;
  const auto described = descriptors_.of(service.tenant, *operation.target);
  if (!described) return request;
  auto constraints =
      placement_constraints((*described)->vnfs.front().affinity, vnfcs(service, operation.target), changes, now);
  if (!constraints.empty()) request["placementConstraints"] = std::move(constraints);
  return request;
}

/// Stores what it wants of which graph, before any agent hears of it.
Result<void> Lifecycle::plan(Operation& operation, Service& service) {
  Update change;
  if (operation.changes_graph) {
    failpoint("before_plan");
    const auto planned = planner_.replan(change, service, operation.target, traits_of(operation.kind).redeploys);
    if (!planned) {
      return operation.state == OperationState::starting
                 ? end(operation, service, OperationState::rolled_back, planned.error())
                 : fail_for_now(operation, service, planned.error());
    }
    operation.graphs = planned->graphs;
    note_resources(operation, service, *planned);
  }
  operation.planned = true;
  const bool tells = operation.state != OperationState::processing;
  auto entered =
      tells ? enter(change, operation, service, OperationState::processing) : keep(change, operation, service);
  if (!entered) return fail(entered.error());
  failpoint("after_plan");
  return {};
}

Result<void> Lifecycle::carry_out(Operation& operation, Service& service) {
  for (const auto& graph : operation.graphs) {
    const auto applied = apply(graph, operation, service);
    if (applied) continue;
    if (is_stopping()) return fail(applied.error());
    return fail_for_now(operation, service, applied.error());
  }
  if (!operation.cancel.empty()) return fail_for_now(operation, service, kCancelled);
  return complete(operation, service);
}

/// Tries again what fails with an error that `passes`, until it is to end or patience does.
template <typename Attempt, typename Passes>
std::invoke_result_t<Attempt> Lifecycle::patiently(const Operation& operation, Attempt attempt, Passes passes) {
  const auto deadline = Clock::now() + config_.patience;
  while (true) {
    auto result = attempt();
    if (result || !passes(result.error()) || Clock::now() > deadline || stopping_or_cancelled(operation.id)) {
      return result;
    }
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, kPause, [&] { return stopping_; });
  }
}

/// Waits for an agent that cannot be reached.
Result<void> Lifecycle::apply(const GraphId& graph, Operation& operation, const Service& service) {
  const auto attempt = [&]() -> Result<void> {
    failpoint("before_agent_call");
    const auto applied = parts_.graphs.apply(graph);
    failpoint("after_agent_ack");
    if (applied) note_departed(operation, service, applied->departed);
    if (applied || applied.error().code == Errc::not_found) return {};  // not found: it has ended
    return fail(applied.error());
  };
  const auto is_away = [&](const Error& error) {
    return error.code == Errc::unavailable && !parts_.graphs.reaches_agent_of(graph);
  };
  return patiently(operation, attempt, is_away);
}

/// What it changed is back already, in what is desired; now it is so on the hosts, too.
Result<void> Lifecycle::undo(Operation& operation, Service& service) {
  for (const auto& graph : operation.graphs) {
    const auto applied = apply(graph, operation, service);
    if (!applied && is_stopping()) return fail(applied.error());
    if (applied) continue;
    operation.error = applied.error();
    Update change;
    return enter(change, operation, service, OperationState::failed_temp).map([](Revision) {});
  }
  return end(operation, service, OperationState::rolled_back, operation.error);
}

Result<void> Lifecycle::complete(Operation& operation, Service& service) {
  Update change;
  if (auto moved = change_package(change, operation, service); !moved) return moved;
  if (service.desired && !operation.target) Texts::erase(service.desired->files, change.transaction);
  if (!operation.target) {
    service.since = 0;
  } else if (service.since == 0) {
    service.since = operation.revision;
  }
  service.desired = operation.target;
  note_modifications(operation, service);
  if (!operation.info.is_null()) service.info = operation.info;
  service.operation.clear();
  forget_ended(change, operation);
  failpoint("before_terminal");
  if (auto entered = enter(change, operation, service, OperationState::completed); !entered) {
    return fail(entered.error());
  }
  failpoint("after_terminal_before_notify");
  return {};
}

Result<void> Lifecycle::end(Operation& operation, Service& service, OperationState state, std::optional<Error> error) {
  Update change;
  operation.error = std::move(error);
  if (!service.desired && operation.target) Texts::erase(operation.target->files, change.transaction);
  service.operation.clear();
  forget_ended(change, operation);
  return enter(change, operation, service, state).map([](Revision) {});
}

/// FAILED_TEMP; its graphs are to be again as their services were before it, so that it is in nobody's way.
Result<void> Lifecycle::fail_for_now(Operation& operation, Service& service, const Error& error) {
  Update change;
  operation.error = error;
  operation.planned = false;
  const auto back = planner_.replan(change, service, service.desired, false);
  if (back) {
    operation.graphs = back->graphs;
  } else {
    parts_.log->error("operation {}: it cannot be undone: {}", operation.id, back.error().message);
    change = {};
  }
  failpoint("before_failed_temp");
  if (auto entered = enter(change, operation, service, OperationState::failed_temp); !entered) {
    return fail(entered.error());
  }
  for (const auto& graph : operation.graphs) {
    if (const auto applied = parts_.graphs.apply(graph); !applied && applied.error().code != Errc::not_found) {
      parts_.log->warn("graph {}: {}", graph.get(), applied.error().message);
    }
  }
  return {};
}

/// Graphs without services need not be known any more, once their hosts have ended them.
void Lifecycle::forget_ended(Update& change, const Operation& operation) {
  for (const auto& id : operation.graphs) {
    const auto graph = parts_.graphs.find(id);
    if (graph && graph->services.empty()) parts_.graphs.forget(change, id);
  }
}

/// Its package changes with its vnfdId.
Result<void> Lifecycle::change_package(Update& change, const Operation& operation, const Service& service) {
  if (!service.is_vnf() || operation.info.is_null() || operation.info["vnfdId"] == service.info["vnfdId"]) return {};
  const auto package = parts_.packages.find_vnfd(service.tenant, operation.info["vnfdId"]);
  if (!package) return fail(package.error());
  parts_.packages.use(change.transaction, service.tenant, *package, service.id);
  return parts_.packages.end_use(change.transaction, service.tenant, service.info["vnfdId"], service.id);
}

/// The records as they are now, if nobody has changed them.
Result<Revision> Lifecycle::keep(Update& change, Operation& operation, Service& service) {
  auto& transaction = change.transaction;
  const auto key = service_key(service.tenant, service.id);
  transaction.when.push_back(Compare::modified_at(operation_key(operation.tenant, operation.id), operation.revision));
  transaction.when.push_back(Compare::modified_at(key, service.revision));
  transaction.puts.push_back(put_of(operation));
  const bool gone = !service.is_vnf() && !service.desired && operation.ended();
  if (gone) {
    transaction.erasures.push_back(key);
  } else {
    transaction.puts.push_back(put_of(service));
  }
  const auto now = std::move(change).commit(store_);
  if (now) operation.revision = service.revision = *now;
  return now;
}

Result<Revision> Lifecycle::enter(Update& change, Operation& operation, Service& service, OperationState state) {
  operation.state = state;
  operation.entered = time_stamp();
  if (operation.ended()) {
    change.transaction.erasures.push_back(active_key(operation.id));
    ended_.add(change, operation);
  }
  parts_.subscriptions.tell_operation(change, service, operation);
  const auto now = keep(change, operation, service);
  if (!now) return now;
  if (auto noted = planner_.note(service); !noted) parts_.log->error("{}", noted.error().message);
  parts_.log->info("{} of {}: operation {} is {}{}", to_string(operation.kind), service.id, operation.id,
                   to_string(state), operation.error ? ": " + operation.error->message : "");
  changed_.notify_all();
  return now;
}

void Lifecycle::note_departed(Operation& operation, const Service& service, const std::string& departed) {
  const auto counts = json::parse(departed, nullptr, false);
  const auto changes = operation.outcome.find("resourceChanges");
  if (!counts.is_object() || changes == operation.outcome.end() || !service.desired) return;
  if (const auto described = descriptors_.of(service.tenant, *service.desired)) {
    add_last_counts((*changes)["affectedVnfcs"], service.id, (*described)->vnfs.front().name, counts);
  }
}

std::vector<Vnfc> Lifecycle::vnfcs(const Service& service, const std::optional<Desired>& desired) {
  if (!desired) return {};
  const auto described = descriptors_.of(service.tenant, *desired);
  return described ? vnfcs_of(service.id, **described, *desired) : std::vector<Vnfc>{};
}

/// AffectedVnfc of what it changes; `before` and `after`: the plans they are deployed by.
json Lifecycle::affected(const Operation& operation, const Service& service, const Plan* before, const Plan* after) {
  const bool renews = traits_of(operation.kind).renews_vnfcs;
  return affected_vnfcs(vnfcs(service, service.desired), vnfcs(service, operation.target), renews, before, after);
}

void Lifecycle::note_resources(Operation& operation, const Service& service, const Planner::Replanned& replanned) {
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

}  // namespace unf::vnfm
