#pragma once

#include <chrono>

#include "agent/server/patience.h"

namespace unf::agent {

/// Holds a thing that keeps dying back for longer each time.
struct Restarts {
  using Clock = std::chrono::steady_clock;

  int count = 0;     ///< in all
  int in_a_row = 0;  ///< without having lived long enough in between
  Clock::time_point started;
  Clock::time_point next;  ///< the earliest time of the next start

  /// The thing has died or could not be started.
  void set_back(const Patience& patience);
};

}  // namespace unf::agent
