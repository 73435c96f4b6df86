#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "vnfm/lifecycle/descriptors.h"
#include "vnfm/lifecycle/operation_resources.h"
#include "vnfm/lifecycle/planner.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/scheduler.h"
#include "vnfm/nfvo/nfvo.h"

namespace unf::vnfm {

/// Asks the NFVO whether operations may begin (SOL003 5.4). Calls may come from any thread.
class GrantClient {
 public:
  struct Parts {
    Nfvo* nfvo;                          ///< null: nobody is asked
    std::string root;                    ///< of the manager's resources, which requests link to
    std::chrono::milliseconds patience;  ///< with an NFVO that cannot be reached
    Planner& planner;
    Descriptors& descriptors;
    OperationResources& resources;
    Scheduler& scheduler;
  };
  explicit GrantClient(Parts parts) : parts_(std::move(parts)) {}

  /// Whether the operation needs a grant that it does not have.
  [[nodiscard]] bool is_wanted(const Operation& operation, const Service& service) const;
  /// Asks for the operation's grant or, where the NFVO has said where its answer will be, for that answer. The request
  /// follows from the records alone: a manager that takes over sends the same. Errors: those of the NFVO; malformed, if
  /// it grants another operation.
  [[nodiscard]] Result<GrantAnswer> ask(const Operation& operation, const Service& service);

 private:
  [[nodiscard]] nlohmann::json request_of(const Operation& operation, const Service& service);

  const Parts parts_;
};

}  // namespace unf::vnfm
