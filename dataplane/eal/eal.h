#pragma once

#include <cstdint>
#include <string>

#include "graph/model/result.h"

namespace unf::dataplane {

/// DPDK's environment (EAL) in this process. Once a process.
struct EalOptions {
  std::string prefix;             ///< of the shared files: who has the same shares memory
  std::uint32_t memory_mb = 256;  ///< all there will be: addresses in it are shared, so it does not grow
  std::uint32_t core = 0;
  bool huge = true;        ///< false: ordinary pages, of this process alone
  bool secondary = false;  ///< attaches to the memory of the primary with the same prefix
  bool devices = false;    ///< whether PCI devices may be named; else the bus is not even looked at
};

/// Errors: unavailable, with DPDK's reason.
[[nodiscard]] Result<void> start_eal(const EalOptions& options);

/// Has the kernel give this process all pages of its memory: one by one, as they are touched, takes ten times as long.
/// Of use without hugepages, which are there from the start.
void touch_memory();

/// The EAL for a process that only needs its libraries: no hugepages, no root, no files left behind.
[[nodiscard]] Result<void> start_private_eal(std::uint32_t memory_mb = 256);

}  // namespace unf::dataplane
