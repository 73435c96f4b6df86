#include "dataplane/unfs/header_rewriter.h"

#include <nmmintrin.h>

#include <bit>

#include "dataplane/unfs/rule_file.h"

namespace unf::dataplane {
namespace {

/// What becomes of a CRC32c where 4 bytes with `behind` bytes behind them change by `change`: it is linear.
__attribute__((target("sse4.2"))) std::uint32_t crc_change(std::uint32_t change, std::uint32_t behind) noexcept {
  std::uint64_t crc = _mm_crc32_u32(0, change);
  for (; behind >= 8; behind -= 8) crc = _mm_crc32_u64(crc, 0);
  auto rest = static_cast<std::uint32_t>(crc);
  for (; behind != 0; --behind) rest = _mm_crc32_u8(rest, 0);
  return rest;
}

std::uint32_t load32(const void* at) noexcept {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
void store32(void* at, std::uint32_t value) noexcept { std::memcpy(at, &value, sizeof value); }

/// Where the transport checksum over the addresses lies [bytes behind `ip.payload`]; 0: there is none in this packet.
std::uint32_t checksum_offset(const Network& ip) noexcept {
  if (ip.later_fragment) return 0;
  if (ip.proto == ip_proto::tcp) return offsetof(TcpHeader, checksum);
  if (ip.proto == ip_proto::udp) return offsetof(UdpHeader, checksum);
  if (ip.proto == ip_proto::icmpv6 && ip.version == Network::Version::v6) return 2;
  return 0;
}

void put_address(void* at, const IpPrefix& address, ChecksumPatch& patch) noexcept {
  const std::size_t size = address.v6 ? sizeof(Ipv6Address) : sizeof(Ipv4Address);
  for (std::size_t i = 0; i < size; i += 2) patch.put(static_cast<std::byte*>(at) + i, load16(&address.address[i]));
}

std::uint16_t to_memory(std::uint16_t value) noexcept { return std::bit_cast<std::uint16_t>(Be16{value}); }

void patch_transport(std::byte* checksum, std::uint8_t proto, const ChecksumPatch& patch) noexcept {
  const auto was = load16(checksum);
  if (proto == ip_proto::udp && was == 0) return;  // the sender made none
  const auto now = patch.of(was);
  store16(checksum, proto == ip_proto::udp && now == 0 ? std::uint16_t{0xffff} : now);
}

std::uint16_t word(std::uint8_t first, std::uint8_t second) noexcept {
  return std::bit_cast<std::uint16_t>(std::array{first, second});
}

template <typename T>
std::optional<T> optional(const nlohmann::json& config, const char* name) {
  const auto at = config.find(name);
  return at == config.end() ? std::nullopt : std::optional{at->get<T>()};
}

Result<std::optional<MacAddress>> mac_of(const nlohmann::json& config, const char* name) {
  const auto text = optional<std::string>(config, name);
  if (!text) return std::nullopt;
  if (const auto address = parse_mac(*text)) return address;
  return fail(Errc::malformed, "{}: bad address {}, expected one such as 02:00:00:00:00:01", name, quote(*text));
}

Result<std::optional<IpPrefix>> ip_of(const nlohmann::json& config, const char* name) {
  const auto text = optional<std::string>(config, name);
  if (!text) return std::nullopt;
  const auto address = IpPrefix::parse(*text);
  if (address && text->find('/') == std::string::npos) return *address;
  return fail(Errc::malformed, "{}: bad address {}, expected one such as 10.0.0.1 or 2001:db8::1", name, quote(*text));
}

}  // namespace

HeaderRewriter::HeaderRewriter(const Values& values) noexcept
    : to_(values), flow_(to_.ip_src || to_.ip_dst || to_.sport || to_.dport), ip_(flow_ || to_.dscp || to_.ttl) {}

Result<HeaderRewriter> HeaderRewriter::make(const UnfSetup& setup) {
  const auto& config = setup.config;
  const auto eth_src = mac_of(config, "eth_src"), eth_dst = mac_of(config, "eth_dst");
  for (const auto* address : {&eth_src, &eth_dst}) {
    if (!*address) return fail(address->error());
  }
  const auto ip_src = ip_of(config, "ip_src"), ip_dst = ip_of(config, "ip_dst");
  for (const auto* address : {&ip_src, &ip_dst}) {
    if (!*address) return fail(address->error());
  }
  return HeaderRewriter{{.eth_src = *eth_src,
                         .eth_dst = *eth_dst,
                         .ip_src = *ip_src,
                         .ip_dst = *ip_dst,
                         .sport = optional<std::uint16_t>(config, "sport"),
                         .dport = optional<std::uint16_t>(config, "dport"),
                         .dscp = optional<std::uint8_t>(config, "dscp"),
                         .ttl = optional<std::uint8_t>(config, "ttl")}};
}

void HeaderRewriter::rewrite_flow(Frame frame, const Network& ip, ChecksumPatch& header) const noexcept {
  auto* network = frame.data() + ip.begin;
  auto* transport = frame.data() + ip.payload;
  const auto size = ip.end - ip.payload;
  const auto checksum = checksum_offset(ip);
  if (checksum != 0 && size < checksum + 2) return;

  const bool v6 = ip.version == Network::Version::v6;
  ChecksumPatch body;
  if (to_.ip_src && to_.ip_src->v6 == v6) {
    put_address(network + (v6 ? offsetof(Ipv6Header, src) : offsetof(Ipv4Header, src)), *to_.ip_src, body);
  }
  if (to_.ip_dst && to_.ip_dst->v6 == v6) {
    put_address(network + (v6 ? offsetof(Ipv6Header, dst) : offsetof(Ipv4Header, dst)), *to_.ip_dst, body);
  }
  header += body;

  const bool sctp = ip.proto == ip_proto::sctp && !ip.fragment && size >= sizeof(SctpHeader);
  if (checksum == 0 && !sctp) return;
  const auto ports = load32(transport);
  if (ip.proto != ip_proto::icmpv6) {
    if (to_.sport) body.put(transport, to_memory(*to_.sport));
    if (to_.dport) body.put(transport + 2, to_memory(*to_.dport));
  }
  if (sctp) {
    auto* crc = transport + offsetof(SctpHeader, checksum);
    store32(crc, load32(crc) ^ crc_change(ports ^ load32(transport), size - 4));
  } else if (!body.empty()) {
    patch_transport(transport + checksum, ip.proto, body);
  }
}

Gate HeaderRewriter::operator()(Packet& packet, Context&) noexcept {
  const auto frame = packet.frame();
  auto* eth = header_at<EthernetHeader>(frame, 0);
  if (eth == nullptr) return out;
  if (to_.eth_src) eth->src = *to_.eth_src;
  if (to_.eth_dst) eth->dst = *to_.eth_dst;
  if (!ip_) return out;

  const auto network = network_layer(frame, link_layer(frame));
  ChecksumPatch header;
  if (flow_ && network.ok()) rewrite_flow(frame, network, header);
  if (network.version == Network::Version::v4) {
    auto& ip = *reinterpret_cast<Ipv4Header*>(frame.data() + network.begin);
    if (to_.dscp)
      header.put(&ip.version_ihl, word(ip.version_ihl, static_cast<std::uint8_t>(*to_.dscp << 2 | (ip.tos & 3))));
    if (to_.ttl) header.put(&ip.ttl, word(*to_.ttl, ip.proto));
    if (!header.empty()) store16(&ip.checksum, header.of(load16(&ip.checksum)));
  } else if (network.version == Network::Version::v6) {
    auto& ip = *reinterpret_cast<Ipv6Header*>(frame.data() + network.begin);
    const std::uint32_t first = ip.version_class_flow;
    if (to_.dscp) ip.version_class_flow = (first & 0xf03fffff) | std::uint32_t{*to_.dscp} << 22;
    if (to_.ttl) ip.hop_limit = *to_.ttl;
  }
  return out;
}

}  // namespace unf::dataplane
