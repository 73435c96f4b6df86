#pragma once

#include "vnfm/server/adapters.h"

namespace unf::vnfm {

/// The program `vnfm`. Returns its exit code: 0 done, 1 the operation failed, 2 bad usage or bad input.
int run(int argc, char** argv, const Adapters& adapters);

}  // namespace unf::vnfm
