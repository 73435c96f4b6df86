#include "dataplane/unfs/ttl_decrementer.h"

#include "dataplane/net/checksum.h"

namespace unf::dataplane::ttl_decrementer {
namespace {

Gate discard(Context& context, std::size_t reason) noexcept {
  context.count(reason);
  return drop;
}

}  // namespace

Gate process(Packet& packet, Context& context) noexcept {
  const auto frame = packet.frame();
  const auto link = link_layer(frame);
  if (link.type == ether_type::ipv4) {
    auto* ip = header_at<Ipv4Header>(frame, link.end);
    if (ip == nullptr) return discard(context, truncated);
    if (ip->ttl <= 1) return discard(context, expired);
    const auto was = load16(&ip->ttl);
    --ip->ttl;
    store16(&ip->checksum, checksum_replace(load16(&ip->checksum), was, load16(&ip->ttl)));
  } else if (link.type == ether_type::ipv6) {
    auto* ip = header_at<Ipv6Header>(frame, link.end);
    if (ip == nullptr) return discard(context, truncated);
    if (ip->hop_limit <= 1) return discard(context, expired);
    --ip->hop_limit;
  } else if (link.type == 0) {
    return discard(context, truncated);
  }
  return out;
}

}  // namespace unf::dataplane::ttl_decrementer
