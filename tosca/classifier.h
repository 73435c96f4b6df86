#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/match.h"

namespace unf::tosca {

inline constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86dd;  ///< EtherTypes
inline constexpr std::uint32_t kMaxSpi = (1U << 24) - 1;        ///< service path identifier (RFC 8300 2.3)

/// The number of an IP protocol: 0 to 255, or its keyword in IANA's list, in any case. nullopt: neither.
[[nodiscard]] std::optional<std::uint8_t> protocol_number(std::string text);

/// Why a match can match no packet, one line a reason. Empty: it can.
[[nodiscard]] std::vector<std::string> contradictions_in(const Match& match);

}  // namespace unf::tosca
