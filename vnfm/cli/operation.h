#pragma once

#include <functional>
#include <string>

#include "vnfm/cli/client_options.h"

namespace unf::vnfm {

/// Begins, or goes on with, an operation of a VNF.
using BeginOperation = std::function<Result<wire::OperationInfo>(const ManagerClient& manager)>;

/// Whether a verb waits for the end of its operation.
enum class Wait { no, yes };

/// Begins an operation and prints how far it got, or how it ended. An operation that did not do what it was for has
/// failed, unless it was rolled back on purpose. Returns the exit code.
int follow(const Output& output, const Result<ManagerClient>& manager, const BeginOperation& begin, Wait wait);

/// The options of a verb that begins an operation.
struct TaskOptions {
  ClientOptions client;
  std::string id;
  bool no_wait = false;

  void add_to(CLI::App& verb);
  /// Follows an operation on the service or instance, of the manager that runs it.
  [[nodiscard]] int follow_on_running(const BeginOperation& begin) const;
  /// Follows an operation on an instance that may not be running yet.
  [[nodiscard]] int follow_on_instance(const BeginOperation& begin) const;

 private:
  [[nodiscard]] Wait wait() const { return no_wait ? Wait::no : Wait::yes; }
};

}  // namespace unf::vnfm
