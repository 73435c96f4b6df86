#pragma once

#include <string>
#include <vector>

#include "tests/bench/figures.h"

namespace unf::bench {

/// How long descriptions take to validate and to plan: the packages of `samples`, and a VNFD of so many uNFs, with how
/// that grows.
int run_tosca(const Options& options, const std::string& samples, const std::vector<int>& sizes);

}  // namespace unf::bench
