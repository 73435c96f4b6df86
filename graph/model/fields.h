#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace unf {

/// A part of a packet that a uNF may read or write.
enum class Field : std::uint8_t {
  eth_dst,
  eth_src,
  eth_type,
  eth_vlan,
  ip_version,
  ip_ihl,
  ip_dscp,
  ip_len,
  ip_id,
  ip_frag,
  ip_ttl,
  ip_proto,
  ip_checksum,
  ip_src,
  ip_dst,
  ip_options,
  l4_sport,
  l4_dport,
  l4_checksum,
  tcp_seq,
  tcp_ack,
  tcp_flags,
  tcp_window,
  tcp_options,
  payload_len,
  payload_bytes,
};

/// What is known to hold of a packet once some uNF has let it pass.
enum class Fact : std::uint8_t { ip_header_ok, ip_checksum_ok, l4_header_ok };

inline constexpr std::array<std::string_view, 26> kFieldNames{
    "eth.dst",   "eth.src",    "eth.type",    "eth.vlan",    "ip.version",   "ip.ihl",      "ip.dscp",
    "ip.len",    "ip.id",      "ip.frag",     "ip.ttl",      "ip.proto",     "ip.checksum", "ip.src",
    "ip.dst",    "ip.options", "l4.sport",    "l4.dport",    "l4.checksum",  "tcp.seq",     "tcp.ack",
    "tcp.flags", "tcp.window", "tcp.options", "payload.len", "payload.bytes"};
inline constexpr std::array<std::string_view, 3> kFactNames{"ip.header_ok", "ip.checksum_ok", "l4.header_ok"};

/// A set of enumerators of a small enum whose names stand in `kNames` in their order.
template <typename Enum, const auto& kNames>
class EnumSet {
 public:
  static constexpr std::size_t kSize = kNames.size();

  constexpr EnumSet() = default;
  template <typename... Es>
  static constexpr EnumSet of(Es... elements) {
    EnumSet set;
    (set.insert(elements), ...);
    return set;
  }
  static constexpr EnumSet all() {
    EnumSet set;
    set.bits_ = (std::uint64_t{1} << kSize) - 1;
    return set;
  }

  constexpr void insert(Enum e) { bits_ |= std::uint64_t{1} << static_cast<unsigned>(e); }
  [[nodiscard]] constexpr bool contains(Enum e) const { return (bits_ >> static_cast<unsigned>(e)) & 1U; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr bool includes(EnumSet other) const { return (other.bits_ & ~bits_) == 0; }
  [[nodiscard]] constexpr bool intersects(EnumSet other) const { return (other.bits_ & bits_) != 0; }
  friend constexpr EnumSet operator|(EnumSet a, EnumSet b) {
    a.bits_ |= b.bits_;
    return a;
  }
  friend constexpr EnumSet operator&(EnumSet a, EnumSet b) {
    a.bits_ &= b.bits_;
    return a;
  }
  friend constexpr bool operator==(EnumSet, EnumSet) = default;

  static constexpr std::string_view name(Enum e) { return kNames[static_cast<std::size_t>(e)]; }
  static constexpr std::optional<Enum> parse(std::string_view name) {
    for (std::size_t i = 0; i < kSize; ++i) {
      if (kNames[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
  }

  /// Calls `visit(Enum)` for each element, in the enum's order.
  template <typename Visit>
  constexpr void each(Visit visit) const {
    for (std::size_t i = 0; i < kSize; ++i) {
      if ((bits_ >> i) & 1U) visit(static_cast<Enum>(i));
    }
  }

 private:
  std::uint64_t bits_ = 0;
};

using FieldSet = EnumSet<Field, kFieldNames>;
using FactSet = EnumSet<Fact, kFactNames>;

template <typename... Fields>
constexpr FieldSet fields(Fields... f) {
  return FieldSet::of(f...);
}
template <typename... Facts>
constexpr FactSet facts(Facts... f) {
  return FactSet::of(f...);
}

/// What flows are told apart by where packets are dealt over replicas, and found by in a frame.
inline constexpr auto kFlowFields =
    fields(Field::eth_type, Field::eth_vlan, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag,
           Field::ip_proto, Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport);

}  // namespace unf
