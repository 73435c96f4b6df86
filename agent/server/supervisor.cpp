#include "agent/server/supervisor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

#include "agent/config/files.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;
using dataplane::CounterFile;
using dataplane::WriterLine;

constexpr auto kTick = 2ms;  ///< how often something that starts is looked at
constexpr auto kNever = std::chrono::steady_clock::time_point::max();

/// What a DPDK primary that was killed leaves: hugepage files and its runtime directory.
void remove_eal_files(const std::string& prefix) {
  std::error_code error;
  std::ifstream mounts{"/proc/mounts"};
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields{line};
    std::string device;
    std::string at;
    std::string type;
    fields >> device >> at >> type;
    if (type != "hugetlbfs") continue;
    std::vector<std::filesystem::path> left;
    for (const auto& entry : std::filesystem::directory_iterator(at, error)) {
      if (entry.path().filename().string().starts_with(prefix + "map_")) left.push_back(entry.path());
    }
    for (const auto& path : left) std::filesystem::remove(path, error);
  }
  const char* user_runtime = std::getenv("XDG_RUNTIME_DIR");
  std::filesystem::remove_all(std::filesystem::path{"/var/run/dpdk"} / prefix, error);
  if (user_runtime != nullptr)
    std::filesystem::remove_all(std::filesystem::path{user_runtime} / "dpdk" / prefix, error);
}

WriterLine* line_of(const CounterFile& counters, const RunnerId& runner) { return counters.block(runner).line; }

bool says_ready(const CounterFile& counters, const RunnerId& runner, pid_t pid) {
  const auto* line = line_of(counters, runner);
  return line->state.load(std::memory_order_acquire) == WriterLine::ready &&
         line->pid.load(std::memory_order_relaxed) == pid;
}

}  // namespace

Supervisor::Supervisor(AgentConfig config, std::shared_ptr<spdlog::logger> log, Patience patience, Journal journal)
    : config_(std::move(config)),
      log_(std::move(log)),
      patience_(patience),
      io_client_(socket()),
      journal_(std::move(journal)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Result<std::unique_ptr<Supervisor>> Supervisor::open(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                     Patience patience) {
  std::vector<std::string> notes;
  auto journal = Journal::open(config.state, notes);
  if (!journal) return fail(journal.error());
  for (const auto& note : notes) log->error("{}", note);
  std::error_code error;
  const auto directory = config.run / config.cell;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "{}: {}", directory.string(), error.message());
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  std::unique_ptr<Supervisor> self{new Supervisor{std::move(config), std::move(log), patience, std::move(*journal)}};
  const std::lock_guard lock{self->work_};
  self->adopt();
  return self;
}

Result<std::unique_ptr<Supervisor>> Supervisor::start(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                      Patience patience) {
  return open(std::move(config), std::move(log), patience).map([](std::unique_ptr<Supervisor> self) {
    {
      const std::lock_guard lock{self->work_};
      self->look();
      self->publish();
    }
    self->watcher_ = std::thread{&Supervisor::watch, self.get()};
    return self;
  });
}

Result<void> Supervisor::clear(AgentConfig config, std::shared_ptr<spdlog::logger> log, Patience patience) {
  return open(std::move(config), std::move(log), patience).map([](const std::unique_ptr<Supervisor>& self) {
    self->remove_all();
  });
}

Supervisor::~Supervisor() {
  {
    const std::lock_guard lock{work_};
    stopping_ = true;
  }
  wake();
  if (watcher_.joinable()) watcher_.join();
  close(wake_fd_);
}

// ---- the interface

Result<wire::GraphInfo> Supervisor::apply(const GraphId& id, Version version, const std::string& plan_json) {
  const std::lock_guard lock{work_};
  if (stopping_) return fail(Errc::unavailable, "the agent is stopping");
  if (version.epoch < journal_.epoch()) {
    return fail(Errc::conflict, "graph {}: epoch {} is stale, a manager of epoch {} rules this host", id.get(),
                version.epoch, journal_.epoch());
  }
  if (auto raised = journal_.raise_epoch(version.epoch); !raised) return fail(raised.error());

  const auto known = journal_.graphs().find(id);
  const bool repeated = known != journal_.graphs().end() && version.generation == known->second.version.generation;
  if (known != journal_.graphs().end() && version.generation < known->second.version.generation) {
    return fail(Errc::conflict, "graph {}: generation {} is stale, {} is applied", id.get(), version.generation,
                known->second.version.generation);
  }
  if (repeated && plan_json != known->second.plan) {
    return fail(Errc::conflict, "graph {}: generation {} is applied with another plan", id.get(), version.generation);
  }

  Graph wanted;
  if (!plan_json.empty()) {
    auto made = make_graph(id, version, plan_json);
    if (!made) return fail(made.error());
    wanted = std::move(*made);
  }
  if (wanted.plan == nullptr || wanted.plan->nodes.empty()) {
    if (auto removed = remove(id); !removed) return fail(removed.error());
    if (auto put = journal_.put(id, {.version = version}); !put) return fail(put.error());
    publish();
    wire::GraphInfo absent;
    absent.graph = id.get();
    absent.epoch = version.epoch;
    absent.generation = version.generation;
    return absent;
  }
  if (const auto running = graphs_.find(id); repeated && running != graphs_.end()) {
    running->second.version = version;
    record(id, running->second);
  } else if (auto ran = run(id, std::move(wanted)); !ran) {
    publish();
    wake();
    return fail(ran.error());
  }
  publish();
  wake();
  return info(id, graphs_.at(id));
}

Result<wire::Observation> Supervisor::observe() {
  wire::Observation observation;
  observation.host = config_.host.name.get();
  const std::lock_guard lock{views_mutex_};
  for (const auto& [id, view] : views_) observation.graphs.push_back(view.info);
  return observation;
}

Result<nlohmann::json> Supervisor::stats() {
  auto catalog = this->catalog();
  if (!catalog) return fail(catalog.error());
  std::map<GraphId, View> views;
  {
    const std::lock_guard lock{views_mutex_};
    views = views_;
  }
  auto all = nlohmann::json::object();
  for (const auto& [id, view] : views) {
    auto stats = to_json(*view.plan, view.counters->stats(*view.plan, *catalog));
    if (const auto report = io_client_.report(id)) {
      const auto json = nlohmann::json::parse(*report, nullptr, false);
      if (json.is_object()) stats.update(json);
    }
    auto& processes = stats["processes"] = nlohmann::json::array();
    for (const auto& process : view.info.processes) {
      const auto* line = line_of(*view.counters, RunnerId{process.name});
      processes.push_back({{"name", process.name},
                           {"pid", process.pid},
                           {"start_time", process.start_time},
                           {"restarts", process.restarts},
                           {"ready", process.ready},
                           {"heartbeat", line->heartbeat.load(std::memory_order_relaxed)}});
    }
    all[id.get()] = std::move(stats);
  }
  return all;
}

Result<Catalog> Supervisor::catalog() {
  const std::lock_guard lock{catalog_mutex_};
  if (!catalog_) {
    auto read = output_of({config_.runner_program, "--catalog"}, 10s).and_then([](const std::string& text) {
      return Catalog::parse(text);
    });
    if (!read) return read;
    catalog_ = std::move(*read);
  }
  return *catalog_;
}

Result<std::vector<wire::Event>> Supervisor::events(std::int64_t since) { return events_.after(since, 1s); }

void Supervisor::remove_all() {
  const std::lock_guard lock{work_};
  stopping_ = true;
  for (auto& [id, graph] : graphs_) stop(id, graph);
  graphs_.clear();
  stop_io();
  publish();
  std::error_code error;
  std::filesystem::remove_all(cell_directory(), error);
  std::filesystem::remove_all(config_.state, error);
  wake();
}

// ---- applying

Result<Supervisor::Graph> Supervisor::make_graph(const GraphId& id, Version version,
                                                 const std::string& plan_json) const {
  auto plan = parse_plan(plan_json);
  if (!plan) return fail(plan.error());
  if (plan->graph != id) return fail(Errc::malformed, "graph: is {}, expected {}", plan->graph.get(), id.get());
  for (const auto& node : plan->nodes) {
    if (node.host == config_.host.name) continue;
    return fail(Errc::malformed, "node {} is for host {}, this is host {}", node.id.get(), node.host.get(),
                config_.host.name.get());
  }
  return Graph{.version = version, .plan_text = plan_json, .plan = std::make_shared<const Plan>(std::move(*plan))};
}

/// Replaces what runs of the graph. If the new one does not come up, the old one is brought back.
Result<void> Supervisor::run(const GraphId& id, Graph graph) {
  std::optional<Graph> old;
  if (const auto at = graphs_.find(id); at != graphs_.end()) {
    stop(id, at->second);
    old = std::move(at->second);
    graphs_.erase(at);
  }
  const auto begin = [&](Graph& started) {
    return journal_.put(id, {.version = started.version, .plan = started.plan_text})
        .and_then([&]() -> Result<void> {
          if (io_ && io_->runs()) return {};
          if (io_) io_died();
          return start_io();
        })
        .and_then([&] { return load(id, started); })
        .and_then([&] { return settle(started, id); });
  };
  auto& started = graphs_[id] = std::move(graph);
  auto begun = begin(started);
  if (begun) {
    event(id.get(), "applied",
          fmt::format("epoch {}, generation {}", started.version.epoch, started.version.generation));
    return {};
  }

  stop(id, started);
  graphs_.erase(id);
  event(id.get(), "refused", begun.error().message);
  if (old) {
    auto& again = graphs_[id] = Graph{.version = old->version, .plan_text = old->plan_text, .plan = old->plan};
    if (const auto back = begin(again); !back) set_back(again.loads);
    record(id, again);
  } else {
    if (auto forgotten = journal_.forget(id); !forgotten) log_->error("{}", forgotten.error().message);
    if (graphs_.empty()) stop_io();
  }
  return begun;
}

/// Waits until every runner is ready. Errors: unavailable, naming the one that is not.
Result<void> Supervisor::settle(Graph& graph, const GraphId& id) {
  const auto deadline = Clock::now() + patience_.runner_start;
  for (auto& [name, runner] : graph.runners) {
    while (!says_ready(*graph.counters, name, runner.process->id().pid)) {
      const auto log = runner_file(id, name, ".log");
      if (runner.process->wait(kTick)) {
        return fail(Errc::unavailable, "runner {} {}: {}", name.get(), runner.process->reap(), last_line(log));
      }
      if (Clock::now() > deadline) {
        return fail(Errc::unavailable, "runner {} was not ready within {} ms: {}", name.get(),
                    patience_.runner_start.count(), last_line(log));
      }
    }
    runner.ready = true;
  }
  return {};
}

void Supervisor::end_runners(Graph& graph) {
  for (const auto& [name, runner] : graph.runners) {
    if (runner.process) runner.process->signal(SIGTERM);
  }
  const auto deadline = Clock::now() + patience_.stop;
  for (auto& [name, runner] : graph.runners) {
    if (!runner.process) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (!runner.process->wait(std::max(left, 0ms))) runner.process->end(0ms);
    runner.process->reap();
    runner.process.reset();
    runner.ready = false;
  }
}

/// Ends the graph's runners and takes it from unf-io.
void Supervisor::unload(const GraphId& id, Graph& graph) {
  end_runners(graph);
  if (graph.loaded && io_ && io_->runs()) {
    if (auto unloaded = io_client_.unload(id); !unloaded)
      log_->error("unload {}: {}", id.get(), unloaded.error().message);
  }
  graph.loaded = false;
}

/// unload, and removes the graph's files.
void Supervisor::stop(const GraphId& id, Graph& graph) {
  unload(id, graph);
  std::error_code error;
  for (const auto& [name, runner] : graph.runners) {
    std::filesystem::remove(runner_file(id, name, ".json"), error);
    std::filesystem::remove(runner_file(id, name, ".log"), error);
  }
  graph.runners.clear();
  std::filesystem::remove(counters_path(id), error);
}

Result<void> Supervisor::remove(const GraphId& id) {
  const auto at = graphs_.find(id);
  if (at == graphs_.end()) return {};
  stop(id, at->second);
  graphs_.erase(at);
  if (graphs_.empty()) stop_io();
  event(id.get(), "removed", "");
  return {};
}

Result<void> Supervisor::load(const GraphId& id, Graph& graph) {
  if (graph.counters == nullptr) {
    auto counters = CounterFile::create(counters_path(id), *graph.plan);
    if (!counters) return fail(counters.error());
    graph.counters = std::make_shared<const CounterFile>(std::move(*counters));
  }
  auto specs = io_client_.load(id, graph.plan_text, config_.host, counters_path(id));
  if (!specs) return fail(specs.error());
  graph.loaded = true;
  for (const auto& [runner, spec] : *specs) {
    if (!runners_of(*graph.plan).contains(runner)) {
      return fail(Errc::internal, "unf-io names a runner {} that the plan does not", runner.get());
    }
    if (auto started = start_runner(id, graph, runner, spec); !started) return started;
  }
  record(id, graph);
  return {};
}

Result<void> Supervisor::start_runner(const GraphId& id, Graph& graph, const RunnerId& name, const std::string& spec) {
  const auto file = runner_file(id, name, ".json");
  auto& runner = graph.runners[name];
  runner.ready = false;
  runner.restarts.started = Clock::now();
  line_of(*graph.counters, name)->state.store(WriterLine::none, std::memory_order_release);
  return write_atomically(file, spec)
      .and_then([&] {
        return Process::spawn({config_.runner_program, "--spec", file}, runner_file(id, name, ".log"));
      })
      .map([&](Process process) { runner.process = std::move(process); });
}

Result<void> Supervisor::start_io() {
  unlink(socket().c_str());
  const auto log = cell_directory() / "unf-io.log";
  if (auto put = journal_.put(Journal::Cell{.io_number = journal_.cell().io_number + 1}); !put) return put;
  std::vector<std::string> arguments{config_.io_program,
                                     "--socket",
                                     socket(),
                                     "--prefix",
                                     io_prefix(),
                                     "--memory",
                                     std::to_string(config_.host.memory_mb),
                                     "--core",
                                     std::to_string(config_.host.io_core.get())};
  if (config_.host.mode == RunMode::threads) arguments.push_back("--no-huge");
  auto spawned = Process::spawn(arguments, log);
  if (!spawned) return fail(spawned.error());
  io_ = std::move(*spawned);
  io_restarts_.started = Clock::now();
  if (auto put = journal_.put(Journal::Cell{io_->id(), journal_.cell().io_number}); !put) {
    stop_io();
    return put;
  }
  const auto deadline = Clock::now() + patience_.io_start;
  while (!io_client_.answers()) {
    if (io_->wait(kTick)) {
      const auto error = fail(Errc::unavailable, "unf-io {}: {}", io_->reap(), last_line(log));
      io_.reset();
      remove_eal_files(io_prefix());
      return error;
    }
    if (Clock::now() > deadline) {
      const auto error =
          fail(Errc::unavailable, "unf-io did not answer within {} ms: {}", patience_.io_start.count(), last_line(log));
      stop_io();
      return error;
    }
  }
  log_->info("unf-io runs: pid {}, prefix {}", io_->id().pid, io_prefix());
  return {};
}

void Supervisor::stop_io() {
  if (!io_) return;
  io_->end(patience_.stop);
  io_->reap();
  io_.reset();
  io_restarts_ = {};
  remove_eal_files(io_prefix());
  std::error_code error;
  std::filesystem::remove(socket(), error);
  std::filesystem::remove(cell_directory() / "unf-io.log", error);
  if (auto put = journal_.put(Journal::Cell{.io_number = journal_.cell().io_number}); !put) {
    log_->error("{}", put.error().message);
  }
}

// ---- keeping it running

void Supervisor::set_back(Restarts& restarts) const {
  const bool settled = Clock::now() - restarts.started > patience_.settled;
  restarts.in_a_row = settled ? 1 : restarts.in_a_row + 1;
  ++restarts.count;
  const auto pause =
      restarts.in_a_row < 2
          ? 0ms
          : std::min(patience_.first_pause * (1 << std::min(restarts.in_a_row - 2, 16)), patience_.longest_pause);
  restarts.next = Clock::now() + pause;
}

/// The runners pin the dead unf-io's memory: they end before the next one starts.
void Supervisor::io_died() {
  event("", "io_died", io_->reap());
  io_.reset();
  set_back(io_restarts_);
  for (auto& [id, graph] : graphs_) {
    for (auto& [name, runner] : graph.runners) {
      if (!runner.process) continue;
      runner.process->end(0ms);
      runner.process->reap();
      runner.process.reset();
      runner.ready = false;
      ++runner.restarts.count;
    }
    graph.loaded = false;
    graph.detail = "unf-io is being restarted";
  }
  remove_eal_files(io_prefix());
}

Supervisor::Clock::time_point Supervisor::look() {
  if (io_ && !io_->runs()) io_died();
  if (!io_ && !graphs_.empty()) {
    if (Clock::now() < io_restarts_.next) return io_restarts_.next;
    if (auto started = start_io(); !started) {
      log_->error("{}", started.error().message);
      for (auto& [id, graph] : graphs_) graph.detail = started.error().message;
      set_back(io_restarts_);
      return io_restarts_.next;
    }
    event("", "io_restarted", fmt::format("pid {}", io_->id().pid));
  }
  auto next = kNever;
  for (auto& [id, graph] : graphs_) next = std::min(next, look_at(id, graph));
  return next;
}

Supervisor::Clock::time_point Supervisor::look_at(const GraphId& id, Graph& graph) {
  if (!graph.loaded) {
    if (Clock::now() < graph.loads.next) return graph.loads.next;
    graph.loads.started = Clock::now();
    if (auto loaded = load(id, graph); !loaded) {
      log_->error("graph {}: {}", id.get(), loaded.error().message);
      unload(id, graph);
      graph.detail = loaded.error().message;
      set_back(graph.loads);
      return graph.loads.next;
    }
    graph.detail.clear();
    event(id.get(), "reloaded", "");
  }
  auto next = kNever;
  for (auto& [name, runner] : graph.runners) next = std::min(next, look_at(id, graph, name, runner));
  return next;
}

Supervisor::Clock::time_point Supervisor::look_at(const GraphId& id, Graph& graph, const RunnerId& name,
                                                  Runner& runner) {
  if (runner.process && !runner.process->runs()) {
    const auto how = runner.process->reap();
    event(id.get(), "runner_died", fmt::format("{} (pid {}) {}", name.get(), runner.process->id().pid, how));
    runner.process.reset();
    runner.ready = false;
    set_back(runner.restarts);
  }
  if (!runner.process) {
    if (Clock::now() < runner.restarts.next) return runner.restarts.next;
    auto started = io_client_.recover(id, name).and_then(
        [&](const std::string& spec) { return start_runner(id, graph, name, spec); });
    if (!started) {
      log_->error("graph {}: runner {}: {}", id.get(), name.get(), started.error().message);
      graph.detail = started.error().message;
      runner.restarts.started = Clock::now();
      set_back(runner.restarts);
      return runner.restarts.next;
    }
    record(id, graph);
  }
  if (runner.ready) return kNever;
  if (says_ready(*graph.counters, name, runner.process->id().pid)) {
    runner.ready = true;
    graph.detail.clear();
    event(id.get(), runner.restarts.count == 0 ? "runner_ready" : "runner_restarted",
          fmt::format("{} (pid {})", name.get(), runner.process->id().pid));
    return kNever;
  }
  if (Clock::now() - runner.restarts.started > patience_.runner_start) {
    log_->error("graph {}: runner {} is not ready in time", id.get(), name.get());
    runner.process->end(0ms);
  }
  return Clock::now() + kTick;
}

/// Polls what may die, and looks at everything when something did or is due.
void Supervisor::watch() {
  auto next = Clock::now();
  while (true) {
    std::vector<std::shared_ptr<Fd>> watched;
    {
      const std::lock_guard lock{work_};
      if (stopping_) return;
      next = look();
      publish();
      if (io_) watched.push_back(io_->pidfd());
      for (const auto& [id, graph] : graphs_) {
        for (const auto& [name, runner] : graph.runners) {
          if (runner.process) watched.push_back(runner.process->pidfd());
        }
      }
    }
    std::vector<pollfd> polled{{wake_fd_, POLLIN, 0}};
    for (const auto& pidfd : watched) polled.push_back({pidfd->get(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    const int timeout = next == kNever ? -1 : static_cast<int>(std::clamp<long>(left, 0, 60'000));
    poll(polled.data(), polled.size(), timeout);
    eventfd_t count = 0;
    eventfd_read(wake_fd_, &count);
  }
}

void Supervisor::wake() const { eventfd_write(wake_fd_, 1); }

// ---- adopting

void Supervisor::adopt() {
  io_ = Process::adopt(journal_.cell().io);
  for (const auto& id : processes_with_argument(socket())) {
    if (io_ && io_->id() == id) continue;
    if (auto stray = Process::adopt(id)) stray->end(0ms);  // was started when the last agent died
  }
  if (io_ && !io_client_.answers()) {
    io_->end(0ms);
    io_.reset();
  }
  if (io_) event("", "adopted", fmt::format("unf-io (pid {})", io_->id().pid));
  if (!io_ && journal_.cell().io_number != 0) remove_eal_files(io_prefix());
  for (const auto& [id, entry] : journal_.graphs()) {
    if (!entry.plan.empty()) adopt_graph(id, entry);
  }
  if (graphs_.empty()) stop_io();
}

void Supervisor::adopt_graph(const GraphId& id, const Journal::Graph& entry) {
  auto made = make_graph(id, entry.version, entry.plan);
  if (!made) {
    log_->error("graph {}: its journal is of no use: {}", id.get(), made.error().message);
    return;
  }
  auto& graph = graphs_[id] = std::move(*made);
  if (auto counters = CounterFile::open(counters_path(id), *graph.plan)) {
    graph.counters = std::make_shared<const CounterFile>(std::move(*counters));
  }
  const bool goes_on = io_ && graph.counters != nullptr && io_client_.report(id).has_value();
  if (io_ && !goes_on) std::ignore = io_client_.unload(id);
  for (const auto& name : runners_of(*graph.plan)) {
    const auto recorded = entry.runners.find(name);
    std::optional<Process> process;
    if (recorded != entry.runners.end()) process = Process::adopt(recorded->second);
    for (const auto& stray : processes_with_argument(runner_file(id, name, ".json"))) {
      if (process && process->id() == stray) continue;
      auto found = Process::adopt(stray);
      if (goes_on && !process) {
        process = std::move(found);
      } else if (found) {
        found->end(0ms);
      }
    }
    if (!goes_on) {
      if (process) process->end(0ms);
      continue;
    }
    auto& runner = graph.runners[name];
    runner.process = std::move(process);
    runner.restarts.started = Clock::now();
    if (!runner.process) continue;
    runner.ready = says_ready(*graph.counters, name, runner.process->id().pid);
    event(id.get(), "adopted", fmt::format("{} (pid {})", name.get(), runner.process->id().pid));
  }
  graph.loaded = goes_on;
  record(id, graph);
}

// ---- telling

void Supervisor::record(const GraphId& id, const Graph& graph) {
  Journal::Graph entry{.version = graph.version, .plan = graph.plan_text};
  for (const auto& [name, runner] : graph.runners) {
    if (runner.process) entry.runners.emplace(name, runner.process->id());
  }
  if (auto put = journal_.put(id, std::move(entry)); !put) log_->error("{}", put.error().message);
}

wire::GraphInfo Supervisor::info(const GraphId& id, const Graph& graph) const {
  wire::GraphInfo info;
  info.graph = id.get();
  info.epoch = graph.version.epoch;
  info.generation = graph.version.generation;
  info.detail = graph.detail;
  const auto add = [&](const std::string& name, const std::optional<Process>& process, const Restarts& restarts,
                       bool ready) {
    wire::ProcessInfo entry;
    entry.name = name;
    entry.pid = process ? process->id().pid : 0;
    entry.start_time = process ? process->id().start_time : 0;
    entry.restarts = restarts.count;
    entry.ready = ready;
    info.processes.push_back(std::move(entry));
  };
  add(std::string{dataplane::kIoRunner}, io_, io_restarts_, io_ && graph.loaded);
  bool ready = graph.loaded;
  for (const auto& [name, runner] : graph.runners) {
    add(name.get(), runner.process, runner.restarts, runner.ready);
    ready = ready && runner.ready;
  }
  const bool failed = !graph.loaded && graph.loads.in_a_row > 0;
  info.state = ready ? wire::GraphState::running : failed ? wire::GraphState::failed : wire::GraphState::degraded;
  return info;
}

void Supervisor::publish() {
  std::map<GraphId, View> views;
  for (const auto& [id, graph] : graphs_) {
    auto counters = graph.counters;
    if (counters == nullptr) counters = std::make_shared<const CounterFile>(CounterFile::in_memory(*graph.plan));
    views.emplace(id, View{info(id, graph), graph.plan, std::move(counters)});
  }
  const std::lock_guard lock{views_mutex_};
  views_ = std::move(views);
}

void Supervisor::event(const std::string& graph, const std::string& kind, const std::string& detail) {
  log_->info("{}{}{}{}{}", graph, graph.empty() ? "" : ": ", kind, detail.empty() ? "" : ": ", detail);
  events_.add(graph, kind, detail);
}

// ---- names

std::filesystem::path Supervisor::counters_path(const GraphId& id) const {
  return cell_directory() / (file_name_for(id.get()) + ".counters");
}

std::filesystem::path Supervisor::runner_file(const GraphId& id, const RunnerId& runner, const char* suffix) const {
  return cell_directory() / (file_name_for(id.get()) + "-" + file_name_for(runner.get()) + suffix);
}

std::string Supervisor::io_prefix() const { return fmt::format("unf-{}-{}", config_.cell, journal_.cell().io_number); }

std::set<RunnerId> Supervisor::runners_of(const Plan& plan) const {
  std::set<RunnerId> runners;
  if (config_.host.mode == RunMode::threads) return runners;
  for (const auto& node : plan.nodes) {
    if (node.runner.get() != dataplane::kIoRunner) runners.insert(node.runner);
  }
  return runners;
}

}  // namespace unf::agent
