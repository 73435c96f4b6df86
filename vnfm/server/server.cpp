#include "vnfm/server/server.h"

#include <csignal>

#include "agent/base/transport.h"
#include "agent/client/agent_client.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/server/builtin_catalog.h"
#include "vnfm/server/rest_server.h"
#include "vnfm/wire/manager_service.h"

namespace unf::vnfm {

Result<void> serve(const ManagerConfig& config, tosca::ImageMap images, const Adapters& adapters,
                   const std::shared_ptr<spdlog::logger>& log) {
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
  const auto nfvo = config.nfvo ? std::shared_ptr<Nfvo>{adapters.nfvo(config.nfvo->nfvo)} : nullptr;
  const auto manager = Manager::open({.state = config.state,
                                      .inventory = config.inventory,
                                      .catalog = builtin_catalog(),
                                      .images = std::move(images),
                                      .connect = connect,
                                      .fetching = config.rest.fetching,
                                      .signatures = config.signatures,
                                      .notify = config.rest.notify,
                                      .grants = nfvo && config.nfvo->grants ? nfvo : nullptr,
                                      .package_source = nfvo && config.nfvo->packages ? nfvo : nullptr,
                                      .lifecycle = config.lifecycle,
                                      .log = log});
  if (!manager) return fail(manager.error());
  const auto server = agent::ThriftServer::start(*agent::Endpoint::parse(config.listen),
                                                 make_manager_service(**manager, config.access, log), config.tls);
  if (!server) return fail(server.error());
  const auto rest = RestServer::start(config.rest, adapters, **manager, log);
  if (!rest) return fail(rest.error());
  log->info("listens on {}, serves REST on {}", (*server)->endpoint().to_string(), (*rest)->root());
  for (int signal = 0;;) {
    sigwait(&signals, &signal);
    if (signal == SIGHUP) {
      for (const auto& reloaded : {(*rest)->reload_tls(), (*server)->reload_tls()}) {
        if (!reloaded)
          log->error("the certificates were not reloaded, those read before stay in use: {}", reloaded.error().message);
      }
      continue;
    }
    log->info("ends on signal {}; the services keep running", signal);
    return {};
  }
}

}  // namespace unf::vnfm
