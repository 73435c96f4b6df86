#pragma once

#include <string>

#include "graph/terms/pass.h"

namespace unf::graph {

/// How two uNFs may have the same packet at once: `regions` neither drops and at most one writes, in
/// another header than the other looks at; `fields` neither touches a field that the other writes; `verdicts` one may
/// drop: its verdict is heard before effects of the other's take place.
enum class Together : std::uint8_t { no, regions, fields, verdicts };
struct Parallel {
  Together level = Together::no;
  std::string why_not;  ///< no: the reason
};
/// `first` comes before `second` in the chain.
[[nodiscard]] Parallel parallel(const UnfDescriptor& first, const Effects& first_effects, const UnfDescriptor& second,
                                const Effects& second_effects, const Conditions& conditions = Conditions::all());

/// R13: uNFs one after the other become a stage, in which they have each packet at once, where that makes a packet's
/// way shorter: by more than synchronising costs, which is the inventory's `SyncIngress` [cycles a packet and member],
/// or what a ring costs (links.h). All packets of a path that are not dropped before pass it, so that none overtakes
/// another; members need a core of their own (place).
[[nodiscard]] Result<Rewrite> parallelise(UnfGraph graph, const Context& context);

}  // namespace unf::graph
