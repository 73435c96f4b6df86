#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/figures.h"

namespace unf::bench {

/// Compiles random services and sends packets through what was asked for and what was planned, until `pairs` packets
/// are compared. What differs is shrunk and printed. Returns the exit code.
int run_differential(const Options& options, std::uint64_t pairs, std::uint64_t seed);

/// How long the compiler takes: services of `sizes` uNFs, diamonds one behind another, two large rule tables.
int run_compile(const Options& options, const std::vector<int>& sizes);

}  // namespace unf::bench
