#include "vnfm/cli/local.h"

#include <net/if.h>
#include <sched.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "agent/base/files.h"
#include "agent/base/transport.h"
#include "agent/server/host_agent.h"
#include "tosca/image_map_reader.h"
#include "tosca/reader.h"
#include "vnfm/cli/managers.h"
#include "vnfm/cli/plan_command.h"
#include "vnfm/cli/render.h"
#include "vnfm/cli/report.h"
#include "vnfm/lifecycle/manager.h"
#include "vnfm/server/builtin_catalog.h"
#include "vnfm/wire/manager_service.h"

namespace unf::vnfm {
namespace {

using namespace std::chrono_literals;

constexpr auto kRedraw = 1'000ms;
constexpr auto kLine = 5'000ms;
constexpr auto kTick = 100ms;

/// The manager's agents are the supervisor of this process.
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

/// The cores this process may run on, the first for I/O and the others for runners; one core does both.
void place_on_cores(Host& host) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  std::vector<Core> cores;
  for (std::uint32_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) cores.push_back({.id = CoreId{core}});
  }
  if (cores.empty()) return;
  host.io_core = cores.front().id;
  if (cores.size() > 1) cores.erase(cores.begin());
  host.cores = std::move(cores);
}

Result<Host> local_host(const LocalDeployment& deployment) {
  auto host = Inventory::built_in().hosts.front();
  place_on_cores(host);
  host.memory_mb = deployment.memory_mb;
  for (auto& nic : host.nics) {
    const auto& name = nic.name.get() == "in" ? deployment.in : deployment.out;
    if (name.empty()) {
      nic.device = "null";
      continue;
    }
    auto device = device_of(name);
    if (!device) return fail(device.error());
    nic.device = std::move(*device);
  }
  const auto free_mb = free_hugepages_mb();
  const bool enough = free_mb >= host.memory_mb;
  host.mode = deployment.mode.value_or(enough ? RunMode::fused : RunMode::threads);
  if (host.mode == RunMode::container) return fail(Errc::unsupported, "--mode: container is not for --local");
  if (host.mode != RunMode::threads && !enough) {
    return fail(Errc::no_capacity,
                "mode {} needs {} MiB of free hugepages, there are {}: raise vm.nr_hugepages (and mount hugetlbfs), or "
                "use --mode threads",
                to_string(host.mode), host.memory_mb, free_mb);
  }
  if (!deployment.mode && !enough && !deployment.quiet) {
    fmt::print(stderr, "{} MiB of free hugepages are less than {}: uNFs run as threads of one process\n", free_mb,
               host.memory_mb);
  }
  return host;
}

/// A directory under the run directory that goes with this value.
class Cell {
 public:
  explicit Cell(const std::string& service)
      : name_(agent::file_name_for(service).substr(0, 32) + "-" + std::to_string(getpid())),
        directory_(run_directory() / name_) {}
  /// One that another process made.
  explicit Cell(std::filesystem::path directory) : name_(directory.filename()), directory_(std::move(directory)) {}
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;
  ~Cell() {
    std::error_code error;
    std::filesystem::remove_all(directory_, error);
    std::filesystem::remove(directory_.parent_path(), error);  // if nobody else is in it
  }
  Result<void> make() const {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) return fail(Errc::unavailable, "{}: {}", directory_.string(), error.message());
    std::filesystem::permissions(directory_, std::filesystem::perms::owner_all, error);
    return {};
  }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::filesystem::path agent_state() const { return directory_ / "agent"; }
  [[nodiscard]] std::filesystem::path manager_state() const { return directory_ / "vnfm"; }

 private:
  std::string name_;
  std::filesystem::path directory_;
};

/// Shows how the service does until it is over.
void watch(const Overview& overview, const std::string& id, const LocalDeployment& deployment, const sigset_t& ends) {
  const bool terminal = isatty(STDOUT_FILENO) == 1 && !deployment.json;
  if (terminal && !deployment.quiet) fmt::print("\x1b[2J");
  auto before = nlohmann::json::object();
  std::string last_line;
  auto drawn = std::chrono::steady_clock::now();
  auto due = drawn;
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    if (!deployment.quiet && now >= due) {
      auto shown = overview.show(kDefaultTenant, id);
      if (!shown) return;  // terminated
      if (terminal) {
        const std::chrono::duration<double> passed = now - drawn;
        auto text = top_text(*shown, before, passed.count());
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) text.insert(at, "\x1b[K");
        fmt::print("\x1b[H{}\x1b[J", text);
        std::fflush(stdout);
      } else if (auto line = summary_line(*shown); line != last_line) {
        fmt::print(stderr, "{}\n", line);
        last_line = std::move(line);
      }
      before = std::move(*shown);
      drawn = now;
      due = now + (terminal ? kRedraw : kLine);
    }
    if (!overview.has(kDefaultTenant, id)) return;
    const timespec tick{0, std::chrono::nanoseconds{kTick}.count()};
    if (sigtimedwait(&ends, nullptr, &tick) > 0) return;
  }
}

}  // namespace

/// Whether it is the directory of a manager that is gone and had that service.
static bool holds_service(const std::filesystem::path& state, const std::string& id) {
  const auto store = lead_store(state);
  if (!store) return false;
  const auto service = (*store)->store().get(service_key(kDefaultTenant, id));
  return service && *service;
}

Result<void> clear_left_over(const std::string& id) {
  std::error_code error;
  std::vector<std::filesystem::path> directories;
  for (const auto& entry : std::filesystem::directory_iterator(run_directory(), error))
    directories.push_back(entry.path());
  for (const auto& directory : directories) {
    const auto state = directory / "vnfm";
    if (!std::filesystem::is_directory(state, error)) continue;
    if (!holds_service(state, id)) continue;
    const Cell cell{directory};
    agent::AgentConfig config{.host = Inventory::built_in().hosts.front(),
                              .state = cell.agent_state(),
                              .run = run_directory(),
                              .cell = cell.name()};
    const auto log = std::make_shared<spdlog::logger>("vnfm", std::make_shared<spdlog::sinks::null_sink_mt>());
    return agent::HostAgent::clear(std::move(config), log);
  }
  return fail(Errc::not_found, "service {}: there is none", id);
}

Result<std::string> device_of(const std::string& name) {
  for (const auto* kind : {"af_packet:", "pcap:", "tap:", "pci:", "memif:", "vhost-user:"}) {
    if (name.starts_with(kind)) return name;
  }
  if (name == "null") return name;
  std::error_code error;
  if (name.ends_with(".pcap") || std::filesystem::is_regular_file(name, error)) {
    return "pcap:" + std::filesystem::absolute(name, error).string();
  }
  if (if_nametoindex(name.c_str()) != 0) return "af_packet:" + name;
  return fail(Errc::malformed, "{}: is neither a network interface nor a capture file", name);
}

std::uint64_t free_hugepages_mb() {
  std::ifstream mounts{"/proc/mounts"};
  bool mounted = false;
  for (std::string line; std::getline(mounts, line);)
    mounted = mounted || line.find(" hugetlbfs ") != std::string::npos;
  if (!mounted) return 0;
  std::ifstream memory{"/proc/meminfo"};
  std::uint64_t pages = 0;
  std::uint64_t page_kb = 0;
  for (std::string line; std::getline(memory, line);) {
    std::istringstream fields{line};
    std::string name;
    std::uint64_t value = 0;
    fields >> name >> value;
    if (name == "HugePages_Free:") pages = value;
    if (name == "Hugepagesize:") page_kb = value;
  }
  return pages * page_kb / 1024;
}

int run_local(const LocalDeployment& deployment) {
  const auto files = load_files(deployment.sources);
  if (!files) return report_bad_input(files.error());
  const auto images =
      tosca::load_image_map(deployment.sources.images.map, deployment.sources.images.pass_unmapped, builtin_catalog());
  if (!images) return report_bad_input(images.error());
  const auto host = local_host(deployment);
  if (!host) return report(host.error());
  auto inventory = Inventory::built_in();
  inventory.hosts = {*host};
  // Before anything is started: what is wrong with the input.
  const auto plan = plan_service(*files, deployment.name, builtin_catalog(), *images, inventory, deployment.options);
  if (!plan) return plan.error().code == Errc::no_capacity ? report(plan.error()) : report_bad_input(plan.error());

  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // before any thread starts: sigtimedwait takes them
  agent::prepare_process_for_thrift();

  const Cell cell{plan->graph.get()};
  if (auto made = cell.make(); !made) return report(made.error());
  const auto log = std::make_shared<spdlog::logger>(
      "vnfm", std::make_shared<spdlog::sinks::basic_file_sink_mt>(cell.directory() / "vnfm.log"));
  log->flush_on(spdlog::level::info);

  agent::AgentConfig config{.host = *host,
                            .state = cell.agent_state(),
                            .run = run_directory(),
                            .cell = cell.name(),
                            .io_program = agent::program_directory() / "unf-io",
                            .runner_program = agent::program_directory() / "unf-runner"};
  auto supervisor = agent::HostAgent::start(std::move(config), log);
  if (!supervisor) return report(supervisor.error());
  int status = kDone;
  {
    auto manager = Manager::open({.state = cell.manager_state(),
                                  .inventory = inventory,
                                  .catalog = builtin_catalog(),
                                  .images = *images,
                                  .connect = [&](const Host&) { return std::make_shared<InProcess>(**supervisor); },
                                  .log = log});
    if (!manager) return report(manager.error());
    auto& overview = (*manager)->overview();
    auto server = agent::ThriftServer::start({.path = (cell.directory() / kLocalSocket).string()},
                                             make_manager_service(**manager, {}, log));
    const auto deployed = server ? (*manager)->lifecycle().deploy(kDefaultTenant, *files, deployment.name.value_or(""),
                                                                  deployment.options)
                                 : Result<Service>{fail(server.error())};
    if (deployed) {
      if (!deployment.quiet) {
        fmt::print(stderr, "{} runs on this machine ({} -> {}), mode {}; end it with ^C or `vnfm terminate {}`\n",
                   deployed->id, host->nics[0].device, host->nics[1].device, to_string(host->mode), deployed->id);
      }
      watch(overview, deployed->id, deployment, ends);
      if (overview.has(kDefaultTenant, deployed->id)) {
        if (auto ended = overview.terminate(kDefaultTenant, deployed->id); !ended) status = report(ended.error());
      }
      if (const auto last = overview.last_words(deployed->id); last && !deployment.quiet) {
        fmt::print("{}", deployment.json ? last->dump(2) + "\n" : show_text(*last));
      }
    } else {
      status = report(deployed.error());
    }
    (*supervisor)->remove_all();
  }
  return status;
}

}  // namespace unf::vnfm
