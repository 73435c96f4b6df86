#pragma once

#include "vnfm/cli/local_host.h"
#include "vnfm/cli/output.h"
#include "vnfm/cli/service_options.h"

namespace unf::vnfm {

/// `vnfm deploy --local`: manager and agent in this process, a cell of its own, no TCP port. Shows what passes until it
/// is interrupted or the service is terminated; then prints the final numbers and leaves nothing behind. Returns the
/// exit code.
int deploy_here(const ServiceOptions& service, const LocalHostOptions& options, const Output& output);

}  // namespace unf::vnfm
