#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "graph/model/inventory.h"
#include "graph/model/result.h"

namespace unf::agent {

/// What agent.yaml says.
struct AgentConfig {
  Host host;
  std::string listen = "127.0.0.1:9892";  ///< HOST:PORT or the path of a Unix socket
  std::filesystem::path state = "/var/lib/unf/agent";
  std::filesystem::path run = "/run/unf";
  std::string cell = "default";
  std::chrono::seconds idle{60};         ///< unf-io stays that long after its last graph
  std::filesystem::path io_program;      ///< default: `unf-io` next to the running program
  std::filesystem::path runner_program;  ///< default: `unf-runner` next to the running program
};

/// Errors: malformed, FILE:LINE and what was expected, a line a problem.
[[nodiscard]] Result<AgentConfig> read_agent_config(const std::string& file, const std::string& text);

}  // namespace unf::agent
