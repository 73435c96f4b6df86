#pragma once

#include <string>
#include <vector>

#include "vnfm/cli/plan_command.h"

namespace unf::vnfm {

struct ConvertCommand {
  std::vector<std::string> paths;
  std::string to;       ///< file; empty: the service's name and `.csar`
  std::string catalog;  ///< file; empty: the built-in one
  SignatureOptions signatures;
  bool strict = false;  ///< no dialects
  ImageOptions images;
  bool json = false;
  bool quiet = false;
};

/// `vnfm convert PATH...`: writes a service, in whatever form it is, as a CSAR in our TOSCA profile, and says what of
/// it had no counterpart. What exists is left alone. Returns the exit code.
int run_convert(const ConvertCommand& command);

}  // namespace unf::vnfm
