#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dataplane/net/frame.h"

namespace unf::dataplane {

/// A big-endian number of a header, at any address. In code it reads and is assigned as a plain number.
template <typename T>
class BigEndian {
 public:
  BigEndian() = default;
  BigEndian(T value) noexcept { *this = value; }
  BigEndian& operator=(T value) noexcept {
    value = swap(value);
    std::memcpy(bytes_.data(), &value, sizeof value);
    return *this;
  }
  operator T() const noexcept {
    T value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    return swap(value);
  }

 private:
  static T swap(T value) noexcept {
    static_assert(std::endian::native == std::endian::little);
    if constexpr (sizeof(T) == 2)
      return __builtin_bswap16(value);
    else
      return __builtin_bswap32(value);
  }
  std::array<std::uint8_t, sizeof(T)> bytes_;
};
using Be16 = BigEndian<std::uint16_t>;
using Be32 = BigEndian<std::uint32_t>;

using MacAddress = std::array<std::uint8_t, 6>;
using Ipv4Address = std::array<std::uint8_t, 4>;
using Ipv6Address = std::array<std::uint8_t, 16>;

/// `02:00:00:00:00:01`; nullopt for any other form.
[[nodiscard]] std::optional<MacAddress> parse_mac(std::string_view text) noexcept;

struct EthernetHeader {
  MacAddress dst, src;
  Be16 type;
};
/// What follows a type of 0x8100 or 0x88a8.
struct VlanTag {
  Be16 tci;
  Be16 type;
};
struct Ipv4Header {
  std::uint8_t version_ihl;
  std::uint8_t tos;
  Be16 total_length;
  Be16 id;
  Be16 fragment;
  std::uint8_t ttl;
  std::uint8_t proto;
  Be16 checksum;
  Ipv4Address src, dst;
};
struct Ipv6Header {
  Be32 version_class_flow;
  Be16 payload_length;
  std::uint8_t next_header;
  std::uint8_t hop_limit;
  Ipv6Address src, dst;
};
struct TcpHeader {
  Be16 src, dst;
  Be32 seq, ack;
  std::uint8_t data_offset;  ///< in the upper half [4 bytes]
  std::uint8_t flags;
  Be16 window;
  Be16 checksum;
  Be16 urgent;
};
struct UdpHeader {
  Be16 src, dst;
  Be16 length;
  Be16 checksum;
};
/// RFC 9260 3.1.
struct SctpHeader {
  Be16 src, dst;
  Be32 tag;
  std::array<std::uint8_t, 4> checksum;  ///< CRC32c, low byte first
};
static_assert(sizeof(EthernetHeader) == 14 && sizeof(Ipv4Header) == 20 && sizeof(Ipv6Header) == 40);
static_assert(sizeof(TcpHeader) == 20 && sizeof(UdpHeader) == 8 && alignof(Ipv4Header) == 1);

namespace ether_type {
inline constexpr std::uint16_t ipv4 = 0x0800, arp = 0x0806, vlan = 0x8100, ipv6 = 0x86dd, qinq = 0x88a8;
}
namespace ip_proto {
inline constexpr std::uint8_t icmp = 1, tcp = 6, udp = 17, icmpv6 = 58, sctp = 132;
}
namespace tcp_flag {
inline constexpr std::uint8_t fin = 1, syn = 2, rst = 4, psh = 8, ack = 16;
}

inline constexpr std::uint16_t kNoVlan = 0xffff;
inline constexpr int kMaxVlanTags = 2;        ///< QinQ; what lies behind a third is not looked at
inline constexpr int kMaxIpv6Extensions = 8;  ///< a longer chain is a defect

/// Ethernet and its VLAN tags.
struct Link {
  std::uint16_t type = 0;        ///< behind the tags; 0: the frame ends before
  std::uint16_t vlan = kNoVlan;  ///< id of the outer tag
  std::uint32_t end = 0;         ///< offset behind the tags
};

[[nodiscard]] inline Link link_layer(Frame frame) noexcept {
  const auto* eth = header_at<EthernetHeader>(frame, 0);
  if (eth == nullptr) return {};
  Link link{.type = eth->type, .end = sizeof *eth};
  for (int tags = 0; tags < kMaxVlanTags && (link.type == ether_type::vlan || link.type == ether_type::qinq); ++tags) {
    const auto* tag = header_at<VlanTag>(frame, link.end);
    if (tag == nullptr) return {};
    if (tags == 0) link.vlan = tag->tci & 0x0fff;
    link.type = tag->type;
    link.end += sizeof *tag;
  }
  return link;
}

/// Why an IP header cannot be believed.
enum class Defect : std::uint8_t { none, truncated, bad_version, bad_ihl, bad_length, bad_extension };

/// IPv4 with its options, or IPv6 with its extension headers. With a defect the fields of the fixed header are still
/// there, and nothing behind it is.
struct Network {
  enum class Version : std::uint8_t { none, v4, v6 };

  Version version = Version::none;  ///< none: not IP, or shorter than the fixed header
  Defect defect = Defect::none;     ///< also of a frame whose type says IP and that is too short for it
  std::uint8_t proto = 0;           ///< behind the extension headers
  std::uint8_t dscp = 0;
  bool fragment = false;        ///< any fragment
  bool later_fragment = false;  ///< one without the transport header
  std::uint32_t begin = 0;      ///< offset of the IP header
  std::uint32_t payload = 0;    ///< offset behind options and extension headers
  std::uint32_t end = 0;        ///< offset behind the packet as its length says: no Ethernet padding

  [[nodiscard]] bool ok() const noexcept { return version != Version::none && defect == Defect::none; }
};

/// IPv6 at `begin`; part of network_layer.
[[nodiscard]] Network ipv6_layer(Frame frame, std::uint32_t begin) noexcept;

[[nodiscard]] inline Network ipv4_layer(Frame frame, std::uint32_t begin) noexcept {
  const auto* ip = header_at<Ipv4Header>(frame, begin);
  if (ip == nullptr) return {.defect = Defect::truncated};
  const std::uint32_t header = (ip->version_ihl & 0x0fU) * 4U;
  const std::uint32_t total = ip->total_length;
  const std::uint16_t fragment = ip->fragment;
  const auto room = frame.size() - begin;

  auto defect = Defect::none;
  if (ip->version_ihl >> 4 != 4)
    defect = Defect::bad_version;
  else if (header < sizeof *ip)
    defect = Defect::bad_ihl;
  else if (header > room)
    defect = Defect::truncated;
  else if (total < header || total > room)
    defect = Defect::bad_length;

  const bool ok = defect == Defect::none;
  return {.version = Network::Version::v4,
          .defect = defect,
          .proto = ip->proto,
          .dscp = static_cast<std::uint8_t>(ip->tos >> 2),
          .fragment = (fragment & 0x3fff) != 0,
          .later_fragment = (fragment & 0x1fff) != 0,
          .begin = begin,
          .payload = begin + (ok ? header : static_cast<std::uint32_t>(sizeof *ip)),
          .end = begin + (ok ? total : static_cast<std::uint32_t>(sizeof *ip))};
}

[[nodiscard]] inline Network network_layer(Frame frame, const Link& link) noexcept {
  if (link.type == ether_type::ipv4) return ipv4_layer(frame, link.end);
  if (link.type == ether_type::ipv6) return ipv6_layer(frame, link.end);
  return {};
}

struct Ports {
  bool present = false;  ///< TCP, UDP, SCTP whose header is here: not in a later fragment
  std::uint16_t src = 0, dst = 0;
};

[[nodiscard]] inline Ports ports_of(Frame frame, const Network& ip) noexcept {
  const bool has = ip.proto == ip_proto::tcp || ip.proto == ip_proto::udp || ip.proto == ip_proto::sctp;
  if (!has || !ip.ok() || ip.later_fragment || ip.end - ip.payload < 4) return {};
  const auto* ports = reinterpret_cast<const Be16*>(frame.data() + ip.payload);
  return {true, ports[0], ports[1]};
}

/// The TCP header, whole with its options; nullptr where there is none.
[[nodiscard]] inline TcpHeader* tcp_of(Frame frame, const Network& ip) noexcept {
  if (ip.proto != ip_proto::tcp || !ip.ok() || ip.later_fragment || ip.end - ip.payload < sizeof(TcpHeader))
    return nullptr;
  auto* tcp = reinterpret_cast<TcpHeader*>(frame.data() + ip.payload);
  const std::uint32_t header = (tcp->data_offset >> 4) * 4U;
  return header < sizeof *tcp || header > ip.end - ip.payload ? nullptr : tcp;
}

/// The bytes a TCP segment carries; empty where there is none.
[[nodiscard]] inline std::string_view tcp_payload(Frame frame, const Network& ip) noexcept {
  const auto* tcp = tcp_of(frame, ip);
  if (tcp == nullptr) return {};
  const auto begin = ip.payload + (tcp->data_offset >> 4) * 4U;
  return {reinterpret_cast<const char*>(frame.data()) + begin, ip.end - begin};
}
[[nodiscard]] inline std::string_view tcp_payload(Frame frame) noexcept {
  return tcp_payload(frame, network_layer(frame, link_layer(frame)));
}

/// ARP, or IPv6 neighbour discovery (RFC 4861: ICMPv6 types 133 to 137, never a fragment).
[[nodiscard]] bool is_neighbour_discovery(Frame frame) noexcept;

}  // namespace unf::dataplane
