#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "graph/model/result.h"

struct sockaddr;

namespace unf::vnfm {

/// An IPv6 address; an IPv4 address is the mapped one (RFC 4291 2.5.5.2).
using IpBytes = std::array<std::uint8_t, 16>;

/// The address of an AF_INET or AF_INET6 socket address; ::, of another.
[[nodiscard]] IpBytes ip_of(const sockaddr& address);

/// Addresses with a prefix in common.
class IpNetwork {
 public:
  /// `10.0.0.0/8`, `fd00::/8`, or a single address. Errors: malformed.
  [[nodiscard]] static Result<IpNetwork> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpBytes& address) const;

 private:
  IpBytes address_{};
  unsigned bits_ = 128;
};

/// Whether anybody on the Internet may have this address: it is neither of this host nor of a private, shared,
/// link-local, documentation, benchmarking, multicast or reserved network (RFC 6890), nor stands for an IPv4 address
/// that is (NAT64, 6to4, Teredo).
[[nodiscard]] bool is_public(const IpBytes& address);

/// Whether a connection may be made to `address`: it is public, or of one of `allowed`.
[[nodiscard]] bool may_connect(const IpBytes& address, std::span<const IpNetwork> allowed);

}  // namespace unf::vnfm
