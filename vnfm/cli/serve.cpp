#include "vnfm/cli/serve.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>

#include "agent/client/agent_client.h"
#include "agent/config/files.h"
#include "agent/wire/transport.h"
#include "vnfm/cli/builtin_catalog.h"
#include "vnfm/cli/plan_command.h"
#include "vnfm/cli/report.h"
#include "vnfm/config/manager_config.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/wire/manager_service.h"

namespace unf::vnfm {

int run_serve(const std::string& config_file, const std::string& state, bool quiet, const Adapters& adapters) {
  const auto text = agent::read_file(config_file);
  if (!text) return report_bad_input(text.error());
  auto config = read_manager_config(config_file, *text);
  if (!config) return report_bad_input(config.error());
  if (!state.empty()) config->state = state;

  auto images = image_map_from(config->image_map.string(), config->pass_unmapped, builtin_catalog());
  if (!images) return report_bad_input(images.error());

  auto log = spdlog::stderr_color_mt("vnfm");
  if (quiet) log->set_level(spdlog::level::warn);
  spdlog::set_default_logger(log);
  agent::prepare_process_for_thrift();
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts, so that only sigwait takes them

  const auto connect = [](const Host& host) {
    return std::make_shared<agent::AgentClient>(*agent::Endpoint::parse(host.agent));  // read_manager_config checked it
  };
  const auto nfvo = config->nfvo ? std::make_shared<HttpNfvo>(config->nfvo->nfvo) : nullptr;
  const auto manager = Manager::open({.state = config->state,
                                      .inventory = config->inventory,
                                      .catalog = builtin_catalog(),
                                      .images = std::move(*images),
                                      .connect = connect,
                                      .fetching = config->rest.fetching,
                                      .signatures = config->signatures,
                                      .notify = config->rest.notify,
                                      .grants = nfvo && config->nfvo->grants ? nfvo : nullptr,
                                      .package_source = nfvo && config->nfvo->packages ? nfvo : nullptr,
                                      .lifecycle = config->lifecycle,
                                      .log = log});
  if (!manager) return report(manager.error());
  const auto server = agent::ThriftServer::start(*agent::Endpoint::parse(config->listen),
                                                 make_manager_service(**manager, config->access, log), config->tls);
  if (!server) return report(server.error());
  const auto rest = RestServer::start(config->rest, adapters, **manager, log);
  if (!rest) return report(rest.error());
  log->info("listens on {}, serves REST on {}", (*server)->endpoint().to_string(), (*rest)->root());
  for (int signal = 0;;) {
    sigwait(&signals, &signal);
    if (signal == SIGHUP) {
      for (const auto& reloaded : {(*rest)->reload_tls(), (*server)->reload_tls()}) {
        if (!reloaded) log->error("the certificate stays as it is: {}", reloaded.error().message);
      }
      continue;
    }
    log->info("leaves on signal {}; services run on", signal);
    return kDone;
  }
}

}  // namespace unf::vnfm
