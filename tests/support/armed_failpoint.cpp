#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "vnfm/failpoint/failpoint.h"

namespace unf::vnfm {

void failpoint(const char* name) noexcept {
  static const char* const armed = std::getenv("UNF_FAILPOINT");
  static std::atomic<int> reached = 0;
  if (armed == nullptr) return;
  const std::string_view wanted{armed};
  const auto colon = wanted.find(':');
  if (wanted.substr(0, colon) != name) return;
  const int nth = colon == wanted.npos ? 1 : std::atoi(armed + colon + 1);
  if (++reached == nth) kill(getpid(), SIGKILL);
}

}  // namespace unf::vnfm
