#pragma once

#include <string>

#include "vnfm/server/adapters.h"

namespace unf::vnfm {

/// `vnfm serve`: until SIGINT or SIGTERM. `state` overrides the configuration's if it is not empty. Returns the exit
/// code.
int run_serve(const std::string& config_file, const std::string& state, bool quiet, const Adapters& adapters);

}  // namespace unf::vnfm
