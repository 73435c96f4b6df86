#include "tests/support/frames.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace unf::testing_support {
namespace {

using namespace dataplane;

void append(Bytes& to, std::span<const std::byte> more) {
  const auto at = to.size();
  to.resize(at + more.size());
  std::copy(more.begin(), more.end(), to.begin() + static_cast<std::ptrdiff_t>(at));
}
template <typename T>
requires std::is_trivially_copyable_v<T>
void append(Bytes& to, const T& header) { append(to, std::as_bytes(std::span{&header, 1})); }

Bytes padded(Bytes options) {
  options.resize((options.size() + 3) / 4 * 4);
  return options;
}

template <typename Address>
Address address(int family, std::string_view text) {
  Address result{};
  if (inet_pton(family, std::string{text}.c_str(), result.data()) != 1) throw std::invalid_argument{std::string{text}};
  return result;
}

Bytes link_bytes(const LinkSpec& spec, std::uint16_t type) {
  Bytes frame;
  EthernetHeader eth{};
  eth.dst = spec.dst;
  eth.src = spec.src;
  const auto tags = spec.vlans.size();
  eth.type = tags == 0 ? type : tags == 1 ? ether_type::vlan : ether_type::qinq;
  append(frame, eth);
  for (std::size_t i = 0; i < tags; ++i) {
    VlanTag tag{};
    tag.tci = spec.vlans[i];
    tag.type = i + 1 == tags ? type : ether_type::vlan;
    append(frame, tag);
  }
  return frame;
}

Network network_of(Bytes& frame) { return network_layer(frame, link_layer(frame)); }

template <typename T>
T& header_of(Bytes& frame, std::uint32_t at) {
  auto* header = header_at<T>(frame, at);
  if (header == nullptr) throw std::logic_error{"the frame has no such header"};
  return *header;
}

/// Fills in the transport checksum.
void fix_transport(Bytes& frame, std::size_t offset) {
  const auto ip = network_of(frame);
  store16(frame.data() + ip.payload + offset, 0);
  store16(frame.data() + ip.payload + offset, transport_checksum(frame, ip));
}

}  // namespace

Bytes bytes(std::initializer_list<unsigned> values) {
  Bytes result;
  for (const auto value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

Bytes bytes(std::string_view text) {
  const auto raw = std::as_bytes(std::span{text});
  return {raw.begin(), raw.end()};
}

std::string_view text_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Bytes ipv4_frame(const Ipv4Spec& spec) {
  auto frame = link_bytes(spec.link, ether_type::ipv4);
  const auto options = padded(spec.options);
  Ipv4Header ip{};
  ip.version_ihl = static_cast<std::uint8_t>(0x45 + options.size() / 4);
  ip.tos = static_cast<std::uint8_t>(spec.dscp << 2);
  ip.total_length = static_cast<std::uint16_t>(sizeof ip + options.size() + spec.payload.size());
  ip.id = spec.id;
  ip.fragment = spec.fragment;
  ip.ttl = spec.ttl;
  ip.proto = spec.proto;
  ip.checksum = 0;
  ip.src = address<Ipv4Address>(AF_INET, spec.src);
  ip.dst = address<Ipv4Address>(AF_INET, spec.dst);
  append(frame, ip);
  append(frame, std::span{options});
  append(frame, std::span{spec.payload});
  fix_ipv4_checksum(frame);
  return frame;
}

Bytes ipv6_frame(const Ipv6Spec& spec) {
  auto frame = link_bytes(spec.link, ether_type::ipv6);
  Ipv6Header ip{};
  ip.version_class_flow = 6U << 28 | static_cast<std::uint32_t>(spec.dscp) << 22;
  ip.payload_length = static_cast<std::uint16_t>(spec.payload.size());
  ip.next_header = spec.next_header;
  ip.hop_limit = spec.hop_limit;
  ip.src = address<Ipv6Address>(AF_INET6, spec.src);
  ip.dst = address<Ipv6Address>(AF_INET6, spec.dst);
  append(frame, ip);
  append(frame, std::span{spec.payload});
  return frame;
}

namespace {

/// IP around a transport header and its payload.
Bytes ip_frame(bool v6, const LinkSpec& link, std::string_view src, std::string_view dst, std::uint8_t proto,
               Bytes body) {
  if (v6) {
    Ipv6Spec spec{.link = link, .next_header = proto, .payload = std::move(body)};
    if (!src.empty()) spec.src = src;
    if (!dst.empty()) spec.dst = dst;
    return ipv6_frame(spec);
  }
  Ipv4Spec spec{.link = link, .proto = proto, .payload = std::move(body)};
  if (!src.empty()) spec.src = src;
  if (!dst.empty()) spec.dst = dst;
  return ipv4_frame(spec);
}

}  // namespace

Bytes tcp_frame(const TcpSpec& spec) {
  const auto options = padded(spec.tcp_options);
  TcpHeader header{};
  header.src = spec.sport;
  header.dst = spec.dport;
  header.seq = spec.seq;
  header.ack = spec.ack;
  header.data_offset = static_cast<std::uint8_t>((sizeof header + options.size()) / 4 << 4);
  header.flags = spec.flags;
  header.window = 64240;
  Bytes body;
  append(body, header);
  append(body, options);
  append(body, bytes(spec.payload));

  Bytes frame;
  if (spec.v6) {
    auto extended = spec.extensions;
    append(extended, body);
    const auto first = spec.extensions.empty() ? ip_proto::tcp : spec.first_extension;
    frame = ip_frame(true, spec.link, spec.src, spec.dst, first, std::move(extended));
    ipv6(frame).hop_limit = spec.ttl;
  } else {
    Ipv4Spec ip{.link = spec.link,
                .proto = ip_proto::tcp,
                .ttl = spec.ttl,
                .id = spec.id,
                .options = spec.ip_options,
                .payload = std::move(body)};
    if (!spec.src.empty()) ip.src = spec.src;
    if (!spec.dst.empty()) ip.dst = spec.dst;
    frame = ipv4_frame(ip);
  }
  fix_transport(frame, offsetof(TcpHeader, checksum));
  return frame;
}

Bytes udp_frame(const UdpSpec& spec) {
  UdpHeader header{};
  header.src = spec.sport;
  header.dst = spec.dport;
  header.length = static_cast<std::uint16_t>(sizeof header + spec.payload.size());
  header.checksum = 0;
  Bytes body;
  append(body, header);
  append(body, bytes(spec.payload));
  auto frame = ip_frame(spec.v6, spec.link, spec.src, spec.dst, ip_proto::udp, std::move(body));
  fix_transport(frame, offsetof(UdpHeader, checksum));
  return frame;
}

std::string get_request(std::string_view target) {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
}

Bytes http_frame(std::string_view target, TcpSpec spec) {
  const auto request = get_request(target);
  spec.payload = request;
  return tcp_frame(spec);
}

Bytes ethernet_frame(std::uint16_t type, const Bytes& payload, const LinkSpec& link) {
  auto frame = link_bytes(link, type);
  append(frame, payload);
  return frame;
}

Bytes arp_frame(const LinkSpec& link) {
  auto body = bytes({0, 1, 8, 0, 6, 4, 0, 1});
  body.resize(28);
  return ethernet_frame(ether_type::arp, body, link);
}

Ipv4Header& ipv4(Bytes& frame) { return header_of<Ipv4Header>(frame, link_layer(frame).end); }
Ipv6Header& ipv6(Bytes& frame) { return header_of<Ipv6Header>(frame, link_layer(frame).end); }
TcpHeader& tcp(Bytes& frame) { return header_of<TcpHeader>(frame, network_of(frame).payload); }

void fix_ipv4_checksum(Bytes& frame) {
  const auto link = link_layer(frame);
  auto* ip = header_at<Ipv4Header>(frame, link.end);
  if (link.type != ether_type::ipv4 || ip == nullptr) return;
  store16(&ip->checksum, 0);
  const auto room = frame.size() - link.end;
  const auto size = std::min<std::size_t>((ip->version_ihl & 0xfU) * 4U, room);
  store16(&ip->checksum, checksum(std::span{frame}.subspan(link.end, size)));
}

bool checksums_ok(std::span<std::byte> frame) {
  const auto ip = network_layer(frame, link_layer(frame));
  if (!ip.ok()) return false;
  const bool v4 = ip.version == Network::Version::v4;
  if (v4 && checksum(frame.subspan(ip.begin, ip.payload - ip.begin)) != 0) return false;
  return transport_checksum(frame, ip) == 0;
}

}  // namespace unf::testing_support
