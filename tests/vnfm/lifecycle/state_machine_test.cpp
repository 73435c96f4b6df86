#include "vnfm/lifecycle/state_machine.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <vector>

namespace unf::vnfm {
namespace {

using testing::ElementsAre;
using Event = OperationEvent;
using State = OperationState;

std::set<State> all_states() {
  std::set<State> all;
  for (const auto* name : operation_states()) all.insert(operation_state(name).value());
  return all;
}

/// The states that an operation can get to from `state`, and `state`.
void reach(State state, std::set<State>& reached) {
  if (!reached.insert(state).second) return;
  for (int event = 0; event <= static_cast<int>(Event::cancel); ++event) {
    if (const auto next = next_state(state, static_cast<Event>(event))) reach(*next, reached);
  }
}

TEST(StateMachine, ReachesEachStateAndEndsFromEach) {
  std::set<State> from_start;
  reach(State::starting, from_start);
  EXPECT_EQ(from_start, all_states());
  for (const auto state : all_states()) {
    std::set<State> reached;
    reach(state, reached);
    EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), is_ended)) << to_string(state);
  }
}

TEST(StateMachine, EndsInThreeStates) {
  std::vector<State> ended;
  for (const auto state : all_states()) {
    if (is_ended(state)) ended.push_back(state);
  }
  EXPECT_THAT(ended, ElementsAre(State::completed, State::failed, State::rolled_back));
}

TEST(StateMachine, SaysInWhichStatesAnEventCanHappen) {
  EXPECT_EQ(states_before(Event::retry), "FAILED_TEMP");
  EXPECT_EQ(states_before(Event::cancel), "STARTING, PROCESSING or ROLLING_BACK");
}

TEST(StateMachine, SpellsStatesAndKindsAsRecordsDo) {
  for (const auto& traits : operation_kinds()) EXPECT_EQ(operation_kind(traits.name), traits.kind);
  EXPECT_EQ(operation_kind("SCALE_TO"), std::nullopt);
  EXPECT_EQ(operation_state("DONE"), std::nullopt);
}

TEST(StateMachine, BeginsWithAGrantWhereOneIsNeeded) {
  for (const auto& traits : operation_kinds()) {
    EXPECT_EQ(initial_state(traits.kind),
              traits.kind == OperationKind::modify_info ? State::processing : State::starting)
        << traits.name;
  }
}

}  // namespace
}  // namespace unf::vnfm
