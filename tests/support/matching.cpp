#include "tests/support/matching.h"

#include <array>

namespace unf::testing_support {
namespace {

using namespace dataplane;

/// The parts of a packet that a Match names, read one by one.
struct Seen {
  std::uint16_t type = 0;
  std::optional<std::uint16_t> vlan;
  bool ip = false;
  bool v6 = false;
  std::array<std::uint8_t, 16> src{}, dst{};
  std::uint8_t proto = 0;
  std::uint8_t dscp = 0;
  std::optional<std::uint16_t> sport, dport;
};

unsigned at(std::span<const std::byte> bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }
std::uint16_t word(std::span<const std::byte> bytes, std::size_t i) {
  return static_cast<std::uint16_t>(at(bytes, i) << 8 | at(bytes, i + 1));
}

void see_v4(std::span<const std::byte> ip, Seen& seen) {
  if (ip.size() < 20) return;
  seen.ip = true;
  for (std::size_t i = 0; i < 4; ++i) {
    seen.src[i] = static_cast<std::uint8_t>(at(ip, 12 + i));
    seen.dst[i] = static_cast<std::uint8_t>(at(ip, 16 + i));
  }
  seen.proto = static_cast<std::uint8_t>(at(ip, 9));
  seen.dscp = static_cast<std::uint8_t>(at(ip, 1) >> 2);
  const std::size_t header = (at(ip, 0) & 15) * 4, total = word(ip, 2);
  const bool sound = at(ip, 0) >> 4 == 4 && header >= 20 && total >= header && total <= ip.size();
  const bool first = (word(ip, 6) & 0x1fff) == 0;
  const bool has_ports = seen.proto == 6 || seen.proto == 17 || seen.proto == 132;
  if (!sound || !first || !has_ports || total < header + 4) return;
  seen.sport = word(ip, header);
  seen.dport = word(ip, header + 2);
}

/// Without extension headers: the generators make none.
void see_v6(std::span<const std::byte> ip, Seen& seen) {
  if (ip.size() < 40) return;
  seen.ip = seen.v6 = true;
  for (std::size_t i = 0; i < 16; ++i) {
    seen.src[i] = static_cast<std::uint8_t>(at(ip, 8 + i));
    seen.dst[i] = static_cast<std::uint8_t>(at(ip, 24 + i));
  }
  seen.proto = static_cast<std::uint8_t>(at(ip, 6));
  seen.dscp = static_cast<std::uint8_t>((word(ip, 0) >> 6) & 63);
  const std::size_t length = word(ip, 4);
  const bool has_ports = seen.proto == 6 || seen.proto == 17 || seen.proto == 132;
  if (at(ip, 0) >> 4 != 6 || 40 + length > ip.size() || !has_ports || length < 4) return;
  seen.sport = word(ip, 40);
  seen.dport = word(ip, 42);
}

Seen see(std::span<const std::byte> frame) {
  Seen seen;
  if (frame.size() < 14) return seen;
  std::size_t end = 14;
  auto type = word(frame, 12);
  for (int tag = 0; tag < 2 && (type == 0x8100 || type == 0x88a8); ++tag) {
    if (frame.size() < end + 4) return {};
    if (!seen.vlan) seen.vlan = static_cast<std::uint16_t>(word(frame, end) & 0xfff);
    type = word(frame, end + 2);
    end += 4;
  }
  seen.type = type;
  if (type == 0x0800) see_v4(frame.subspan(end), seen);
  if (type == 0x86dd) see_v6(frame.subspan(end), seen);
  return seen;
}

bool in_prefix(const std::optional<IpPrefix>& prefix, const Seen& seen, const std::array<std::uint8_t, 16>& address) {
  if (!prefix) return true;
  if (!seen.ip || prefix->v6 != seen.v6) return false;
  for (int bit = 0; bit < prefix->length; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if (((prefix->address[byte] ^ address[byte]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

bool in_range(const PortRange& range, const std::optional<std::uint16_t>& port) {
  return range.any() || (port && *port >= range.first && *port <= range.last);
}

template <typename T>
rc::Gen<std::optional<T>> maybe(rc::Gen<T> gen) {
  return rc::gen::weightedOneOf<std::optional<T>>(
      {{2, rc::gen::just(std::optional<T>{})},
       {1, rc::gen::map(std::move(gen), [](T v) { return std::optional<T>{v}; })}});
}

constexpr std::array<std::string_view, 4> kAddresses4{"10.0.0.1", "10.0.0.129", "10.1.0.1", "192.168.1.2"};
constexpr std::array<std::string_view, 4> kAddresses6{"2001:db8::1", "2001:db8::8001", "2001:db8:1::1", "fe80::1"};
constexpr std::array<std::uint16_t, 5> kPorts{0, 53, 80, 443, 65535};
constexpr std::array<std::uint16_t, 3> kVlans{1, 2, 4095};
constexpr std::array<std::uint8_t, 3> kDscps{0, 10, 46};
constexpr std::array<std::uint8_t, 5> kProtocols{1, 6, 17, 58, 132};

template <typename T, std::size_t N>
rc::Gen<T> of(const std::array<T, N>& values) {
  return rc::gen::elementOf(std::vector<T>(values.begin(), values.end()));
}

rc::Gen<IpPrefix> prefixes() {
  return rc::gen::exec([] {
    const bool v6 = *rc::gen::arbitrary<bool>();
    const auto address = *of(v6 ? kAddresses6 : kAddresses4);
    const auto bits = *rc::gen::element(0, 8, 16, 24, 25, 31, 32, 33, 48, 64, 113, 128);
    return IpPrefix::parse(fmt::format("{}/{}", address, std::min(bits, v6 ? 128 : 32))).value();
  });
}

rc::Gen<PortRange> port_ranges() {
  return rc::gen::weightedOneOf<PortRange>(
      {{2, rc::gen::just(PortRange{})}, {1, rc::gen::exec([] {
                                           const auto a = *of(kPorts), b = *of(kPorts);
                                           return PortRange{std::min(a, b), std::max(a, b)};
                                         })}});
}

Bytes sound_frame() {
  const bool v6 = *rc::gen::arbitrary<bool>();
  LinkSpec link;
  link.vlans = *rc::gen::resize(2, rc::gen::container<std::vector<std::uint16_t>>(of(kVlans)));
  const auto proto = *of(kProtocols);
  Bytes body(8);
  const Be16 ports[]{*of(kPorts), *of(kPorts)};
  std::memcpy(body.data(), ports, sizeof ports);
  if (proto == ip_proto::tcp) {
    body.resize(20);
    body[12] = std::byte{0x50};
  }
  if (v6) {
    return ipv6_frame({.link = link,
                       .src = *of(kAddresses6),
                       .dst = *of(kAddresses6),
                       .next_header = proto,
                       .dscp = *of(kDscps),
                       .payload = body});
  }
  const auto fragment =
      *rc::gen::weightedElement<std::uint16_t>({{6, 0}, {1, 0x2000}, {1, 0x2001}, {1, 7}, {1, 0x4000}});
  const auto options = *rc::gen::element<std::size_t>(0, 0, 4, 40);
  return ipv4_frame({.link = link,
                     .src = *of(kAddresses4),
                     .dst = *of(kAddresses4),
                     .proto = proto,
                     .dscp = *of(kDscps),
                     .fragment = fragment,
                     .options = Bytes(options, std::byte{1}),
                     .payload = body});
}

}  // namespace

bool naive_match(const Match& match, const Packet& packet) {
  const auto seen = see(packet.frame());
  if (match.ether_type && *match.ether_type != seen.type) return false;
  if (match.vlan && match.vlan != seen.vlan) return false;
  if (match.proto && (!seen.ip || *match.proto != seen.proto)) return false;
  if (match.dscp && (!seen.ip || *match.dscp != seen.dscp)) return false;
  return in_prefix(match.src, seen, seen.src) && in_prefix(match.dst, seen, seen.dst) &&
         in_range(match.sport, seen.sport) && in_range(match.dport, seen.dport);
}

std::optional<std::size_t> naive_first(std::span<const ClassifierRule> rules, const Packet& packet) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].nic == packet.in_nic && naive_match(rules[i].match, packet)) return i;
  }
  return std::nullopt;
}

rc::Gen<Match> matches() {
  return rc::gen::exec([] {
    Match match;
    match.ether_type = *maybe(rc::gen::element<std::uint16_t>(0x0800, 0x0800, 0x86dd, 0x0806));
    match.proto = *maybe(of(kProtocols));
    match.src = *maybe(prefixes());
    match.dst = *maybe(prefixes());
    match.sport = *port_ranges();
    match.dport = *port_ranges();
    match.vlan = *maybe(of(kVlans));
    match.dscp = *maybe(of(kDscps));
    return match;
  });
}

rc::Gen<Bytes> sound_frames() { return rc::gen::exec(sound_frame); }

rc::Gen<Bytes> frames() {
  return rc::gen::exec([] {
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        return arp_frame({.vlans = {*of(kVlans)}});
      case 1:
        return ethernet_frame(0x0800, Bytes(*rc::gen::inRange(0, 20)));
      case 2: {
        auto frame = sound_frame();
        frame.resize(*rc::gen::inRange<std::size_t>(0, frame.size()));
        return frame;
      }
      case 3: {  // one byte of the network header is wrong
        auto frame = sound_frame();
        const auto offset = link_layer(frame).end + *rc::gen::inRange(0U, 8U);
        const bool v6 = link_layer(frame).type == ether_type::ipv6;
        if (!v6 || offset != link_layer(frame).end + 6)
          frame[offset] = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
        return frame;
      }
      default:
        return sound_frame();
    }
  });
}

}  // namespace unf::testing_support
