#pragma once

#include <cstdint>

#include "graph/model/strong.h"

namespace unf {

/// CPU time a uNF needs for one packet.
using CyclesPerPacket = Strong<struct CyclesPerPacketTag, std::uint64_t>;
using CyclesPerSecond = Strong<struct CyclesPerSecondTag, std::uint64_t>;
using PacketsPerSecond = Strong<struct PacketsPerSecondTag, std::uint64_t>;
using Nanoseconds = Strong<struct NanosecondsTag, std::uint64_t>;

/// CPU time a uNF needs.
constexpr CyclesPerSecond operator*(CyclesPerPacket cost, PacketsPerSecond rate) {
  return CyclesPerSecond{cost.get() * rate.get()};
}
constexpr CyclesPerSecond operator+(CyclesPerSecond a, CyclesPerSecond b) { return CyclesPerSecond{a.get() + b.get()}; }

inline namespace literals {
constexpr PacketsPerSecond operator""_mpps(unsigned long long millions) {
  return PacketsPerSecond{millions * 1'000'000};
}
}  // namespace literals

static_assert(CyclesPerPacket{100} * 14_mpps == CyclesPerSecond{1'400'000'000});

}  // namespace unf
