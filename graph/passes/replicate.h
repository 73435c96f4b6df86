#pragma once

#include "graph/passes/pass.h"

namespace unf::graph {

/// R15: makes of each unit (units.h) as many replicas as an owner of one of its nodes asks for, and as its rate needs
/// that is more than the largest core's; each has an n-th of the rate. Units are numbered in the order in which packets
/// pass. Packets are dealt over replicas by a hash of their flow (dataplane.md 3), so a flow takes one lane: what it is
/// balanced to by the same hash again, it reaches without.
/// A unit whose state depends on more than a flow stays one, and so does what is at a NIC; the report says so.
/// Errors: no_capacity for more instances than kMaxReplicas.
[[nodiscard]] Result<Rewrite> replicate(UnfGraph graph, const Context& context);

inline constexpr std::uint32_t kMaxReplicas = 16;

}  // namespace unf::graph
