#include "dataplane/io/eal.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <sched.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

namespace unf::dataplane {
Result<void> start_eal(const EalOptions& options) {
  std::vector<std::string> words{"unf",
                                 "--no-telemetry",
                                 "--file-prefix",
                                 options.prefix,
                                 "--log-level=lib.*:error",
                                 "-l",
                                 std::to_string(options.core)};
  if (!options.devices) words.emplace_back("--no-pci");
  if (options.secondary) {
    words.insert(words.end(), {"--proc-type", "secondary"});
  } else {
    const auto memory = std::to_string(options.memory_mb);
    words.insert(words.end(), {"--proc-type", "primary", "-m", memory});
    if (options.huge) {
      words.insert(words.end(), {"--socket-limit", memory});
    } else {
      words.insert(words.end(), {"--no-huge", "--no-shconf"});  // nobody can attach
    }
  }
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) < 0) {
    return fail(Errc::unavailable, "DPDK does not start: {}", rte_strerror(rte_errno));
  }
  return {};
}

Result<void> start_private_eal(std::uint32_t memory_mb) {
  cpu_set_t before;  // the EAL pins its thread; a process that only borrows its libraries stays where it was
  sched_getaffinity(0, sizeof before, &before);
  std::uint32_t core = 0;
  while (core + 1 < CPU_SETSIZE && !CPU_ISSET(core, &before)) ++core;
  auto started =
      start_eal({.prefix = fmt::format("unf-{}", getpid()), .memory_mb = memory_mb, .core = core, .huge = false});
  sched_setaffinity(0, sizeof before, &before);
  std::error_code ignored;
  std::filesystem::remove_all(rte_eal_get_runtime_dir(), ignored);  // it has nothing to keep there
  return started;
}

}  // namespace unf::dataplane
