#pragma once

#include <string>
#include <vector>

#include "vnfm/cli/plan_command.h"

namespace unf::vnfm {

struct ConvertCommand {
  SourceOptions sources;
  std::string to;  ///< file; empty: the service's name and `.csar`
  bool json = false;
  bool quiet = false;
};

/// `vnfm convert PATH...`: writes a service, in whatever form it is, as a CSAR in our TOSCA profile, and says what of
/// it had no counterpart. What exists is left alone. Returns the exit code.
int run_convert(const ConvertCommand& command);

}  // namespace unf::vnfm
