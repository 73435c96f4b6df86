#pragma once

#include "dataplane/net/packet.h"
#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Takes one hop off the IPv4 TTL, with its checksum (RFC 1812 5.3.1), or the IPv6 hop limit (RFC 8200 3).
namespace ttl_decrementer {
enum : Gate { drop, out };
enum : std::size_t { expired, truncated };
inline constexpr UnfDescriptor kDescriptor{
    .type = "IPTtlDecrementer",
    .gates = {"drop", "out"},
    .reads = fields(Field::eth_type, Field::ip_ttl, Field::ip_checksum),
    .writes = fields(Field::ip_ttl, Field::ip_checksum),
    .preserves = facts(Fact::ip_header_ok, Fact::ip_checksum_ok, Fact::l4_header_ok),
    .replay = Replay::marked,
    .nominal_cycles = 5,
    .counters = {"expired", "truncated"}};

/// Gates: `drop` for a TTL of 0 or 1 or a cut-off header, else `out`, also for what is not IP.
[[nodiscard]] Gate process(Packet& packet, Context& context) noexcept;
}  // namespace ttl_decrementer

}  // namespace unf::dataplane
