#include "dataplane/net/headers.h"

#include <charconv>

namespace unf::dataplane {
namespace {

// RFC 8200 4, RFC 4302, RFC 6275, RFC 7401, RFC 5533.
enum : std::uint8_t {
  hop_by_hop = 0,
  routing = 43,
  fragment = 44,
  authentication = 51,
  destination = 60,
  mobility = 135,
  host_identity = 139,
  shim6 = 140
};

bool is_extension(std::uint8_t proto) noexcept {
  switch (proto) {
    case hop_by_hop:
    case routing:
    case fragment:
    case authentication:
    case destination:
    case mobility:
    case host_identity:
    case shim6:
      return true;
    default:
      return false;
  }
}

/// Steps over the extension headers before `ip.end`.
Defect walk_extensions(Frame frame, Network& ip) noexcept {
  for (int count = 0; is_extension(ip.proto); ++count) {
    if (count == kMaxIpv6Extensions || ip.end - ip.payload < 8) return Defect::bad_extension;
    const auto* header = reinterpret_cast<const std::uint8_t*>(frame.data()) + ip.payload;
    const auto type = ip.proto;
    std::uint32_t length = (header[1] + 1U) * 8U;
    if (type == fragment) {
      length = 8;
      const unsigned offset_more = static_cast<unsigned>(header[2]) << 8 | header[3];
      ip.fragment = true;  // also an atomic one (RFC 6946)
      ip.later_fragment = (offset_more & 0xfff8U) != 0;
    } else if (type == authentication) {
      length = (header[1] + 2U) * 4U;
    }
    if (length > ip.end - ip.payload) return Defect::bad_extension;
    ip.proto = header[0];
    ip.payload += length;
    if (ip.later_fragment) break;
  }
  return Defect::none;
}

}  // namespace

std::optional<MacAddress> parse_mac(std::string_view text) noexcept {
  MacAddress mac{};
  if (text.size() != 17) return std::nullopt;
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const auto* at = text.data() + 3 * i;
    const bool separated = i == 5 || at[2] == ':';
    if (!separated || std::from_chars(at, at + 2, mac[i], 16).ptr != at + 2) return std::nullopt;
  }
  return mac;
}

Network ipv6_layer(Frame frame, std::uint32_t begin) noexcept {
  const auto* header = header_at<Ipv6Header>(frame, begin);
  if (header == nullptr) return {.defect = Defect::truncated};
  const std::uint32_t first = header->version_class_flow;
  const auto fixed_end = begin + static_cast<std::uint32_t>(sizeof *header);
  Network ip{.version = Network::Version::v6,
             .proto = header->next_header,
             .dscp = static_cast<std::uint8_t>(first >> 22 & 0x3f),
             .begin = begin,
             .payload = fixed_end,
             .end = fixed_end + header->payload_length};
  if (first >> 28 != 6)
    ip.defect = Defect::bad_version;
  else if (ip.end > frame.size())
    ip.defect = Defect::bad_length;
  else
    ip.defect = walk_extensions(frame, ip);
  if (ip.defect != Defect::none) ip.payload = ip.end = fixed_end;
  return ip;
}

bool is_neighbour_discovery(Frame frame) noexcept {
  const auto link = link_layer(frame);
  if (link.type == ether_type::arp) return true;
  if (link.type != ether_type::ipv6) return false;
  const auto ip = network_layer(frame, link);
  if (!ip.ok() || ip.proto != ip_proto::icmpv6 || ip.fragment || ip.payload == ip.end) return false;
  const auto type = std::to_integer<unsigned>(frame[ip.payload]);
  return type >= 133 && type <= 137;
}

}  // namespace unf::dataplane
