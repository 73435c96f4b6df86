#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace unf::dataplane {

/// Both halves of a 64x64 multiplication, folded.
[[nodiscard]] inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const auto product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// A fast 64-bit hash of short strings (folded 64x64 multiply). The same in every process; not against an adversary:
/// tables bound their chains.
[[nodiscard]] inline std::uint64_t hash_bytes(std::string_view bytes) noexcept {
  constexpr std::uint64_t k0 = 0xa0761d6478bd642f, k1 = 0xe7037ed1a0b428db;
  const auto word = [](const char* at, std::size_t n) {
    std::uint64_t value = 0;
    if (n != 0) std::memcpy(&value, at, n);
    return value;
  };
  const char* at = bytes.data();
  auto left = bytes.size();
  std::uint64_t seed = k0 ^ left * k1;
  for (; left > 16; at += 16, left -= 16) seed = fold_multiply(word(at, 8) ^ k1, word(at + 8, 8) ^ seed);
  const auto a = left >= 8 ? word(at, 8) : word(at, left);
  const auto b = left >= 8 ? word(at + left - 8, 8) : 0;
  return fold_multiply(k1 ^ a, fold_multiply(b ^ seed, k0));
}

}  // namespace unf::dataplane
