#pragma once

#include <string>

#include "dataplane/runner/wiring.h"
#include "graph/model/plan.h"

namespace unf::dataplane {

/// All that a runner process is told: unf-io writes it, `unf-runner --spec FILE` reads it. Addresses are those of the
/// shared memory, so it holds for as long as that unf-io lives.
struct RunnerSpec {
  std::string prefix;  ///< of the EAL to attach to
  RunnerId runner;
  CoreId core;
  std::uint32_t bursts_per_yield = 0;
  Plan plan;
  RunnerWiring wiring;
  std::string counters_path;
};

[[nodiscard]] std::string dump(const RunnerSpec& spec);
/// Errors: malformed.
[[nodiscard]] Result<RunnerSpec> parse_runner_spec(std::string_view text);

}  // namespace unf::dataplane
