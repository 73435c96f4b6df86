#include "vnfm/cli/local_host.h"

#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace unf::vnfm {
namespace {

/// The first core for I/O and the others for runners; a single one does both.
void place_on_cores(Host& host) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<Core> cores;
  for (std::uint32_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back({.id = CoreId{core}});
  }
  if (cores.empty()) return;
  host.io_core = cores.front().id;
  if (cores.size() > 1) cores.erase(cores.begin());
  host.cores = std::move(cores);
}

/// Whether this process may open packet sockets, which is what the `af_packet` devices are.
bool may_use_interfaces() {
  const int opened = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
  if (opened < 0) return errno != EPERM && errno != EACCES;
  close(opened);
  return true;
}

/// `af_packet:IF`, or `pcap:FILE` where the name is a file's or ends in .pcap. `option` says where it was given.
Result<std::string> device_of(const std::string& option, const std::string& name) {
  for (const auto* kind : {"af_packet:", "pcap:", "tap:", "pci:", "memif:", "vhost-user:"}) {
    if (name.starts_with(kind)) return name;
  }
  if (name == "null") return name;
  std::error_code error;
  if (name.ends_with(".pcap") || std::filesystem::is_regular_file(name, error)) {
    return "pcap:" + std::filesystem::absolute(name, error).string();
  }
  if (if_nametoindex(name.c_str()) != 0) return "af_packet:" + name;
  if (name.find('/') != name.npos) return fail(Errc::malformed, "{}: no capture file {}", option, name);
  return fail(Errc::malformed, "{}: no interface {} on this host (see \"ip link\"), and no capture file of that name",
              option, name);
}

Result<void> place_nics(Host& host, const LocalHostOptions& options) {
  for (auto& nic : host.nics) {
    const bool is_in = nic.name.get() == "in";
    const auto& name = is_in ? options.in : options.out;
    if (name.empty()) {
      nic.device = "null";
      continue;
    }
    const std::string option = is_in ? "--in" : "--out";
    auto device = device_of(option, name);
    if (!device) return fail(device.error());
    if (device->starts_with("af_packet:") && !may_use_interfaces()) {
      return fail(Errc::unavailable, "{}: no permission to use interface {}: run as root, or with CAP_NET_RAW", option,
                  name);
    }
    nic.device = std::move(*device);
  }
  return {};
}

/// The hugepages of the default size that this process could use.
struct Hugepages {
  bool mounted = false;    ///< a hugetlbfs is there to reach them
  bool permitted = false;  ///< and this process may write to it
  std::uint64_t free = 0;
  std::uint64_t page_kb = 2048;

  [[nodiscard]] std::uint64_t usable_mb() const { return permitted ? free * page_kb / 1024 : 0; }
};

Hugepages hugepages() {
  Hugepages found;
  std::ifstream mounts{"/proc/mounts"};
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields{line};
    std::string device, place, type;
    fields >> device >> place >> type;
    if (type != "hugetlbfs") continue;
    found.mounted = true;
    found.permitted = found.permitted || access(place.c_str(), W_OK) == 0;
  }
  std::ifstream memory{"/proc/meminfo"};
  for (std::string line; std::getline(memory, line);) {
    std::istringstream fields{line};
    std::string name;
    std::uint64_t value = 0;
    fields >> name >> value;
    if (name == "HugePages_Free:") found.free = value;
    if (name == "Hugepagesize:") found.page_kb = value;
  }
  return found;
}

/// Why `wanted_mb` of hugepages cannot be used, and what the user can do.
std::string shortage(const Hugepages& pages, std::uint32_t wanted_mb) {
  if (!pages.mounted) return "hugetlbfs is not mounted (as root: \"mount -t hugetlbfs nodev /dev/hugepages\")";
  if (!pages.permitted) return "you have no permission to use hugepages (run as root)";
  const auto missing_kb = (wanted_mb - pages.usable_mb()) * 1024;
  return fmt::format("{} MiB are free (as root: add {} to \"sysctl vm.nr_hugepages\")", pages.usable_mb(),
                     (missing_kb + pages.page_kb - 1) / pages.page_kb);
}

/// Chooses the run mode, unless the user has.
Result<void> set_mode(LocalHost& local, const LocalHostOptions& options) {
  const auto pages = hugepages();
  const bool enough = pages.usable_mb() >= options.memory_mb;
  auto& mode = local.host.mode;
  mode = options.mode.value_or(enough ? RunMode::fused : RunMode::threads);
  if (mode == RunMode::container) return fail(Errc::unsupported, "--mode: container is not for --local");
  if (mode != RunMode::threads && !enough) {
    return fail(Errc::no_capacity, "mode {} needs {} MiB of free hugepages, but {}; or use --mode threads",
                to_string(mode), options.memory_mb, shortage(pages, options.memory_mb));
  }
  if (!options.mode && !enough) {
    local.note = fmt::format("uNFs run as threads of one process: mode fused needs {} MiB of free hugepages, but {}",
                             options.memory_mb, shortage(pages, options.memory_mb));
  }
  return {};
}

}  // namespace

Result<LocalHost> local_host(const LocalHostOptions& options) {
  LocalHost local{.host = Inventory::built_in().hosts.front(), .note = {}};
  place_on_cores(local.host);
  local.host.memory_mb = options.memory_mb;
  return place_nics(local.host, options).and_then([&] { return set_mode(local, options); }).map([&] { return local; });
}

}  // namespace unf::vnfm
