#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string_view>

namespace unf::dataplane {

using ByteSet = std::bitset<256>;

/// Bytes of which every match of the pattern has at least one; the set that is rarest in URLs among those that show at
/// once. nullopt: none is known, as for syntax that this does not follow. `pattern` is PCRE as Hyperscan takes it, not
/// in UTF-8 mode.
[[nodiscard]] std::optional<ByteSet> required_bytes(std::string_view pattern, bool caseless);

/// Looks for any byte of a set, 16 at a time (SSSE3, which Hyperscan asks for too).
class ByteFilter {
 public:
  explicit ByteFilter(const ByteSet& set) noexcept;
  [[nodiscard]] bool any_in(std::string_view text) const noexcept;

 private:
  [[nodiscard]] bool any_of_few(std::string_view text) const noexcept;

  std::array<bool, 256> member_{};
  // Row by low nibble; in it a bit by high nibble, 0 to 7 and 8 to 15.
  alignas(16) std::array<unsigned char, 16> low_rows_{};
  alignas(16) std::array<unsigned char, 16> high_rows_{};
};

}  // namespace unf::dataplane
