#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "agent/base/agent_config.h"
#include "agent/base/files.h"
#include "agent/base/transport.h"
#include "agent/server/agent_service.h"
#include "agent/server/host_agent.h"

namespace {

using namespace unf;

int failed(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return error.code == Errc::malformed ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs and supervises the uNFs of this host.", "unf-agent"};
  std::string config_file;
  std::string state;
  bool quiet = false;
  app.add_option("--config", config_file, "Configuration of the host (YAML, see samples/config/agent.yaml)")
      ->required();
  app.add_option("--state", state, "Directory of the agent's journal (default: \"state\" of the configuration)");
  app.add_flag("--quiet", quiet, "Log only warnings and errors");
  app.set_version_flag("--version", "unf-agent " UNF_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }

  const auto text = agent::read_file(config_file);
  if (!text) return failed({Errc::malformed, text.error().message});
  auto config = agent::read_agent_config(config_file, *text);
  if (!config) return failed(config.error());
  if (!state.empty()) config->state = state;
  const auto endpoint = agent::Endpoint::parse(config->listen);
  if (!endpoint) return failed({Errc::malformed, fmt::format("{}: listen: {}", config_file, endpoint.error().message)});

  auto log = spdlog::stderr_color_mt("unf-agent");
  if (quiet) log->set_level(spdlog::level::warn);
  spdlog::set_default_logger(log);
  agent::prepare_process_for_thrift();
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread starts, so that only sigwait takes them

  auto supervisor = agent::HostAgent::start(*config, log);
  if (!supervisor) return failed(supervisor.error());
  auto server = agent::ThriftServer::start(*endpoint, agent::make_agent_service(**supervisor));
  if (!server) return failed(server.error());
  log->info("host {} listens on {}", config->host.name.get(), (*server)->endpoint().to_string());
  int signal = 0;
  sigwait(&ends, &signal);
  log->info("leaves on signal {}; what runs goes on", signal);
}
