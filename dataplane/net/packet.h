#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "dataplane/net/frame.h"

namespace unf::dataplane {

/// What the device said of a frame's checksums.
enum class Checksum : std::uint8_t { unknown, good, bad };

/// A frame and what the dataplane knows of it: one cache line in the private area behind the mbuf (`unf-io`) or beside
/// a buffer of its own (unf-replay, tests). uNFs and runners see this and never an mbuf. One runner owns it at a time.
struct alignas(64) Packet {
  /// What became of it, for the Sync port. Only unf-io writes it.
  enum class Mark : std::uint8_t { open, send, drop };

  std::byte* data = nullptr;       ///< first byte of the frame
  std::uint32_t length = 0;        ///< of the frame [bytes]
  std::uint32_t room = 0;          ///< bytes that fit at `data`
  Packet* next_emitted = nullptr;  ///< packets a uNF made on its account, in order
  std::uint32_t edge = 0;          ///< the edge it came by; see EdgeCode
  std::uint16_t path = 0;          ///< PathId of the classifier that took it
  std::uint8_t in_nic = 0;         ///< index of the ingress NIC
  std::uint8_t out_nic = 0;        ///< set by NicEgress
  bool reflect = false;            ///< NicEgress sends it back out of the ingress NIC
  Checksum ip_checksum = Checksum::unknown;
  Checksum l4_checksum = Checksum::unknown;
  Mark mark = Mark::open;
  std::uint64_t arrival = 0;             ///< TSC at Rx, or the capture's time stamp [ns]
  std::array<std::uint32_t, 4> slots{};  ///< annotations; the plan's `slots` lays them out

  [[nodiscard]] Frame frame() const noexcept { return {data, length}; }
};
static_assert(sizeof(Packet) == 64 && std::is_trivially_copyable_v<Packet>);

}  // namespace unf::dataplane
