#include "agent/server/restarts.h"

#include <algorithm>

namespace unf::agent {

void Restarts::set_back(const Patience& patience) {
  const bool settled = Clock::now() - started > patience.settled;
  in_a_row = settled ? 1 : in_a_row + 1;
  ++count;
  const auto pause = in_a_row < 2
                         ? std::chrono::milliseconds{0}
                         : std::min(patience.first_pause * (1 << std::min(in_a_row - 2, 16)), patience.longest_pause);
  next = Clock::now() + pause;
}

}  // namespace unf::agent
