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

/// Which network functions of NFP's action table (SIGCOMM 2017; our transcription) could have a packet at once, and for
/// each pair that could not, why.
int run_pairs(const Options& options);

}  // namespace unf::bench
