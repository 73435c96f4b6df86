#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Counts the packets that reach it, and keeps the flows of the last ones for people to see.
class Alert {
 public:
  enum : Gate { drop, out };
  static constexpr UnfDescriptor kDescriptor{
      .type = "Alert",
      .gates = {"drop", "out"},
      .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
                      Field::ip_src, Field::ip_dst, Field::ip_options, Field::l4_sport, Field::l4_dport),
      .drops = false,
      .state = StateClass::accumulator,
      .replay = Replay::marked,
      .nominal_cycles = 30,
      .config = R"({"type":"object","properties":{)"
                R"("message":{"type":"string","minLength":1,"maxLength":120,"description":"what a packet here means"},)"
                R"("keep":{"type":"integer","minimum":0,"maximum":64,"default":8,"description":"flows reported"}},)"
                R"("required":["message"],"additionalProperties":false})"};

  /// A packet that was here.
  struct Kept {
    std::uint64_t version;  ///< twice its number, the first is 1; one less while it is written; 0: free
    std::uint64_t arrival;  ///< as Packet has it
    std::array<std::uint64_t, 6> flow;
  };
  static_assert(sizeof(Kept) == 64);

  static Result<Alert> make(const UnfSetup& setup);
  static std::size_t state_bytes(const nlohmann::json& config);
  /// {"message": "...", "alerts": n, "last": [{"flow": "tcp 10.0.0.1:4000 > 10.0.0.2:80", "arrival": n}, ...]}, the
  /// latest first, `arrival` as Packet has it.
  static nlohmann::json report(const nlohmann::json& config, std::span<const std::byte> state);

  /// Keeps those of both that arrived last.
  static void absorb(std::span<std::byte> state, std::span<const std::byte> from);

  [[nodiscard]] Gate operator()(Packet& packet, Context& context) noexcept;

 private:
  explicit Alert(std::span<std::byte> state) noexcept;

  std::uint64_t* count_;
  std::span<Kept> kept_;
};

}  // namespace unf::dataplane
