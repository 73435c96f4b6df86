#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "vnfm/lifecycle/operation_kind.h"

namespace unf::vnfm {

/// LcmOperationStateType, ETSI GS NFV-SOL 003 5.5.4.3.
enum class OperationState : std::uint8_t {
  starting,
  processing,
  completed,
  failed_temp,
  failed,
  rolling_back,
  rolled_back,
};

/// What can happen to an operation.
enum class OperationEvent : std::uint8_t {
  planned,    ///< it is granted, and the graphs that it wants are stored
  refused,    ///< it cannot begin: it is not granted, not possible, or was cancelled before
  succeeded,  ///< the hosts run what it wants
  stuck,      ///< the hosts cannot be brought there, or it was cancelled
  retry,      ///< a client asks for another attempt,
  roll_back,  ///< for the service as it was before,
  give_up,    ///< or for neither
  cancel,     ///< a client asks it to end; the state changes once its worker sees that
};

/// The state after `event`. None: it cannot happen in state `from`.
[[nodiscard]] std::optional<OperationState> next_state(OperationState from, OperationEvent event);

/// Where an operation begins.
[[nodiscard]] OperationState initial_state(OperationKind kind);

/// Whether nothing can happen to it any more.
[[nodiscard]] bool is_ended(OperationState state);

/// The states in which `event` can happen, for a message: `STARTING, PROCESSING or ROLLING_BACK`.
[[nodiscard]] std::string states_before(OperationEvent event);

/// As SOL003 and the records in the store spell it.
[[nodiscard]] const char* to_string(OperationState state);
/// None: no state has that name.
[[nodiscard]] std::optional<OperationState> operation_state(std::string_view name);
/// The names of all states, in the order of the enumerators.
[[nodiscard]] std::span<const char* const> operation_states();

}  // namespace unf::vnfm
