#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "dataplane/ports/stage_ring.h"

namespace unf::dataplane {

/// The paper's SyncIngressPort (VI-D.5): gives packets out in the order they entered the stage, each once all members
/// are done with it. What is peeked stays in the ring until it is released, so that a successor finds it again.
class SyncIngress {
 public:
  static constexpr std::size_t kMaxBurst = 64;

  explicit SyncIngress(StageRing& stage) noexcept : stage_(&stage), ring_(&stage.order()) { done_.fill(head()); }

  [[nodiscard]] std::uint32_t peek(std::span<Packet*> into) noexcept {
    count_ = done_by_all(static_cast<std::uint32_t>(std::min(into.size(), kMaxBurst)));
    ring_->read(head(), into.data(), count_);
    return count_;
  }
  /// Takes the oldest `count` packets out.
  void release(std::uint32_t count) noexcept { ring_->set_head(head() + count); }
  [[nodiscard]] std::uint32_t head() const noexcept { return ring_->head(); }

  /// What a member says of the packets that were peeked last.
  struct Verdicts {
    alignas(16) std::array<Verdict, kMaxBurst> of;

    /// Bit i: more is to be said of packet i than that it passes.
    [[nodiscard]] std::uint64_t remarkable() const noexcept {
      std::uint64_t passing = 0;
      for (int i = 0; i < 4; ++i) {
        const auto some = _mm_load_si128(reinterpret_cast<const __m128i*>(of.data()) + i);
        const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(some, _mm_setzero_si128())));
        passing |= std::uint64_t{bits} << (16 * i);
      }
      return ~passing;
    }
  };
  [[nodiscard]] Verdicts verdicts(std::size_t member) noexcept {
    Verdicts verdicts{};
    stage_->read(member, head(), verdicts.of.data(), count_);
    return verdicts;
  }
  /// The words that it left.
  void findings(std::size_t member, std::span<std::uint64_t, kMaxBurst> into) noexcept {
    stage_->read(member, head(), into.data(), count_);
  }

 private:
  /// How many packets, at most `most`, all members are done with. Looks at those only that were not last time.
  [[nodiscard]] std::uint32_t done_by_all(std::uint32_t most) noexcept {
    const auto position = head();
    auto least = static_cast<std::int32_t>(most);
    for (std::size_t m = 0; m < stage_->members() && least > 0; ++m) {
      const auto ahead = [&] { return static_cast<std::int32_t>(done_[m] - position); };
      if (ahead() < least) done_[m] = stage_->done(m);
      least = std::min(least, ahead());
    }
    return static_cast<std::uint32_t>(std::max(least, 0));
  }

  StageRing* stage_;
  SpscRing* ring_;
  std::array<std::uint32_t, StageRing::kMaxMembers> done_;  // of each member, as last seen
  std::uint32_t count_ = 0;
};

}  // namespace unf::dataplane
