#include "dataplane/unfs/ttl_decrementer.h"

#include "dataplane/net/checksum.h"

namespace unf::dataplane::ttl_decrementer {
namespace {

Gate discard(const Packet& packet, Context& context, std::size_t reason) noexcept {
  context.count(packet, reason);
  return drop;
}

}  // namespace

Gate process(Packet& packet, Context& context) noexcept {
  const auto frame = packet.frame();
  const auto link = link_layer(frame);
  if (link.type == ether_type::ipv4) {
    auto* ip = header_at<Ipv4Header>(frame, link.end);
    if (ip == nullptr) return discard(packet, context, truncated);
    if (ip->ttl <= 1) return discard(packet, context, expired);
    // The TTL with the byte behind it, as one word: a load of what was stored in parts would wait for the cache.
    const auto was = load16(&ip->ttl);
    const auto now = static_cast<std::uint16_t>(was - 1);  // the TTL is the low byte in memory, and above 1
    store16(&ip->ttl, now);
    store16(&ip->checksum, checksum_replace(load16(&ip->checksum), was, now));
  } else if (link.type == ether_type::ipv6) {
    auto* ip = header_at<Ipv6Header>(frame, link.end);
    if (ip == nullptr) return discard(packet, context, truncated);
    if (ip->hop_limit <= 1) return discard(packet, context, expired);
    --ip->hop_limit;
  } else if (link.type == 0) {
    return discard(packet, context, truncated);
  }
  return out;
}

}  // namespace unf::dataplane::ttl_decrementer
