#pragma once

#include <vector>

#include "tests/bench/figures.h"

namespace unf::bench {

/// What HeaderClassifier costs by so many tables of 100 rules, all of which each packet passes: in one uNF, and in as
/// many.
int run_tables(const Options& options, const std::vector<int>& counts);

/// What a table behind the first costs, as an inventory's `HeaderClassifier.table` says it [cycles]. Needs the EAL.
[[nodiscard]] double measure_further_table(const Options& options);

}  // namespace unf::bench
