#include "dataplane/unfs/check_ip_header.h"

#include "dataplane/net/checksum.h"

namespace unf::dataplane::check_ip_header {
namespace {

Gate discard(const Packet& packet, Context& context, std::size_t reason) noexcept {
  context.count(packet, reason);
  return drop;
}

std::size_t reason_of(Defect defect) noexcept {
  switch (defect) {
    case Defect::bad_version:
      return bad_version;
    case Defect::bad_ihl:
      return bad_ihl;
    case Defect::bad_length:
      return bad_length;
    case Defect::bad_extension:
      return bad_extension;
    default:
      return truncated;
  }
}

bool checksum_ok(const Packet& packet, const Network& ip) noexcept {
  if (packet.ip_checksum != Checksum::unknown) return packet.ip_checksum == Checksum::good;
  const auto header = packet.frame().subspan(ip.begin, ip.payload - ip.begin);
  if (header.size() == sizeof(Ipv4Header)) return checksum(header.first<sizeof(Ipv4Header)>()) == 0;  // unrolled
  return checksum(header) == 0;
}

}  // namespace

Gate process(Packet& packet, Context& context) noexcept {
  const auto link = link_layer(packet.frame());
  if (link.type == 0) return discard(packet, context, truncated);
  const auto ip = network_layer(packet.frame(), link);
  if (ip.defect != Defect::none) return discard(packet, context, reason_of(ip.defect));
  if (ip.version == Network::Version::v4 && !checksum_ok(packet, ip)) return discard(packet, context, bad_checksum);
  return out;
}

}  // namespace unf::dataplane::check_ip_header
