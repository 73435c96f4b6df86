#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "graph/model/result.h"

namespace unf {

/// An inclusive range of ports.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 65535;
  [[nodiscard]] constexpr bool any() const { return first == 0 && last == 65535; }
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// An IPv4 or IPv6 prefix in network byte order, host bits zero.
struct IpPrefix {
  bool v6 = false;
  std::array<std::uint8_t, 16> address{};  ///< IPv4 uses the first 4
  std::uint8_t length = 0;
  friend bool operator==(const IpPrefix&, const IpPrefix&) = default;

  /// `10.0.0.0/8`, `2001:db8::/32`, an address without length is a host. Host bits are masked off.
  /// Errors: malformed.
  [[nodiscard]] static Result<IpPrefix> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] bool covers(const IpPrefix& other) const;
};

/// Whether a protocol has ports: TCP, UDP, SCTP.
[[nodiscard]] constexpr bool has_ports(std::uint8_t proto) { return proto == 6 || proto == 17 || proto == 132; }

/// Which packets a path takes; what is not set matches anything. The one normal form of NfpRule, ACL criteria and ACE.
/// Ports match TCP, UDP and SCTP; a fragment other than the first has no ports and matches only where they are any.
struct Match {
  std::optional<std::uint16_t> ether_type;
  std::optional<std::uint8_t> proto;
  std::optional<IpPrefix> src;
  std::optional<IpPrefix> dst;
  PortRange sport;
  PortRange dport;
  std::optional<std::uint16_t> vlan;  ///< the outer tag's VLAN id
  std::optional<std::uint8_t> dscp;
  friend bool operator==(const Match&, const Match&) = default;
};

/// What matches both. nullopt: nothing does.
[[nodiscard]] std::optional<Match> intersect(const Match& a, const Match& b);
/// Whether all that `b` matches is matched by `a`.
[[nodiscard]] bool covers(const Match& a, const Match& b);

[[nodiscard]] nlohmann::json to_json(const Match& match);
/// Errors: malformed, naming the member.
[[nodiscard]] Result<Match> match_from_json(const nlohmann::json& json);

}  // namespace unf
