#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dataplane/net/flow_hash.h"
#include "dataplane/net/packet.h"

namespace unf::dataplane {

/// Deals packets over the instances of a scaled-out uNF (the paper's LoadBalancedEgressPort, VI-D.6), not round robin
/// but by flow: both directions of a flow go to one instance, so its order and state are kept. A flow falls into one of
/// kBuckets; each instance has as many of these as any other, or one more. Where the (n+1)th instance joins, only the
/// buckets that it gets change hands: of every instance's it takes some, and nothing else moves.
class LoadBalancedEgress {
 public:
  static constexpr std::size_t kBuckets = 128;
  static constexpr std::size_t kMaxInstances = 64;

  /// 1 to kMaxInstances.
  explicit LoadBalancedEgress(std::size_t instances) noexcept {
    assert(instances >= 1 && instances <= kMaxInstances);
    std::array<std::size_t, kMaxInstances> held{kBuckets};
    for (std::size_t joining = 1; joining < instances; ++joining) {
      for (auto wanted = kBuckets / (joining + 1); wanted != 0; --wanted) {
        const auto richest = static_cast<std::size_t>(std::max_element(held.begin(), held.end()) - held.begin());
        *std::find(instance_of_.begin(), instance_of_.end(), richest) = static_cast<std::uint8_t>(joining);
        --held[richest];
        ++held[joining];
      }
    }
  }

  [[nodiscard]] std::size_t instance_of_bucket(std::size_t bucket) const noexcept { return instance_of_[bucket]; }
  [[nodiscard]] std::size_t instance_of(const Packet& packet) const noexcept {
    static_assert(kBuckets == 1U << 7);
    return instance_of_[flow_hash(packet.frame()) >> (64 - 7)];
  }

 private:
  std::array<std::uint8_t, kBuckets> instance_of_{};
};

}  // namespace unf::dataplane
