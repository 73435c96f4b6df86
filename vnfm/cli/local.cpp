#include "vnfm/cli/local.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>

#include "agent/base/files.h"
#include "agent/base/transport.h"
#include "agent/server/supervisor.h"
#include "tosca/image_map_reader.h"
#include "vnfm/cli/cell.h"
#include "vnfm/cli/managers.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/cli/watch.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/server/builtin_catalog.h"
#include "vnfm/wire/manager_service.h"

namespace unf::vnfm {
namespace {

/// The agent of this process, as its manager reaches it.
class InProcess final : public agent::Agent {
 public:
  explicit InProcess(agent::Agent& agent) : agent_(agent) {}
  Result<agent::wire::GraphInfo> apply(const GraphId& graph, agent::Version version, const std::string& plan,
                                       const std::vector<GraphId>& replaces = {}) override {
    return agent_.apply(graph, version, plan, replaces);
  }
  Result<agent::wire::Observation> observe() override { return agent_.observe(); }
  Result<nlohmann::json> stats() override { return agent_.stats(); }
  Result<Catalog> catalog() override { return agent_.catalog(); }
  Result<std::vector<agent::wire::Event>> events(std::int64_t since) override { return agent_.events(since); }

 private:
  agent::Agent& agent_;
};

/// What a local deployment consists of once all of it has been read.
struct Deployment {
  tosca::FileSet files;
  tosca::ImageMap images;
  Inventory inventory;  ///< this machine
  const ServiceOptions& service;
  const Output& output;

  [[nodiscard]] const Host& host() const { return inventory.hosts.front(); }
};

/// Blocks the signals that end the deployment, so that `watch` takes them. No thread may have been started yet.
sigset_t block_ending_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return ends;
}

Result<std::unique_ptr<agent::Supervisor>> start_agent(const Cell& cell, const Host& host,
                                                       const std::shared_ptr<spdlog::logger>& log) {
  return agent::Supervisor::start({.host = host,
                                   .state = cell.agent_state(),
                                   .run = run_directory(),
                                   .cell = cell.name(),
                                   .io_program = agent::program_directory() / "unf-io",
                                   .runner_program = agent::program_directory() / "unf-runner"},
                                  log);
}

/// Deploys the service, watches it, and terminates it unless somebody else did. Returns the exit code.
int run_service(const Deployment& deployment, const Cell& cell, Manager& manager, const sigset_t& ends,
                const std::shared_ptr<spdlog::logger>& log) {
  const auto& output = deployment.output;
  const auto& service = deployment.service;
  const auto server = agent::ThriftServer::start({.path = (cell.directory() / kLocalSocket).string()},
                                                 make_manager_service(manager, {}, log));
  if (!server) return report(server.error());
  const auto deployed =
      manager.lifecycle().deploy(kDefaultTenant, deployment.files, service.name, service.compile_options());
  if (!deployed) return report(deployed.error());
  const auto& id = deployed->id;
  if (!output.quiet) {
    const auto& host = deployment.host();
    fmt::print(stderr, "{} runs on this machine ({} -> {}), mode {}; end it with ^C or `vnfm terminate {}`\n", id,
               host.nics[0].device, host.nics[1].device, to_string(host.mode), id);
  }
  auto& overview = manager.overview();
  watch(overview, id, output, ends);
  int status = kDone;
  if (overview.has(kDefaultTenant, id)) {
    if (auto ended = overview.terminate(kDefaultTenant, id); !ended) status = report(ended.error());
  }
  if (const auto last = overview.last_words(id); last && !output.quiet) {
    print_result(output, *last, [&] { return show_text(*last); });
  }
  return status;
}

/// Runs the service in a cell with an agent and a manager of this process. Returns the exit code.
int run_in_cell(const Deployment& deployment, const Cell& cell, const sigset_t& ends) {
  const auto log = std::make_shared<spdlog::logger>(
      "vnfm", std::make_shared<spdlog::sinks::basic_file_sink_mt>(cell.directory() / "vnfm.log"));
  log->flush_on(spdlog::level::info);
  const auto supervisor = start_agent(cell, deployment.host(), log);
  if (!supervisor) return report(supervisor.error());
  const auto manager = Manager::open({.state = cell.manager_state(),
                                      .inventory = deployment.inventory,
                                      .catalog = builtin_catalog(),
                                      .images = deployment.images,
                                      .connect = [&](const Host&) { return std::make_shared<InProcess>(**supervisor); },
                                      .log = log});
  if (!manager) return report(manager.error());
  const int status = run_service(deployment, cell, **manager, ends, log);
  (*supervisor)->remove_all();
  return status;
}

}  // namespace

int deploy_here(const ServiceOptions& service, const LocalHostOptions& options, const Output& output) {
  const auto files = load_files(service.sources);
  if (!files) return report_bad_input(files.error());
  const auto& wanted = service.sources.images;
  const auto images = tosca::load_image_map(wanted.map, wanted.pass_unmapped, builtin_catalog());
  if (!images) return report_bad_input(images.error());
  const auto local = local_host(options);
  if (!local) return report(local.error());
  if (!local->note.empty() && !output.quiet) fmt::print(stderr, "{}\n", local->note);
  auto inventory = Inventory::built_in();
  inventory.hosts = {local->host};
  // What is wrong with the input is said before anything is started.
  const auto plan =
      plan_service(*files, service.name, builtin_catalog(), *images, inventory, service.compile_options());
  if (!plan) return plan.error().code == Errc::no_capacity ? report(plan.error()) : report_bad_input(plan.error());

  const auto ends = block_ending_signals();
  agent::prepare_process_for_thrift();
  const Cell cell{plan->graph.get()};
  if (auto made = cell.make(); !made) return report(made.error());
  return run_in_cell({*files, *images, std::move(inventory), service, output}, cell, ends);
}

}  // namespace unf::vnfm
