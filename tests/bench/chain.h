#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/bench/figures.h"

namespace unf::bench {

/// Cycles per packet of a chain of IPTtlDecrementer on 64-byte frames, source and sink included:
/// `loop` the faster of two hand-written loops, `fused` one runner, `rings` one runner a uNF in one thread, `isolated`
/// a process a uNF, all on one core.
int run_chain(const Options& options, const std::vector<int>& lengths, const std::vector<std::string>& modes);

/// Cycles per packet of two IPTtlDecrementer in one runner, the second `direct` or `balanced` over replicas of it by
/// flow; `deal` is the balancing alone: the hash of a frame and the instance it gives.
int run_balance(const Options& options, const std::vector<int>& replicas);

/// Cycles per packet of `members` uNFs that do nothing between two others, each in a runner of its own, all in one
/// thread: `sequential` or as a parallel `stage`; `direct` is the two others alone. What members add to that is what
/// rings, or branch, marks and sync, cost.
int run_stage(const Options& options, const std::vector<int>& members);

/// What it costs to hand a packet on, by kind of link, as an inventory calls them (graph/terms/links.h) [cycles]:
/// `call`; `ring` between two cores of a NUMA node (on one core, if there is no other) and `numa_ring` between two
/// nodes, if there are two: what both sides do, one cache line of the packet written and read included.
[[nodiscard]] std::map<std::string, double> measure_links(const Options& options);

}  // namespace unf::bench
