#pragma once

#include "graph/model/inventory.h"

namespace unf::graph {

/// What it costs to hand a packet to the next uNF, by kind of link [cycles]: as measured on a host,
/// which is what its inventory calls `call`, `ring` and `numa_ring`; else nominal.
struct LinkCosts {
  static constexpr double kNumaFactor = 3;

  double call = 2;                      ///< inside a runner
  double ring = 30;                     ///< from runner to runner
  double numa_ring = kNumaFactor * 30;  ///< the same, from one NUMA node to another; not less than `ring`

  /// Either side's part of a ring.
  [[nodiscard]] double to_send() const { return ring / 2; }
  [[nodiscard]] double to_receive() const { return ring - to_send(); }
};

[[nodiscard]] LinkCosts link_costs(const Host& host);

}  // namespace unf::graph
