#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace unf::dataplane {

/// The bytes of one Ethernet frame, without FCS.
using Frame = std::span<std::byte>;

/// The header at `offset`, or nullptr where the frame is too short for it. `Header` must have alignment 1.
template <typename Header>
[[nodiscard]] Header* header_at(Frame frame, std::size_t offset) noexcept {
  static_assert(alignof(Header) <= 2, "headers of a frame lie at odd addresses");
  if (offset > frame.size() || frame.size() - offset < sizeof(Header)) return nullptr;
  return reinterpret_cast<Header*>(frame.data() + offset);
}

/// 16 bits as they lie in memory, at any alignment.
[[nodiscard]] inline std::uint16_t load16(const void* at) noexcept {
  std::uint16_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
inline void store16(void* at, std::uint16_t value) noexcept { std::memcpy(at, &value, sizeof value); }

}  // namespace unf::dataplane
