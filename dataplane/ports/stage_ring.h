#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "dataplane/ports/spsc_ring.h"

namespace unf::dataplane {

/// What a member of a parallel stage says of a packet, as a byte. Zero: it passes.
class Verdict {
 public:
  constexpr Verdict() = default;
  static constexpr Verdict drop() { return Verdict{kDrop}; }
  /// The member died while it had the packet, which may be half edited: it is dropped and counts nowhere.
  static constexpr Verdict lost() { return Verdict{kLost}; }
  /// It also adds one to the member's named counter `index`, which is below 16.
  [[nodiscard]] constexpr Verdict counting(std::size_t index) const {
    return Verdict{static_cast<std::uint8_t>((byte_ & (kDrop | kLost)) | kCounts | index)};
  }
  [[nodiscard]] constexpr Verdict dropping() const { return Verdict{static_cast<std::uint8_t>(byte_ | kDrop)}; }

  [[nodiscard]] constexpr bool drops() const { return (byte_ & kDrop) != 0; }
  [[nodiscard]] constexpr bool is_lost() const { return (byte_ & kLost) != 0; }
  [[nodiscard]] constexpr bool counts() const { return (byte_ & kCounts) != 0; }
  [[nodiscard]] constexpr std::size_t counter() const { return byte_ & (kCounts - 1); }
  friend constexpr bool operator==(Verdict, Verdict) = default;

 private:
  static constexpr std::uint8_t kCounts = 0x10, kDrop = 0x20, kLost = 0x40;
  explicit constexpr Verdict(std::uint8_t byte) : byte_(byte) {}
  std::uint8_t byte_ = 0;
};
static_assert(sizeof(Verdict) == 1);

/// What the runners of a parallel stage share, in memory that several processes map at one address: a ring of packets
/// from the split to the join that the members read too, and how far each member is. Everybody sees the packets in one
/// order, so a packet has one position, and what the members say of it lies by position, in lines of their own: a
/// member that is done with a burst shows that with one store, and packets carry no marks.
/// The split writes the ring's tail, the join its head, each member its own `done` and verdicts. A slot is used again
/// once the join has moved past it, and the join moves past no packet that a member is not done with.
class StageRing {
 public:
  static constexpr std::size_t kMaxMembers = 8;

  /// Bytes for a stage of `members` and a ring of `capacity` packets, a power of two.
  [[nodiscard]] static constexpr std::size_t bytes(std::uint32_t capacity, std::size_t members) {
    return ring_offset(capacity, members) + SpscRing::bytes(capacity);
  }
  /// Makes an empty one in `memory`, zeroed and aligned to 64 bytes.
  static StageRing* create(void* memory, std::uint32_t capacity, std::size_t members) noexcept {
    assert(members >= 1 && members <= kMaxMembers);
    SpscRing::create(static_cast<std::byte*>(memory) + ring_offset(capacity, members), capacity);
    return new (memory) StageRing{capacity, members};
  }

  [[nodiscard]] std::size_t members() const noexcept { return members_; }
  /// The packets, from the split to the join.
  [[nodiscard]] SpscRing& order() noexcept {
    return *std::launder(reinterpret_cast<SpscRing*>(base() + ring_offset(capacity_, members_)));
  }

  /// The position before which `member` is done with every packet.
  [[nodiscard]] std::uint32_t done(std::size_t member) const noexcept {
    return done_[member].position.load(std::memory_order_acquire);
  }
  void set_done(std::size_t member, std::uint32_t position) noexcept {
    done_[member].position.store(position, std::memory_order_release);
  }
  /// Copies what `member` says of `count` packets from `position` on.
  void read(std::size_t member, std::uint32_t position, Verdict* to, std::uint32_t count) noexcept {
    copy<false>(verdicts(member), position, to, count);
  }
  void write(std::size_t member, std::uint32_t position, const Verdict* from, std::uint32_t count) noexcept {
    copy<true>(verdicts(member), position, from, count);
  }
  /// The same for the word a packet that a deferred member leaves for the join.
  void read(std::size_t member, std::uint32_t position, std::uint64_t* to, std::uint32_t count) noexcept {
    copy<false>(findings(member), position, to, count);
  }
  void write(std::size_t member, std::uint32_t position, const std::uint64_t* from, std::uint32_t count) noexcept {
    copy<true>(findings(member), position, from, count);
  }

 private:
  struct alignas(64) Done {
    std::atomic<std::uint32_t> position{0};
  };
  StageRing(std::uint32_t capacity, std::size_t members) noexcept : capacity_(capacity), members_(members) {}

  /// Of one member's verdicts, in whole cache lines; its findings take eight times as much.
  static constexpr std::size_t row(std::uint32_t capacity) { return (capacity + std::size_t{63}) / 64 * 64; }
  static constexpr std::size_t ring_offset(std::uint32_t capacity, std::size_t members);

  [[nodiscard]] std::byte* base() noexcept { return reinterpret_cast<std::byte*>(this); }
  [[nodiscard]] Verdict* verdicts(std::size_t member) noexcept;
  [[nodiscard]] std::uint64_t* findings(std::size_t member) noexcept;

  template <bool kWrite, typename T, typename Other>
  void copy(T* row, std::uint32_t position, Other* other, std::uint32_t count) noexcept {
    const auto at = position & (capacity_ - 1);
    const auto first = std::min(count, capacity_ - at);
    if constexpr (kWrite) {
      std::memcpy(row + at, other, first * sizeof(T));
      if (first != count) std::memcpy(row, other + first, (count - first) * sizeof(T));
    } else {
      std::memcpy(other, row + at, first * sizeof(T));
      if (first != count) std::memcpy(other + first, row, (count - first) * sizeof(T));
    }
  }

  std::uint32_t capacity_;
  std::size_t members_;
  Done done_[kMaxMembers];
};

constexpr std::size_t StageRing::ring_offset(std::uint32_t capacity, std::size_t members) {
  return sizeof(StageRing) + members * row(capacity) * (1 + sizeof(std::uint64_t));
}
inline Verdict* StageRing::verdicts(std::size_t member) noexcept {
  return reinterpret_cast<Verdict*>(base() + sizeof(StageRing) + member * row(capacity_));
}
inline std::uint64_t* StageRing::findings(std::size_t member) noexcept {
  return reinterpret_cast<std::uint64_t*>(base() + sizeof(StageRing) +
                                          (members_ + member * sizeof(std::uint64_t)) * row(capacity_));
}

}  // namespace unf::dataplane
