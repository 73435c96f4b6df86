#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "dataplane/net/packet.h"

namespace unf::dataplane {

/// A ring of packets with one producer and one consumer, in memory that several processes map at one address.
/// What is published becomes visible with one store: whoever dies, the ring holds whole packets only.
/// Positions only rise; a slot is position modulo capacity. Use it through PointToPointIngress and PointToPointEgress.
class SpscRing {
 public:
  /// Bytes for a ring of `capacity` packets, a power of two.
  [[nodiscard]] static constexpr std::size_t bytes(std::uint32_t capacity) {
    return sizeof(SpscRing) + capacity * sizeof(Packet*);
  }
  /// Makes an empty ring in `memory`, aligned to 64 bytes.
  static SpscRing* create(void* memory, std::uint32_t capacity) noexcept { return new (memory) SpscRing{capacity}; }

  [[nodiscard]] std::uint32_t capacity() const noexcept { return mask_ + 1; }
  /// What is in it, to an onlooker.
  [[nodiscard]] std::uint32_t size() const noexcept {
    return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
  }

  [[nodiscard]] std::uint32_t head() const noexcept { return head_.load(std::memory_order_acquire); }
  [[nodiscard]] std::uint32_t tail() const noexcept { return tail_.load(std::memory_order_acquire); }
  void set_head(std::uint32_t position) noexcept { head_.store(position, std::memory_order_release); }
  void set_tail(std::uint32_t position) noexcept { tail_.store(position, std::memory_order_release); }

  /// Copies `count` packets from or to the slots at `position`.
  void read(std::uint32_t position, Packet** to, std::uint32_t count) const noexcept {
    if (count == 0) return;
    const auto at = position & mask_;
    const auto first = count < capacity() - at ? count : capacity() - at;
    std::memcpy(to, slots() + at, first * sizeof(Packet*));
    std::memcpy(to + first, slots(), (count - first) * sizeof(Packet*));
  }
  void write(std::uint32_t position, Packet* const* from, std::uint32_t count) noexcept {
    if (count == 0) return;
    const auto at = position & mask_;
    const auto first = count < capacity() - at ? count : capacity() - at;
    std::memcpy(slots() + at, from, first * sizeof(Packet*));
    std::memcpy(slots(), from + first, (count - first) * sizeof(Packet*));
  }

 private:
  explicit SpscRing(std::uint32_t capacity) noexcept : mask_(capacity - 1) {}
  [[nodiscard]] Packet** slots() noexcept { return reinterpret_cast<Packet**>(this + 1); }
  [[nodiscard]] Packet* const* slots() const noexcept { return reinterpret_cast<Packet* const*>(this + 1); }

  alignas(64) std::atomic<std::uint32_t> head_{0};  // next to take; the consumer writes it
  alignas(64) std::atomic<std::uint32_t> tail_{0};  // next to fill; the producer writes it
  alignas(64) std::uint32_t mask_;
};

/// Rounds up to a ring's capacity.
[[nodiscard]] constexpr std::uint32_t ring_capacity(std::size_t packets) {
  return std::bit_ceil(static_cast<std::uint32_t>(packets));
}

}  // namespace unf::dataplane
