#include "vnfm/lifecycle/state_machine.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace unf::vnfm {
namespace {

constexpr std::array<const char*, 7> kStates{"STARTING", "PROCESSING",   "COMPLETED",  "FAILED_TEMP",
                                             "FAILED",   "ROLLING_BACK", "ROLLED_BACK"};
static_assert(static_cast<std::size_t>(OperationState::rolled_back) == kStates.size() - 1);

struct Transition {
  OperationState from;
  OperationEvent event;
  OperationState to;
};

/// SOL003 figure 5.6.2.2-1.
constexpr std::array kTransitions{
    Transition{OperationState::starting, OperationEvent::planned, OperationState::processing},
    Transition{OperationState::starting, OperationEvent::refused, OperationState::rolled_back},
    Transition{OperationState::starting, OperationEvent::cancel, OperationState::starting},
    Transition{OperationState::processing, OperationEvent::succeeded, OperationState::completed},
    Transition{OperationState::processing, OperationEvent::stuck, OperationState::failed_temp},
    Transition{OperationState::processing, OperationEvent::cancel, OperationState::processing},
    Transition{OperationState::failed_temp, OperationEvent::retry, OperationState::processing},
    Transition{OperationState::failed_temp, OperationEvent::roll_back, OperationState::rolling_back},
    Transition{OperationState::failed_temp, OperationEvent::give_up, OperationState::failed},
    Transition{OperationState::rolling_back, OperationEvent::succeeded, OperationState::rolled_back},
    Transition{OperationState::rolling_back, OperationEvent::stuck, OperationState::failed_temp},
    Transition{OperationState::rolling_back, OperationEvent::cancel, OperationState::rolling_back},
};

}  // namespace

std::optional<OperationState> next_state(OperationState from, OperationEvent event) {
  const auto at = std::ranges::find_if(
      kTransitions, [&](const Transition& each) { return each.from == from && each.event == event; });
  return at == kTransitions.end() ? std::nullopt : std::optional{at->to};
}

OperationState initial_state(OperationKind kind) {
  return traits_of(kind).needs_grant ? OperationState::starting : OperationState::processing;
}

bool is_ended(OperationState state) {
  return std::ranges::find(kTransitions, state, &Transition::from) == kTransitions.end();
}

std::string states_before(OperationEvent event) {
  std::string names;
  for (auto left = std::ranges::count(kTransitions, event, &Transition::event); const auto& each : kTransitions) {
    if (each.event != event) continue;
    names += to_string(each.from);
    if (--left > 0) names += left == 1 ? " or " : ", ";
  }
  return names;
}

const char* to_string(OperationState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<OperationState> operation_state(std::string_view name) {
  const auto at = std::ranges::find(kStates, name);
  return at == kStates.end() ? std::nullopt : std::optional{static_cast<OperationState>(at - kStates.begin())};
}

std::span<const char* const> operation_states() { return kStates; }

}  // namespace unf::vnfm
