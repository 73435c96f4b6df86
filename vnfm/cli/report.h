#pragma once

#include "graph/model/result.h"

namespace unf::vnfm {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadInput = 2;

/// Prints what went wrong to standard error, a line a problem, and gives the exit code for it.
int report(const Error& error);
/// As report, where anything wrong is the input's: a file that is not there is bad usage.
int report_bad_input(const Error& error);

}  // namespace unf::vnfm
