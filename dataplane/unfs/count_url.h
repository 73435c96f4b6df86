#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dataplane/net/hash.h"
#include "dataplane/unf/unf_type.h"

namespace unf::dataplane {

/// Counts requests by URL (the request target as sent) in bounded memory: space-saving (Metwally 2005) within sets of
/// kWays slots. A count is never too low, and too high by at most its `error`.
class CountUrl {
 public:
  enum : Gate { drop, out };
  static constexpr UnfDescriptor kDescriptor{
      .type = "CountUrl",
      .gates = {"drop", "out"},
      .reads = fields(Field::eth_type, Field::ip_version, Field::ip_ihl, Field::ip_len, Field::ip_frag, Field::ip_proto,
                      Field::ip_options, Field::tcp_options, Field::payload_len, Field::payload_bytes),
      .drops = false,
      .state = StateClass::accumulator,
      .replay = Replay::marked,
      .deferrable = true,
      .nominal_cycles = 14,
      .config =
          R"({"type":"object","properties":{)"
          R"("slots":{"type":"integer","minimum":8,"maximum":65536,"default":4096,"description":"URLs kept at most"},)"
          R"("top":{"type":"integer","minimum":1,"maximum":1000,"default":10,"description":"URLs reported"}},)"
          R"("additionalProperties":false})"};

  static constexpr std::size_t kWays = 8;      ///< slots a URL may lie in
  static constexpr std::size_t kMaxText = 88;  ///< bytes of a URL that are kept; all of it is hashed
  struct Slot {
    std::uint64_t version;  ///< odd while the slot changes hands
    std::uint64_t length;   ///< of the URL [bytes]
    std::uint64_t hash;
    std::uint64_t count;  ///< 0: free
    std::uint64_t error;  ///< how much of `count` may be others'
    std::array<std::uint64_t, kMaxText / 8> text;
  };
  static_assert(sizeof(Slot) == 128);

  static Result<CountUrl> make(const UnfSetup& setup);
  static std::size_t state_bytes(const nlohmann::json& config);
  /// {"requests": n, "top": [{"url": "...", "count": n, "error": n}, ...]}, most first. A URL that was cut ends in
  /// "...".
  static nlohmann::json report(const nlohmann::json& config, std::span<const std::byte> state);

  /// The sum of requests stays exact; a URL's count may lack what `from` had given up for other URLs.
  static void absorb(std::span<std::byte> state, std::span<const std::byte> from);

  [[nodiscard]] Gate operator()(Packet& packet, Context& context) noexcept;
  [[nodiscard]] static Gate look(const Packet& packet, Context& context, std::uint64_t& finding) noexcept;
  void settle(const Packet& packet, std::uint64_t finding) noexcept;

 private:
  explicit CountUrl(std::span<Slot> slots) noexcept : slots_(slots), set_mask_(slots.size() / kWays - 1) {}
  /// Requests of one URL.
  struct Requests {
    std::uint64_t hash;
    std::uint64_t length;   // of the URL
    std::string_view kept;  // its first kMaxText bytes
    std::uint64_t count;
    std::uint64_t error;
  };
  static Requests one(std::string_view url) noexcept {
    return {.hash = hash_bytes(url), .length = url.size(), .kept = url.substr(0, kMaxText), .count = 1, .error = 0};
  }
  void add(const Requests& requests) noexcept;
  static void replace(Slot& slot, const Requests& requests) noexcept;

  std::span<Slot> slots_;
  std::size_t set_mask_;
};

}  // namespace unf::dataplane
