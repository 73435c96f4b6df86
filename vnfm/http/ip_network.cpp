#include "vnfm/http/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

namespace unf::vnfm {
namespace {

constexpr unsigned kMapped = 96;  // bits before the IPv4 address

IpBytes mapped(const in_addr& address) {
  IpBytes bytes{};
  bytes[10] = bytes[11] = 0xff;
  std::memcpy(&bytes[12], &address, sizeof address);
  return bytes;
}

std::vector<IpNetwork> networks(std::initializer_list<const char*> texts) {
  std::vector<IpNetwork> parsed;
  for (const auto* text : texts) parsed.push_back(IpNetwork::parse(text).value());
  return parsed;
}

bool any_contains(std::span<const IpNetwork> networks, const IpBytes& address) {
  return std::ranges::any_of(networks, [&](const auto& network) { return network.contains(address); });
}

}  // namespace

IpBytes ip_of(const sockaddr& address) {
  IpBytes bytes{};
  if (address.sa_family == AF_INET) return mapped(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  if (address.sa_family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, bytes.size());
  }
  return bytes;
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const std::string host{text.substr(0, slash)};
  IpNetwork network;
  in_addr v4{};
  const bool is_v4 = inet_pton(AF_INET, host.c_str(), &v4) == 1;
  const bool is_v6 = !is_v4 && inet_pton(AF_INET6, host.c_str(), network.address_.data()) == 1;
  if (is_v4) network.address_ = mapped(v4);
  unsigned bits = is_v4 ? 32 : 128;
  const unsigned most = bits;
  bool good = is_v4 || is_v6;
  if (slash != text.npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    good = good && error == std::errc{} && end == digits.data() + digits.size() && bits <= most;
  }
  if (!good) return fail(Errc::malformed, "{}: expected a network, such as 10.0.0.0/8 or fd00::/8", text);
  network.bits_ = is_v4 ? kMapped + bits : bits;
  return network;
}

bool IpNetwork::contains(const IpBytes& address) const {
  const auto whole = bits_ / 8, rest = bits_ % 8;
  if (!std::equal(address.begin(), address.begin() + whole, address_.begin())) return false;
  return rest == 0 || (address[whole] >> (8 - rest)) == (address_[whole] >> (8 - rest));
}

bool is_public(const IpBytes& address) {
  static const auto kV4 = networks({"0.0.0.0/0"});
  static const auto kNotPublicV4 =
      networks({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                "203.0.113.0/24", "224.0.0.0/3"});
  static const auto kPublicV6 = networks({"2000::/3"});
  static const auto kNotPublicV6 = networks({"2001::/23", "2001:db8::/32", "2002::/16"});
  if (any_contains(kV4, address)) return !any_contains(kNotPublicV4, address);
  return any_contains(kPublicV6, address) && !any_contains(kNotPublicV6, address);
}

bool may_connect(const IpBytes& address, std::span<const IpNetwork> allowed) {
  return is_public(address) || any_contains(allowed, address);
}

}  // namespace unf::vnfm
