#pragma once

#include <CLI/CLI.hpp>

#include "vnfm/cli/verb.h"

namespace unf::vnfm {

/// The verbs of VNF packages, instances and operation occurrences: `package`, `instance`, `op`, `instantiate`, `scale`,
/// `heal`, `update`. Those that begin an operation wait for its end. Exit codes go to `status`.
void add_vnf_verbs(CLI::App& app, Common& common, int& status);

}  // namespace unf::vnfm
