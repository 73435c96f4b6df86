#include "vnfm/lifecycle/operation_store.h"

#include <cassert>

#include "vnfm/failpoint/failpoint.h"
#include "vnfm/store/page.h"

namespace unf::vnfm {

Result<Service> OperationStore::find_service(const std::string& tenant, const std::string& id) const {
  const auto entry = parts_.store.store().get(service_key(tenant, id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "VNF instance {}: there is none", id);
  return read_service(**entry);
}

Result<Operation> OperationStore::find(const std::string& tenant, const std::string& id) const {
  const auto entry = parts_.store.store().get(operation_key(tenant, id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "operation occurrence {}: there is none", id);
  return read_operation(**entry);
}

Result<std::vector<Service>> OperationStore::list_services(const std::string& tenant, const std::string& after,
                                                           std::size_t limit) const {
  return page_of<Service>(parts_.store.store(), service_key(tenant, ""), after, limit, read_service);
}

Result<std::vector<Operation>> OperationStore::list(const std::string& tenant, const std::string& after,
                                                    std::size_t limit) const {
  return page_of<Operation>(parts_.store.store(), operation_key(tenant, ""), after, limit, read_operation);
}

Result<Operation> OperationStore::find_before(OperationEvent event, const std::string& tenant,
                                              const std::string& id) const {
  auto operation = find(tenant, id);
  if (operation && !next_state(operation->state, event)) {
    return fail(Errc::conflict, "operation occurrence {}: is {}, expected {}", id, to_string(operation->state),
                states_before(event));
  }
  return operation;
}

Result<void> OperationStore::add(Operation& operation, Service& service) {
  service.operation = operation.id;
  const auto key = service_key(service.tenant, service.id);
  Update change;
  change.transaction.when = {service.revision == 0 ? Compare::absent(key) : Compare::modified_at(key, service.revision),
                             Compare::absent(operation_key(operation.tenant, operation.id))};
  change.transaction.puts = {put_of(service), put_of(operation), {active_key(operation.id), operation.tenant}};
  parts_.subscriptions.tell_operation(change, service, operation);
  failpoint("before_op_commit");
  const auto added = std::move(change).commit(parts_.store);
  if (!added) return fail(added.error());
  failpoint("after_op_commit");
  service.revision = operation.revision = *added;
  return {};
}

Result<void> OperationStore::keep(Update& change, Operation& operation, Service& service) {
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
  return std::move(change).commit(parts_.store).map([&](Revision now) { operation.revision = service.revision = now; });
}

Result<void> OperationStore::enter(Update& change, Operation& operation, Service& service, OperationEvent event) {
  const auto state = next_state(operation.state, event);
  assert(state);
  operation.state = *state;
  operation.entered = time_stamp();
  if (operation.ended()) {
    change.transaction.erasures.push_back(active_key(operation.id));
    ended_.add(change, operation);
  }
  parts_.subscriptions.tell_operation(change, service, operation);
  if (auto kept = keep(change, operation, service); !kept) return kept;
  if (auto noted = parts_.planner.note(service); !noted) parts_.log->error("{}", noted.error().message);
  parts_.log->info("{} of {}: operation {} is {}{}", to_string(operation.kind), service.id, operation.id,
                   to_string(operation.state), operation.error ? ": " + operation.error->message : "");
  parts_.scheduler.tell_changed();
  return {};
}

Result<void> OperationStore::end(Operation& operation, Service& service, OperationEvent event,
                                 std::optional<Error> error) {
  Update change;
  operation.error = std::move(error);
  if (!service.desired && operation.target) Texts::erase(operation.target->files, change.transaction);
  service.operation.clear();
  forget_empty_graphs(change, operation);
  return enter(change, operation, service, event);
}

void OperationStore::forget_empty_graphs(Update& change, const Operation& operation) {
  for (const auto& id : operation.graphs) {
    const auto graph = parts_.graphs.find(id);
    if (graph && graph->services.empty()) parts_.graphs.forget(change, id);
  }
}

}  // namespace unf::vnfm
