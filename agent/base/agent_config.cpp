#include "agent/base/agent_config.h"

#include "agent/base/files.h"
#include "agent/base/host_yaml.h"

namespace unf::agent {

Result<AgentConfig> read_agent_config(const std::string& file, const std::string& text) {
  return parse_yaml(file, text).and_then([&](const YAML::Node& node) -> Result<AgentConfig> {
    YamlReader reader{file};
    AgentConfig config{.io_program = program_directory() / "unf-io",
                       .runner_program = program_directory() / "unf-runner"};
    if (!reader.map(node, "agent.yaml", {"host", "listen", "state", "run", "cell", "idle_s", "programs"})) {
      return fail(reader.result().error());
    }
    const auto read_path = [&](const YAML::Node& parent, const char* key, std::filesystem::path& into) {
      if (std::string path; reader.read(parent, key, path, "a path")) into = path;
    };
    if (node["host"]) {
      config.host = read_host(reader, node["host"]);
    } else {
      reader.problem(node, "host is missing, expected the host's entry of the inventory");
    }
    reader.read(node, "listen", config.listen, "HOST:PORT or the path of a Unix socket");
    read_path(node, "state", config.state);
    read_path(node, "run", config.run);
    if (reader.read(node, "cell", config.cell, "a name") && file_name_for(config.cell) != config.cell) {
      reader.problem(node["cell"], "cell: expected letters, digits, `-`, `_` and `.`");
    }
    if (std::uint32_t seconds = 0; reader.read(node, "idle_s", seconds, "seconds")) {
      config.idle = std::chrono::seconds{seconds};
    }
    if (const auto programs = node["programs"]; programs && reader.map(programs, "programs", {"io", "runner"})) {
      read_path(programs, "io", config.io_program);
      read_path(programs, "runner", config.runner_program);
    }
    return reader.result().map([&] { return std::move(config); });
  });
}

}  // namespace unf::agent
