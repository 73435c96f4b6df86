#pragma once

#include "dataplane/net/packet.h"
#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Ends a TCP connection at both ends, so that neither waits: the segment becomes a RST to its receiver, and its sender
/// gets a RST back (RFC 9293 3.10.7.1, with sequence numbers that each of them accepts, RFC 5961 3.2).
namespace tcp_reset {
enum : Gate { drop, out };
enum : std::size_t { not_tcp, is_reset, no_packet };
inline constexpr UnfDescriptor kDescriptor{
    .type = "TcpReset",
    .gates = {"drop", "out"},
    .reads = fields(Field::eth_dst, Field::eth_src, Field::eth_type, Field::eth_vlan, Field::ip_version, Field::ip_ihl,
                    Field::ip_dscp, Field::ip_len, Field::ip_id, Field::ip_frag, Field::ip_ttl, Field::ip_proto,
                    Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport, Field::tcp_seq,
                    Field::tcp_ack, Field::tcp_flags, Field::tcp_options, Field::payload_len),
    .writes = fields(Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto, Field::ip_checksum,
                     Field::ip_options, Field::l4_checksum, Field::tcp_ack, Field::tcp_flags, Field::tcp_window,
                     Field::tcp_options, Field::payload_len, Field::payload_bytes),
    .emits = Emits::fresh,
    .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok, Fact::l4_header_ok),
    .replay = Replay::marked,
    .nominal_cycles = 60,
    .counters = {"not_tcp", "is_reset", "no_packet"}};

/// Gates: `out` for both resets, `drop` for what is not TCP and for a RST, which is never answered. Where no packet is
/// to be had for the sender, the receiver is told all the same (counted: no_packet).
[[nodiscard]] Gate process(Packet& packet, Context& context) noexcept;
}  // namespace tcp_reset

}  // namespace unf::dataplane
