#pragma once

#include <cstdint>
#include <span>

#include "dataplane/net/headers.h"

namespace unf::dataplane {

// All sums are of 16-bit words as they lie in memory (RFC 1071 2B): a result is stored as it is.

/// One's complement sum of `bytes`, not folded; add such sums, then fold. At most 64 KiB at a time.
[[nodiscard]] inline std::uint64_t sum_words(std::span<const std::byte> bytes, std::uint64_t sum = 0) noexcept {
  const auto* at = bytes.data();
  auto left = bytes.size();
  for (; left >= 4; at += 4, left -= 4) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    sum += word;
  }
  std::uint32_t rest = 0;
  if (left != 0) std::memcpy(&rest, at, left);
  return sum + rest;
}

[[nodiscard]] inline std::uint16_t fold(std::uint64_t sum) noexcept {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// The Internet checksum of `bytes` (RFC 1071). Over bytes that hold a right checksum it is 0.
[[nodiscard]] inline std::uint16_t checksum(std::span<const std::byte> bytes) noexcept {
  return static_cast<std::uint16_t>(~fold(sum_words(bytes)));
}

/// `checksum` after a 16-bit word under it changed from `was` to `now` (RFC 1624 eqn. 3).
[[nodiscard]] inline std::uint16_t checksum_replace(std::uint16_t checksum, std::uint16_t was,
                                                    std::uint16_t now) noexcept {
  std::uint32_t sum = static_cast<std::uint16_t>(~checksum);
  sum += static_cast<std::uint16_t>(~was);
  sum += now;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

/// Changes of 16-bit words that a checksum is over, and what becomes of it: as checksum_replace, once for all.
class ChecksumPatch {
 public:
  /// Puts `now` in the place of the word at `at`.
  void put(void* at, std::uint16_t now) noexcept {
    sum_ += static_cast<std::uint16_t>(~load16(at));
    sum_ += now;
    store16(at, now);
  }
  ChecksumPatch& operator+=(const ChecksumPatch& other) noexcept {
    sum_ += other.sum_;
    return *this;
  }
  [[nodiscard]] bool empty() const noexcept { return sum_ == 0; }
  [[nodiscard]] std::uint16_t of(std::uint16_t checksum) const noexcept {
    return static_cast<std::uint16_t>(~fold(sum_ + static_cast<std::uint16_t>(~checksum)));
  }

 private:
  std::uint64_t sum_ = 0;
};

/// The checksum of the TCP, UDP or ICMPv6 of a sound, unfragmented packet, pseudo header included (RFC 9293 3.1, RFC
/// 8200 8.1). Over a packet that holds a right one it is 0.
[[nodiscard]] std::uint16_t transport_checksum(Frame frame, const Network& ip) noexcept;

}  // namespace unf::dataplane
