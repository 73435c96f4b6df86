#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/compile/compile.h"
#include "graph/model/inventory.h"
#include "vnfm/cli/plan_command.h"

namespace unf::vnfm {

struct LocalDeployment {
  SourceOptions sources;
  std::string in;   ///< device of NIC `in`: an interface or a capture file; empty: none
  std::string out;  ///< of NIC `out`
  std::optional<std::string> name;
  graph::CompileOptions options;
  std::optional<RunMode> mode;  ///< not given: fused, or threads where there are no hugepages
  std::uint32_t memory_mb = 256;
  bool json = false;
  bool quiet = false;
};

/// `vnfm deploy --local`: manager and agent in this process, a cell of its own, no TCP port. Shows what passes until it
/// is interrupted or the service is terminated; then prints the final numbers and leaves nothing behind. Returns the
/// exit code.
int run_local(const LocalDeployment& deployment);

/// Ends what a `deploy --local` that was killed has left of service `id`. Errors: not_found, if none has left it.
[[nodiscard]] Result<void> clear_left_over(const std::string& id);

/// `af_packet:IF`, or `pcap:FILE` where the name is a file's or ends in .pcap. Errors: malformed, if it is neither.
[[nodiscard]] Result<std::string> device_of(const std::string& name);

/// MiB of hugepages of the default size that are free; 0 where no hugetlbfs is mounted to reach them.
[[nodiscard]] std::uint64_t free_hugepages_mb();

}  // namespace unf::vnfm
