#include "dataplane/io/eal.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

namespace unf::dataplane {
namespace {

/// Where the EAL may keep its files when the user has no run directory.
class RunDirectory {
 public:
  RunDirectory() {
    if (geteuid() == 0 || getenv("XDG_RUNTIME_DIR") != nullptr) return;
    std::string path = (std::filesystem::temp_directory_path() / "unf-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) return;
    path_ = path;
    setenv("XDG_RUNTIME_DIR", path_.c_str(), 1);
  }
  ~RunDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

 private:
  std::string path_;
};

/// Ends a private EAL with the process, so that its files go too.
struct PrivateEal {
  ~PrivateEal() { rte_eal_cleanup(); }
};

}  // namespace

Result<void> start_eal(const EalOptions& options) {
  std::vector<std::string> words{"unf", "--no-telemetry", "--file-prefix", options.prefix, "--log-level=lib.*:error",
                                 "-l", std::to_string(options.core)};
  if (!options.devices) words.emplace_back("--no-pci");
  if (options.secondary) {
    words.insert(words.end(), {"--proc-type", "secondary"});
  } else {
    const auto memory = std::to_string(options.memory_mb);
    words.insert(words.end(), {"--proc-type", "primary", "-m", memory});
    if (options.huge) {
      words.insert(words.end(), {"--socket-limit", memory});
    } else {
      words.emplace_back("--no-huge");
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
  static const RunDirectory directory;
  cpu_set_t before;  // the EAL pins its thread; a process that only borrows its libraries stays where it was
  sched_getaffinity(0, sizeof before, &before);
  std::uint32_t core = 0;
  while (core + 1 < CPU_SETSIZE && !CPU_ISSET(core, &before)) ++core;
  auto started =
      start_eal({.prefix = fmt::format("unf-{}", getpid()), .memory_mb = memory_mb, .core = core, .huge = false});
  sched_setaffinity(0, sizeof before, &before);
  if (started) static const PrivateEal ended_at_exit;
  return started;
}

}  // namespace unf::dataplane
