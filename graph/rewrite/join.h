#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/terms/kind.h"
#include "graph/terms/pass.h"

namespace unf::graph {

/// One uNF that decides what two would, the second of which gets what the first sends to one of its gates.
struct Joint {
  struct Outcome {
    Gate gate;                   ///< of `kind`
    Gate first;                  ///< that the first would take
    std::optional<Gate> second;  ///< that the second would take; none: it would not get the packet
  };
  const Kind* kind = nullptr;  ///< nullptr: there is none
  std::vector<Outcome> outcomes;
  std::string why_not;  ///< empty: such kinds are never one
};

/// Whether there are kinds that one of `kind` could be joined with.
[[nodiscard]] bool can_be_joined(const Kind& kind);

/// R8: the tables, or the pattern sets, of two kinds as one. Tables become their product; where that has too many rows
/// they stay as they are, one behind the other in one uNF. `space` is what can come to the first: rows that nothing of
/// it can match, or that change nothing, are left out.
[[nodiscard]] Joint join(const Kind& first, Gate gate, const Kind& second, const FlowSpace& space,
                         const Context& context);

}  // namespace unf::graph
