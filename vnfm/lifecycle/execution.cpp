#include "vnfm/lifecycle/execution.h"

#include <variant>

#include "vnfm/failpoint/failpoint.h"
#include "vnfm/lifecycle/grants.h"
#include "vnfm/lifecycle/outcome.h"

namespace unf::vnfm {

namespace {

constexpr std::chrono::milliseconds kNextTurn{1};  // until it is decided again whose turn it is

const Error kCancelled{Errc::conflict, "the operation was cancelled"};

Execution::Pause at_once() { return {}; }

}  // namespace

Execution::Pause Execution::carry_on(Scheduler::Turn& turn) {
  while (true) {
    auto operation = parts_.operations.find(turn.tenant, turn.id);
    if (operation && operation->rests()) break;
    const auto stepped = operation ? step(*operation) : fail(operation.error());
    if (stepped && *stepped != Pause{0}) {
      if (const auto service = parts_.operations.find_service(turn.tenant, operation->service)) {
        turn.networks = parts_.planner.networks_of(*service, *operation);
      }
      return *stepped;
    }
    if (stepped || stepped.error().code == Errc::conflict) continue;  // a conflict: it was asked to end meanwhile
    parts_.log->error("operation {}: {}", turn.id, stepped.error().message);
    if (!parts_.scheduler.pause()) break;
  }
  parts_.scheduler.forget(turn.id);
  return Pause{0};
}

/// From the operation's state to the next. Errors: of the store alone; then the step is to be tried again.
Result<Execution::Pause> Execution::step(Operation& operation) {
  auto service = parts_.operations.find_service(operation.tenant, operation.service);
  if (!service) return fail(service.error());
  switch (operation.state) {
    case OperationState::starting:
      return start(operation, *service);
    case OperationState::processing:
      return (operation.planned ? apply_all(operation, *service) : plan(operation, *service)).map(at_once);
    case OperationState::rolling_back:
      return undo(operation, *service).map(at_once);
    default:
      return at_once();
  }
}

Result<Execution::Pause> Execution::start(Operation& operation, Service& service) {
  if (!operation.cancel.empty()) return refuse(operation, service, kCancelled).map(at_once);
  if (parts_.grants.is_wanted(operation, service)) return obtain_grant(operation, service);
  return plan(operation, service).map(at_once);
}

Result<void> Execution::refuse(Operation& operation, Service& service, const Error& error) {
  return parts_.operations.end(operation, service, OperationEvent::refused, error);
}

/// Stores what the NFVO answers.
Result<Execution::Pause> Execution::obtain_grant(Operation& operation, Service& service) {
  const auto answer = parts_.grants.ask(operation, service);
  if (!answer && parts_.scheduler.is_stopping()) return fail(answer.error());
  if (!answer) return refuse(operation, service, answer.error()).map(at_once);
  if (const auto* refused = std::get_if<GrantRefused>(&*answer)) {
    return refuse(operation, service, {Errc::conflict, "the NFVO does not grant it: " + refused->detail}).map(at_once);
  }
  if (const auto* granted = std::get_if<Granted>(&*answer)) return accept_grant(*granted, operation, service);
  const auto& pending = std::get<GrantPending>(*answer);
  if (operation.grant.value("pending", "") == pending.uri) return pending.retry_after;
  operation.grant = {{"pending", pending.uri}};
  Update change;
  return parts_.operations.keep(change, operation, service).map([&] { return pending.retry_after; });
}

/// From now on the grant's decisions are part of the desired state. If they put the service on other networks, the
/// scheduler decides again whose turn it is.
Result<Execution::Pause> Execution::accept_grant(const Granted& granted, Operation& operation, Service& service) {
  const auto networks = parts_.planner.networks_of(service, operation);
  const auto vnfcs = parts_.resources.vnfcs(service, operation.target);
  if (auto followed = follow_grant(granted.grant, vnfcs, service, operation); !followed) {
    return refuse(operation, service, followed.error()).map(at_once);
  }
  operation.grant = {{"id", granted.grant["id"]}, {"uri", granted.uri}};
  const auto pause = parts_.planner.networks_of(service, operation) == networks ? Pause{0} : kNextTurn;
  Update change;
  return parts_.operations.keep(change, operation, service).map([&] { return pause; });
}

/// Stores the desired state of the graphs before any agent hears of it.
Result<void> Execution::plan(Operation& operation, Service& service) {
  Update change;
  const bool starts = operation.state == OperationState::starting;
  if (operation.changes_graph) {
    failpoint("before_plan");
    const auto planned = parts_.planner.replan(change, service, operation.target, traits_of(operation.kind).redeploys);
    if (!planned) {
      return starts ? refuse(operation, service, planned.error()) : fail_for_now(operation, service, planned.error());
    }
    operation.graphs = planned->graphs;
    parts_.resources.note_changes(operation, service, *planned);
  }
  operation.planned = true;
  auto stored = starts ? parts_.operations.enter(change, operation, service, OperationEvent::planned)
                       : parts_.operations.keep(change, operation, service);
  if (!stored) return stored;
  failpoint("after_plan");
  return {};
}

Result<void> Execution::apply_all(Operation& operation, Service& service) {
  for (const auto& graph : operation.graphs) {
    const auto applied = apply(graph, operation, service);
    if (applied) continue;
    if (parts_.scheduler.is_stopping()) return fail(applied.error());
    return fail_for_now(operation, service, applied.error());
  }
  if (!operation.cancel.empty()) return fail_for_now(operation, service, kCancelled);
  return complete(operation, service);
}

/// Has the agent apply the desired state of a graph, and waits for an agent that cannot be reached.
Result<void> Execution::apply(const GraphId& graph, Operation& operation, const Service& service) {
  const auto attempt = [&]() -> Result<void> {
    failpoint("before_agent_call");
    const auto applied = parts_.graphs.apply(graph);
    failpoint("after_agent_ack");
    if (applied) parts_.resources.note_departed(operation, service, applied->departed);
    if (applied || applied.error().code == Errc::not_found) return {};  // not found: it has ended
    return fail(applied.error());
  };
  const auto is_away = [&](const Error& error) {
    return error.code == Errc::unavailable && !parts_.graphs.reaches_agent_of(graph);
  };
  return parts_.scheduler.patiently(operation.id, parts_.patience, attempt, is_away);
}

Result<void> Execution::complete(Operation& operation, Service& service) {
  Update change;
  if (auto changed = change_package(change, operation, service); !changed) return changed;
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
  parts_.operations.forget_empty_graphs(change, operation);
  failpoint("before_terminal");
  if (auto entered = parts_.operations.enter(change, operation, service, OperationEvent::succeeded); !entered) {
    return entered;
  }
  failpoint("after_terminal_before_notify");
  return {};
}

/// With another vnfdId, the service uses another package.
Result<void> Execution::change_package(Update& change, const Operation& operation, const Service& service) {
  if (!service.is_vnf() || operation.info.is_null() || operation.info["vnfdId"] == service.info["vnfdId"]) return {};
  const auto package = parts_.packages.find_vnfd(service.tenant, operation.info["vnfdId"]);
  if (!package) return fail(package.error());
  parts_.packages.use(change.transaction, service.tenant, *package, service.id);
  return parts_.packages.end_use(change.transaction, service.tenant, service.info["vnfdId"], service.id);
}

/// The operation is FAILED_TEMP. The desired state of its graphs is reset to what it was before the operation, so that
/// the operation does not stand in the way of others while it rests.
Result<void> Execution::fail_for_now(Operation& operation, Service& service, const Error& error) {
  Update change;
  operation.error = error;
  operation.planned = false;
  const auto back = parts_.planner.replan(change, service, service.desired, false);
  if (back) {
    operation.graphs = back->graphs;
  } else {
    parts_.log->error("operation {}: it cannot be undone: {}", operation.id, back.error().message);
    change = {};
  }
  failpoint("before_failed_temp");
  if (auto entered = parts_.operations.enter(change, operation, service, OperationEvent::stuck); !entered) {
    return entered;
  }
  for (const auto& graph : operation.graphs) {
    if (const auto applied = parts_.graphs.apply(graph); !applied && applied.error().code != Errc::not_found) {
      parts_.log->warn("graph {}: {}", graph.get(), applied.error().message);
    }
  }
  return {};
}

/// The desired state has been reset to what it was before the operation. Applies it to the hosts.
Result<void> Execution::undo(Operation& operation, Service& service) {
  for (const auto& graph : operation.graphs) {
    const auto applied = apply(graph, operation, service);
    if (!applied && parts_.scheduler.is_stopping()) return fail(applied.error());
    if (applied) continue;
    operation.error = applied.error();
    Update change;
    return parts_.operations.enter(change, operation, service, OperationEvent::stuck);
  }
  return parts_.operations.end(operation, service, OperationEvent::succeeded, operation.error);
}

}  // namespace unf::vnfm
