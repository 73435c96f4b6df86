#pragma once

#include <csignal>
#include <string>

#include "vnfm/cli/output.h"
#include "vnfm/lifecycle/overview.h"

namespace unf::vnfm {

/// Shows what passes a service of this process, until it is terminated or one of the signals in `ends`, which are
/// blocked, comes: on a terminal as `vnfm top` does, else as lines on standard error.
void watch(const Overview& overview, const std::string& id, const Output& output, const sigset_t& ends);

}  // namespace unf::vnfm
