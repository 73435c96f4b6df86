#pragma once

#include "dataplane/net/packet.h"
#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Swaps source and destination MAC address.
namespace mac_swapper {
enum : Gate { drop, out };
enum : std::size_t { truncated };
inline constexpr UnfDescriptor kDescriptor{
    .type = "MacSwapper",
    .gates = {"drop", "out"},
    .reads = fields(Field::eth_dst, Field::eth_src),
    .writes = fields(Field::eth_dst, Field::eth_src),
    .preserves = facts(Fact::ip_header_ok, Fact::ip_checksum_ok, Fact::l4_header_ok),
    .replay = Replay::marked,
    .nominal_cycles = 4,
    .counters = {"truncated"}};

/// Gates: `drop` for a frame without Ethernet header, else `out`.
[[nodiscard]] Gate process(Packet& packet, Context& context) noexcept;
}  // namespace mac_swapper

}  // namespace unf::dataplane
