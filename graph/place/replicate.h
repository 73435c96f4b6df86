#pragma once

#include "graph/terms/pass.h"

namespace unf::graph {

inline constexpr std::uint32_t kMaxReplicas = 16;  ///< of one node

/// R15: makes of each unit (units.h) as many replicas as an owner of one of its nodes asks for, and as its rate needs
/// that is more than the largest core's; each has an n-th of the rate. Units are numbered in the order in which packets
/// pass. Packets are dealt over replicas by a hash of their flow, so a flow takes one lane: what it is
/// balanced to by the same hash again, it reaches without.
/// What is at a NIC stays one, and so does a unit whose state is about all flows, or whose branches meet again behind a
/// change of what flows are told by; the report says so.
/// Errors: no_capacity for more instances than kMaxReplicas.
[[nodiscard]] Result<Rewrite> replicate(UnfGraph graph, const Context& context);

}  // namespace unf::graph
