#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace unf::bench {

/// Tables I and II of the paper: its service (firewall, monitor, application firewall) as three VNFs, each with its own
/// I/O, parsing and classification; as one graph in which nothing is merged; and as it is planned.
int run_monolith(const Options& options);

/// Cycles per packet of each uNF of the catalogue on this host, 200-byte HTTP requests, as the `cycles` of a host in an
/// inventory. With `inventory`, writes them into that file: of `host`, or of the only host that it has.
int run_calibrate(const Options& options, const std::string& inventory, const std::string& host);

}  // namespace unf::bench
