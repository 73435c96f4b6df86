#pragma once

#include <string>

namespace unf::vnfm {

/// `vnfm serve`: until SIGINT or SIGTERM. `state` overrides the configuration's if it is not empty. Returns the exit
/// code.
int run_serve(const std::string& config_file, const std::string& state, bool quiet);

}  // namespace unf::vnfm
