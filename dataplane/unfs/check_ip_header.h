#pragma once

#include "dataplane/net/packet.h"
#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Checks IPv4 headers (RFC 1812 5.2.2), checksum included unless the device has done it, and IPv6 headers with their
/// extension chain. What is not IP passes.
namespace check_ip_header {
enum : Gate { drop, out };
enum : std::size_t { truncated, bad_version, bad_ihl, bad_length, bad_extension, bad_checksum };
inline constexpr UnfDescriptor kDescriptor{
    .type = "CheckIPHeader",
    .gates = {"drop", "out"},
    .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_dscp, Field::ip_len, Field::ip_id,
                    Field::ip_frag, Field::ip_ttl, Field::ip_proto, Field::ip_checksum, Field::ip_src, Field::ip_dst,
                    Field::ip_options),
    .establishes = facts(Fact::ip_header_ok, Fact::ip_checksum_ok),
    .only_checks = true,
    .nominal_cycles = 8,
    .counters = {"truncated", "bad_version", "bad_ihl", "bad_length", "bad_extension", "bad_checksum"}};

/// Gates: `drop` for a header that is wrong, else `out`.
[[nodiscard]] Gate process(Packet& packet, Context& context) noexcept;
}  // namespace check_ip_header

}  // namespace unf::dataplane
