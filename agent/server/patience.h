#pragma once

#include <chrono>

namespace unf::agent {

/// How long things may take before they count as failed.
struct Patience {
  std::chrono::milliseconds io_start{20'000};
  std::chrono::milliseconds runner_start{10'000};
  std::chrono::milliseconds drain{1'000};      ///< until a generation has let go of its last packet
  std::chrono::milliseconds stop{2'000};       ///< from SIGTERM to SIGKILL
  std::chrono::milliseconds settled{10'000};   ///< a process that lived longer did not die of its start
  std::chrono::milliseconds first_pause{100};  ///< before the second restart in a row; doubles
  std::chrono::milliseconds longest_pause{5'000};
};

/// How often something that starts is looked at.
inline constexpr std::chrono::milliseconds kTick{1};

}  // namespace unf::agent
