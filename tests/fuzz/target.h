#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// A fuzz target, as libFuzzer calls it: a program of `./run-tests fuzz`, or one with driver.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace unf::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The first line of `left`, which is left without it.
inline std::string_view take_line(std::string_view& left) {
  const auto line = left.substr(0, left.find('\n'));
  left.remove_prefix(line.size() < left.size() ? line.size() + 1 : left.size());
  return line;
}

/// Whether an input is one of those, one in `n`, that slower checks are made of, too.
constexpr bool one_in(std::uint32_t n, std::string_view input) {
  std::uint32_t hash = 2'166'136'261;  // FNV-1a
  for (const char each : input) hash = (hash ^ static_cast<std::uint8_t>(each)) * 16'777'619;
  return (hash >> 16) % n == 0;
}

/// Ends the program if what has to hold of every input does not.
inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace unf::fuzz
