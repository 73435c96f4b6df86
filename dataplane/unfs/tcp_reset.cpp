#include "dataplane/unfs/tcp_reset.h"

#include <utility>

#include "dataplane/net/checksum.h"

namespace unf::dataplane::tcp_reset {
namespace {

constexpr std::uint8_t kHops = 64;

/// The IP header that a reset has: the segment's, without options.
union IpHeader {
  Ipv4Header v4;
  Ipv6Header v6;
};

/// What a reset to one of the ends is made of.
struct Reset {
  std::uint32_t link_size;  ///< Ethernet and VLAN tags: they are there already
  bool v6;
  IpHeader ip;
  TcpHeader tcp;

  [[nodiscard]] std::uint32_t ip_size() const noexcept { return v6 ? sizeof(Ipv6Header) : sizeof(Ipv4Header); }
  [[nodiscard]] std::uint32_t size() const noexcept {
    return link_size + ip_size() + static_cast<std::uint32_t>(sizeof(TcpHeader));
  }
};

Gate discard(const Packet& packet, Context& context, std::size_t reason) noexcept {
  context.count(packet, reason);
  return drop;
}

IpHeader header_without_options(Frame frame, const Network& ip) noexcept {
  IpHeader header;
  if (ip.version == Network::Version::v6) {
    std::memcpy(&header.v6, frame.data() + ip.begin, sizeof header.v6);
    header.v6.next_header = ip_proto::tcp;
    header.v6.payload_length = sizeof(TcpHeader);
  } else {
    std::memcpy(&header.v4, frame.data() + ip.begin, sizeof header.v4);
    header.v4.version_ihl = 0x45;
    header.v4.total_length = sizeof(Ipv4Header) + sizeof(TcpHeader);
    header.v4.fragment = header.v4.fragment & 0x4000;  // DF
  }
  return header;
}

TcpHeader bare_tcp(const TcpHeader& segment, std::uint32_t seq, std::uint32_t ack, std::uint8_t flags) noexcept {
  TcpHeader tcp{};
  tcp.src = segment.src;
  tcp.dst = segment.dst;
  tcp.seq = seq;
  tcp.ack = ack;
  tcp.data_offset = sizeof tcp / 4 << 4;
  tcp.flags = flags;
  return tcp;
}

/// Source and destination swapped.
Reset turned(Reset reset, const TcpHeader& tcp) noexcept {
  reset.tcp = tcp;
  std::swap(reset.tcp.src, reset.tcp.dst);
  if (reset.v6) {
    std::swap(reset.ip.v6.src, reset.ip.v6.dst);
    reset.ip.v6.hop_limit = kHops;
  } else {
    std::swap(reset.ip.v4.src, reset.ip.v4.dst);
    reset.ip.v4.ttl = kHops;
    reset.ip.v4.id = 0;
    reset.ip.v4.fragment = 0x4000;  // an atomic datagram needs no id (RFC 6864)
  }
  return reset;
}

/// Writes IP and TCP behind the link headers of `packet`, which has the room.
void write(Packet& packet, const Reset& reset) noexcept {
  packet.length = reset.size();
  packet.ip_checksum = packet.l4_checksum = Checksum::good;
  const auto frame = packet.frame();
  auto* ip = frame.data() + reset.link_size;
  auto* tcp = ip + reset.ip_size();
  std::memcpy(ip, &reset.ip, reset.ip_size());
  std::memcpy(tcp, &reset.tcp, sizeof reset.tcp);
  if (!reset.v6) {
    store16(ip + offsetof(Ipv4Header, checksum), 0);
    store16(ip + offsetof(Ipv4Header, checksum), checksum(frame.subspan(reset.link_size, sizeof(Ipv4Header))));
  }
  const Network network{.version = reset.v6 ? Network::Version::v6 : Network::Version::v4,
                        .proto = ip_proto::tcp,
                        .begin = reset.link_size,
                        .payload = reset.link_size + reset.ip_size(),
                        .end = reset.size()};
  store16(tcp + offsetof(TcpHeader, checksum), transport_checksum(frame, network));
}

}  // namespace

Gate process(Packet& packet, Context& context) noexcept {
  const auto frame = packet.frame();
  const auto link = link_layer(frame);
  const auto ip = network_layer(frame, link);
  const auto* tcp = tcp_of(frame, ip);
  if (tcp == nullptr) return discard(packet, context, not_tcp);
  if ((tcp->flags & tcp_flag::rst) != 0) return discard(packet, context, is_reset);

  const TcpHeader segment = *tcp;
  const bool acks = (segment.flags & tcp_flag::ack) != 0;
  const auto data = ip.end - ip.payload - (segment.data_offset >> 4) * 4U;
  const auto length = data + ((segment.flags & tcp_flag::syn) != 0) + ((segment.flags & tcp_flag::fin) != 0);
  const Reset onward{.link_size = link.end,
                     .v6 = ip.version == Network::Version::v6,
                     .ip = header_without_options(frame, ip),
                     .tcp = acks ? bare_tcp(segment, segment.seq, segment.ack, tcp_flag::rst | tcp_flag::ack)
                                 : bare_tcp(segment, segment.seq, 0, tcp_flag::rst)};
  const auto back = turned(onward, bare_tcp(segment, acks ? std::uint32_t{segment.ack} : 0, segment.seq + length,
                                            tcp_flag::rst | tcp_flag::ack));

  if (auto* answer = context.emit(packet, out, back.size()); answer != nullptr) {
    std::memcpy(answer->data, frame.data(), link.end);
    auto* eth = reinterpret_cast<EthernetHeader*>(answer->data);
    std::swap(eth->dst, eth->src);
    write(*answer, back);
    answer->reflect = true;
  } else {
    context.count(packet, no_packet);
  }
  write(packet, onward);
  return out;
}

}  // namespace unf::dataplane::tcp_reset
