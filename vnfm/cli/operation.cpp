#include "vnfm/cli/operation.h"

#include "vnfm/cli/client_verb.h"

namespace unf::vnfm {
namespace {

constexpr std::int32_t kWaitMs = 60'000;

bool goes_on(const wire::OperationInfo& operation) {
  return operation.state == wire::OperationState::starting || operation.state == wire::OperationState::processing ||
         operation.state == wire::OperationState::rolling_back;
}

}  // namespace

int follow(const Output& output, const Result<ManagerClient>& manager, const BeginOperation& begin, Wait wait) {
  if (!manager) return report(manager.error());
  auto operation = begin(*manager);
  while (wait == Wait::yes && operation && goes_on(*operation)) {
    operation = manager->call(&Thrift::wait_operation, operation->id, kWaitMs);
  }
  const int status = print_answer(output, operation);
  if (!operation || operation->error.empty() || operation->state == wire::OperationState::rolled_back) return status;
  return report({Errc::unavailable, fmt::format("operation {}: {}", operation->id, operation->error)});
}

void TaskOptions::add_to(CLI::App& verb) {
  verb.add_option("ID", id, "Id of the VNF instance, or of a service that \"vnfm deploy\" deployed")->required();
  verb.add_flag("--no-wait", no_wait,
                "Return as soon as the manager has accepted the operation; \"vnfm op show\" shows its progress");
  client.add_to(verb);
}

int TaskOptions::follow_on_running(const BeginOperation& begin) const {
  return follow(client.output, manager_of(client.reach, id), begin, wait());
}

int TaskOptions::follow_on_instance(const BeginOperation& begin) const {
  return follow(client.output, the_manager(client.reach), begin, wait());
}

}  // namespace unf::vnfm
