#include "tests/support/eal.h"

#include <fmt/format.h>
#include <rte_eal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace unf::testing_support {

void start_eal() {
  static const bool started = [] {
    // Where the EAL puts its files; it needs the directory also where it keeps nothing there.
    const auto runtime = std::filesystem::temp_directory_path() / fmt::format("unf-unit-{}", getpid());
    std::filesystem::create_directories(runtime);
    ::setenv("XDG_RUNTIME_DIR", runtime.c_str(), 1);
    std::vector<std::string> arguments{"unit", "--no-huge", "-m", "256", "--no-pci", "--no-telemetry", "--no-shconf",
                                       "--log-level=error", "--file-prefix", fmt::format("unit-{}", getpid())};
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    const bool ok = rte_eal_init(static_cast<int>(argv.size()), argv.data()) >= 0;
    std::error_code ignored;
    std::filesystem::remove_all(runtime, ignored);
    return ok;
  }();
  if (!started) throw std::runtime_error{"the EAL does not start"};
}

}  // namespace unf::testing_support
