#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "dataplane/ports/point_to_point.h"
#include "dataplane/ports/stage_ring.h"

namespace unf::dataplane {

/// The paper's BranchEgressPort (VI-D.3): gives each packet to all members of a parallel stage. They read one ring, so
/// it is pushed once and never to some of them only.
class BranchEgress : public PointToPointEgress {
 public:
  explicit BranchEgress(StageRing& stage) noexcept : PointToPointEgress(stage.order()) {}
};

/// A member's way in: reads what the branch pushes, from where the member has got to. MarkerEgress says when it is
/// done.
class BranchIngress {
 public:
  BranchIngress(StageRing& stage, std::size_t member) noexcept
      : ring_(&stage.order()), next_(stage.done(member)), tail_(next_) {}

  /// The next packets, at most as many as `into` holds.
  [[nodiscard]] std::uint32_t peek(std::span<Packet*> into) noexcept {
    if (tail_ - next_ < into.size()) tail_ = ring_->tail();
    const auto count = std::min(tail_ - next_, static_cast<std::uint32_t>(into.size()));
    ring_->read(next_, into.data(), count);
    return count;
  }
  void skip(std::uint32_t count) noexcept { next_ += count; }
  [[nodiscard]] std::uint32_t position() const noexcept { return next_; }

 private:
  SpscRing* ring_;
  std::uint32_t next_;
  std::uint32_t tail_;  // as last seen
};

}  // namespace unf::dataplane
