#include "dataplane/net/flow_hash.h"

#include <cstring>

#include "dataplane/net/hash.h"
#include "dataplane/net/headers.h"

namespace unf::dataplane {
namespace {

constexpr std::uint64_t kEnd = 0x8ebc6af09c88c6e3, kEndMix = 0x9e3779b97f4a7c15, kFlowMix = 0x589965cc75374cc3;

std::uint64_t endpoint(const Ipv4Address& address, std::uint16_t port) noexcept {
  std::uint32_t number = 0;
  std::memcpy(&number, address.data(), sizeof number);
  return fold_multiply((std::uint64_t{number} << 16 | port) ^ kEnd, kEndMix);
}
std::uint64_t endpoint(const Ipv6Address& address, std::uint16_t port) noexcept {
  const auto of_address = hash_bytes({reinterpret_cast<const char*>(address.data()), address.size()});
  return fold_multiply(of_address ^ port ^ kEnd, kEndMix);
}

template <typename Header>
std::uint64_t hash(const Header& ip, const Ports& ports, std::uint8_t proto) noexcept {
  // A sum: it does not matter which is the source.
  const auto ends = endpoint(ip.src, ports.src) + endpoint(ip.dst, ports.dst);
  return fold_multiply(ends ^ proto, kFlowMix);
}

}  // namespace

std::uint64_t flow_hash(Frame frame) noexcept {
  const auto ip = network_layer(frame, link_layer(frame));
  if (ip.version == Network::Version::none) return 0;
  const auto ports = ip.fragment ? Ports{} : ports_of(frame, ip);
  const std::uint8_t proto = ports.present ? ip.proto : 0;
  if (ip.version == Network::Version::v4) return hash(*header_at<Ipv4Header>(frame, ip.begin), ports, proto);
  return hash(*header_at<Ipv6Header>(frame, ip.begin), ports, proto);
}

}  // namespace unf::dataplane
