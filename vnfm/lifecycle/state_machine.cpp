#include "vnfm/lifecycle/state_machine.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace unf::vnfm {
namespace {

using State = OperationState;
using Event = OperationEvent;

constexpr std::array<const char*, 7> kStates{"STARTING", "PROCESSING",   "COMPLETED",  "FAILED_TEMP",
                                             "FAILED",   "ROLLING_BACK", "ROLLED_BACK"};
static_assert(static_cast<std::size_t>(State::rolled_back) == kStates.size() - 1);

constexpr std::array kTransitions{
    Transition{State::starting, Event::planned, State::processing},
    Transition{State::starting, Event::refused, State::rolled_back},
    Transition{State::starting, Event::cancel, State::starting},
    Transition{State::processing, Event::succeeded, State::completed},
    Transition{State::processing, Event::stuck, State::failed_temp},
    Transition{State::processing, Event::cancel, State::processing},
    Transition{State::failed_temp, Event::retry, State::processing},
    Transition{State::failed_temp, Event::roll_back, State::rolling_back},
    Transition{State::failed_temp, Event::give_up, State::failed},
    Transition{State::rolling_back, Event::succeeded, State::rolled_back},
    Transition{State::rolling_back, Event::stuck, State::failed_temp},
    Transition{State::rolling_back, Event::cancel, State::rolling_back},
};

}  // namespace

std::span<const Transition> transitions() { return kTransitions; }

std::optional<State> next_state(State from, Event event) {
  const auto at = std::ranges::find_if(
      kTransitions, [&](const Transition& each) { return each.from == from && each.event == event; });
  return at == kTransitions.end() ? std::nullopt : std::optional{at->to};
}

State initial_state(OperationKind kind) { return traits_of(kind).needs_grant ? State::starting : State::processing; }

bool is_ended(State state) { return std::ranges::find(kTransitions, state, &Transition::from) == kTransitions.end(); }

std::string states_before(Event event) {
  std::string names;
  for (auto left = std::ranges::count(kTransitions, event, &Transition::event); const auto& each : kTransitions) {
    if (each.event != event) continue;
    names += to_string(each.from);
    if (--left > 0) names += left == 1 ? " or " : ", ";
  }
  return names;
}

const char* to_string(State state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<State> operation_state(std::string_view name) {
  const auto at = std::ranges::find(kStates, name);
  return at == kStates.end() ? std::nullopt : std::optional{static_cast<State>(at - kStates.begin())};
}

std::span<const char* const> operation_states() { return kStates; }

}  // namespace unf::vnfm
