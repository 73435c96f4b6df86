#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "graph/model/inventory.h"
#include "graph/model/result.h"

namespace unf::vnfm {

/// What the command line says of this machine as a host.
struct LocalHostOptions {
  std::string in;               ///< device of NIC `in`: an interface or a capture file; empty: none
  std::string out;              ///< of NIC `out`
  std::optional<RunMode> mode;  ///< not given: fused, or threads where hugepages are missing
  std::uint32_t memory_mb = 256;
};

/// This machine as a host: the cores that this process may run on, two NICs and a run mode that works here.
struct LocalHost {
  Host host;
  std::string note;  ///< for the user: why uNFs run as threads, where that was not asked for
};

/// Errors: malformed for a device that does not exist; unavailable, if this process may not use it; no_capacity, if the
/// mode needs more hugepages than are free.
[[nodiscard]] Result<LocalHost> local_host(const LocalHostOptions& options);

}  // namespace unf::vnfm
