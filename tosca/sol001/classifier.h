#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/match.h"
#include "tosca/text/value.h"

namespace unf::tosca {

inline constexpr std::uint16_t kIpv4 = 0x0800, kIpv6 = 0x86dd;  ///< EtherTypes
inline constexpr std::uint32_t kMaxSpi = (1U << 24) - 1;        ///< service path identifier (RFC 8300 2.3)

/// The number of an IP protocol: 0 to 255, or its keyword in IANA's list, in any case. nullopt: neither.
[[nodiscard]] std::optional<std::uint8_t> protocol_number(std::string text);

/// Both ends included. nullopt: one is missing, is no port, or they are the wrong way round.
[[nodiscard]] std::optional<PortRange> port_range(std::optional<std::uint64_t> first,
                                                  std::optional<std::uint64_t> last);

/// `80-1024`, or `80`.
[[nodiscard]] std::optional<PortRange> port_range(std::string_view text);

/// Puts the text of a criterion into a field of a Match, or has `refuse` called with what was expected instead.
template <typename Refuse>
class Criterion {
 public:
  Criterion(std::string_view text, const Refuse& refuse) : text_(text), refuse_(refuse) {}

  template <typename Number>
  void to(std::optional<Number>& field, std::uint64_t most) const {
    const auto number = to_unsigned(text_);
    if (!number || *number > most) return refuse_(fmt::format("a number from 0 to {}", most));
    field = static_cast<Number>(*number);
  }
  void to(std::optional<IpPrefix>& field) const {
    const auto prefix = IpPrefix::parse(text_);
    if (!prefix) return refuse_("an address prefix such as 10.0.0.0/24 or 2001:db8::/32");
    field = *prefix;
  }

 private:
  std::string_view text_;
  const Refuse& refuse_;
};

/// Why a match can match no packet, one line a reason. Empty: it can.
[[nodiscard]] std::vector<std::string> contradictions_in(const Match& match);

}  // namespace unf::tosca
