#pragma once

namespace unf::testing_support {

/// Starts DPDK's EAL for this process alone, once: no hugepages, devices, telemetry, or root. Throws where it does not
/// start.
void start_eal();

}  // namespace unf::testing_support
