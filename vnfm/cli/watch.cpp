#include "vnfm/cli/watch.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>

#include "vnfm/cli/render.h"
#include "vnfm/cli/screen.h"
#include "vnfm/lifecycle/manager.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;

constexpr auto kRedraw = 1'000ms;
constexpr auto kLine = 5'000ms;
constexpr auto kTick = 100ms;

}  // namespace

void watch(const Overview& overview, const std::string& id, const Output& output, const sigset_t& ends) {
  std::optional<Screen> screen;
  if (isatty(STDOUT_FILENO) == 1 && !output.json() && !output.quiet) screen.emplace();
  TopView view;
  std::string last_line;
  auto due = std::chrono::steady_clock::now();
  while (overview.has(kDefaultTenant, id)) {
    const auto now = std::chrono::steady_clock::now();
    if (!output.quiet && now >= due) {
      const auto shown = overview.show(kDefaultTenant, id);
      if (!shown) return;  // terminated
      if (screen) {
        screen->draw(view.text(*shown));
      } else if (auto line = summary_line(*shown); line != last_line) {
        fmt::print(stderr, "{}\n", line);
        last_line = std::move(line);
      }
      due = now + (screen ? kRedraw : kLine);
    }
    const timespec tick{0, std::chrono::nanoseconds{kTick}.count()};
    if (sigtimedwait(&ends, nullptr, &tick) > 0) return;
  }
}

}  // namespace unf::vnfm
