#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>

#include "dataplane/ports/spsc_ring.h"

namespace unf::dataplane {

/// The paper's PPIngressPort (VI-D.2): pulls bursts from one ring. What is peeked stays in the ring until it is
/// released, so that a successor finds it again.
class PointToPointIngress {
 public:
  explicit PointToPointIngress(SpscRing& ring) noexcept : ring_(&ring), head_(ring.head()), tail_(head_) {}

  /// The oldest packets, at most as many as `into` holds.
  [[nodiscard]] std::uint32_t peek(std::span<Packet*> into) noexcept {
    if (tail_ - head_ < into.size()) tail_ = ring_->tail();
    const auto count = std::min(tail_ - head_, static_cast<std::uint32_t>(into.size()));
    ring_->read(head_, into.data(), count);
    return count;
  }
  /// Takes the oldest `count` packets out.
  void release(std::uint32_t count) noexcept {
    head_ += count;
    ring_->set_head(head_);
  }
  /// peek and release.
  [[nodiscard]] std::uint32_t take(std::span<Packet*> into) noexcept {
    const auto count = peek(into);
    if (count != 0) release(count);
    return count;
  }
  [[nodiscard]] std::uint32_t head() const noexcept { return head_; }

 private:
  SpscRing* ring_;
  std::uint32_t head_;
  std::uint32_t tail_;  // as last seen
};

/// The paper's PPEgressPort: pushes bursts to one ring in two phases. `offer` fills slots that the reader does not see
/// yet, `publish` shows all of them with one store.
class PointToPointEgress {
 public:
  explicit PointToPointEgress(SpscRing& ring) noexcept : ring_(&ring), tail_(ring.tail()), head_(ring.head()) {}

  /// Puts as many of `burst` as fit behind the packets offered before, first ones first; returns how many.
  [[nodiscard]] std::uint32_t offer(std::span<Packet* const> burst) noexcept {
    const auto wanted = static_cast<std::uint32_t>(burst.size());
    const auto at = tail_ + offered_;
    if (ring_->capacity() - (at - head_) < wanted) head_ = ring_->head();
    const auto count = std::min(wanted, ring_->capacity() - (at - head_));
    ring_->write(at, burst.data(), count);
    offered_ += count;
    return count;
  }
  void publish() noexcept {
    if (offered_ == 0) return;
    tail_ += offered_;
    offered_ = 0;
    ring_->set_tail(tail_);
  }
  /// offer and publish.
  [[nodiscard]] std::uint32_t send(std::span<Packet* const> burst) noexcept {
    const auto count = offer(burst);
    publish();
    return count;
  }
  [[nodiscard]] std::uint32_t tail() const noexcept { return tail_; }

 private:
  SpscRing* ring_;
  std::uint32_t tail_;
  std::uint32_t head_;  // as last seen
  std::uint32_t offered_ = 0;
};

}  // namespace unf::dataplane
