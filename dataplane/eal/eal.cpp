#include "dataplane/eal/eal.h"

#include <malloc.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_memory.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
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
  // rte_acl_build asks for 8 MB of zeros and uses little of it: in a mapping of its own the rest is never touched.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) < 0) {
    return fail(Errc::unavailable, "DPDK does not start: {}", rte_strerror(rte_errno));
  }
  return {};
}

void touch_memory() {
  const auto touch = [](const rte_memseg_list*, const rte_memseg* segment, std::size_t length, void*) {
    constexpr std::size_t kStep = 8UL << 20;  // DPDK allocates from the end
    auto* const first = static_cast<std::byte*>(segment->addr);
    for (auto left = length; left > 0;) {
      const auto step = std::min(left, kStep);
      left -= step;
      madvise(first + left, step, MADV_POPULATE_WRITE);  // needs Linux 5.14
    }
    return 0;
  };
  rte_memseg_contig_walk(touch, nullptr);
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
