#pragma once

#include <vector>

#include "tests/bench/figures.h"

namespace unf::bench {

/// What HeaderClassifier costs by so many tables of 100 rules, all of which each packet passes: in one uNF, and in as
/// many.
int run_tables(const Options& options, const std::vector<int>& counts);

}  // namespace unf::bench
