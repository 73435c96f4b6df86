#pragma once

#include <CLI/CLI.hpp>

#include "vnfm/cli/managers.h"
#include "vnfm/cli/output.h"

namespace unf::vnfm {

/// The options of every verb that asks a manager: which manager, and how the answer is printed.
struct ClientOptions {
  Reach reach;
  Output output;

  void add_to(CLI::App& verb);
};

}  // namespace unf::vnfm
