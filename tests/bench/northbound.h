#pragma once

#include <cstddef>

#include "tests/bench/figures.h"

namespace unf::bench {

/// What clients of the REST interfaces wait, over loopback, from the request until the answer is read:
/// `list`, a page of `instances` VNF instances, and all pages; `good_client`, one request on a connection of its own,
/// alone and beside `slow` clients that send a byte of a header each 0.5 s.
int run_northbound(const Options& options, std::size_t instances, std::size_t slow);

}  // namespace unf::bench
