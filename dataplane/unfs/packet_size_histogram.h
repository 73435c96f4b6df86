#pragma once

#include <array>
#include <cstdint>

#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Counts packets by size, in the classes of RFC 2819 etherStats: there a frame's size has its FCS of 4 bytes.
class PacketSizeHistogram {
 public:
  enum : Gate { drop, out };
  static constexpr UnfDescriptor kDescriptor{.type = "PacketSizeHistogram",
                                             .gates = {"drop", "out"},
                                             .reads = fields(Field::payload_len, Field::ip_len),
                                             .drops = false,
                                             .state = StateClass::accumulator,
                                             .replay = Replay::marked,
                                             .deferrable = true,
                                             .nominal_cycles = 4};

  /// One writer; any process reads.
  struct State {
    static constexpr std::size_t kClasses = 7;
    std::array<std::uint64_t, kClasses> packets;
    std::uint64_t bytes;  ///< without FCS, as edges count them
  };

  static Result<PacketSizeHistogram> make(const UnfSetup& setup);
  static std::size_t state_bytes(const nlohmann::json& config);
  /// {"packets": {"64": n, "65-127": n, ...}, "bytes": n}
  static nlohmann::json report(const nlohmann::json& config, std::span<const std::byte> state);

  static void absorb(std::span<std::byte> state, std::span<const std::byte> from);

  [[nodiscard]] Gate operator()(Packet& packet, Context& context) noexcept;
  [[nodiscard]] static Gate look(const Packet& packet, Context& context, std::uint64_t& finding) noexcept;
  void settle(const Packet& packet, std::uint64_t finding) noexcept;

 private:
  explicit PacketSizeHistogram(State& state) noexcept : state_(&state) {}
  State* state_;
};

}  // namespace unf::dataplane
