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
#include <utility>

#include "agent/base/files.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;
using dataplane::CounterFile;
using dataplane::WriterLine;

constexpr auto kTick = 1ms;  ///< how often something that starts is looked at
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

std::vector<GraphId> with(const GraphId& id, std::vector<GraphId> others) {
  others.insert(others.begin(), id);
  return others;
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

Result<wire::GraphInfo> Supervisor::apply(const GraphId& id, Version version, const std::string& plan_json,
                                          const std::vector<GraphId>& replaces) {
  const std::lock_guard lock{work_};
  if (stopping_) return fail(Errc::unavailable, "the agent is stopping");
  if (auto raised = journal_.raise_epoch(version.epoch); !raised) return fail(raised.error());
  if (auto checked = check(id, version, plan_json); !checked) return fail(checked.error());

  Graph wanted;
  if (!plan_json.empty()) {
    auto made = make_graph(id, version, plan_json);
    if (!made) return fail(made.error());
    wanted = std::move(*made);
  }
  if (wanted.plan == nullptr || wanted.plan->nodes.empty()) return remove(id, version);

  const auto running = graphs_.find(id);
  if (running != graphs_.end() && running->second.version.generation == version.generation) {
    running->second.version = version;
    record(id, running->second);
  } else if (auto changed = change(id, std::move(wanted), replaces); !changed) {
    publish();
    wake();
    return fail(changed.error());
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
    const auto counted = view.counters->stats(*view.plan, *catalog);
    auto owners = owner_counts(*view.plan, counted);
    owners += view.base;
    auto stats = to_json(*view.plan, counted);
    stats["owners"] = to_json(owners);
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
  for (auto& [id, graph] : graphs_) {
    drain(id, graph);
    discard(id, graph);
  }
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

/// Errors: conflict, for what is older than what is known.
Result<void> Supervisor::check(const GraphId& id, Version version, const std::string& plan_json) const {
  if (version.epoch < journal_.epoch()) {
    return fail(Errc::conflict, "graph {}: epoch {} is stale, a manager of epoch {} rules this host", id.get(),
                version.epoch, journal_.epoch());
  }
  const auto known = journal_.graphs().find(id);
  if (known == journal_.graphs().end()) return {};
  if (version.generation < known->second.version.generation) {
    return fail(Errc::conflict, "graph {}: generation {} is stale, {} is applied", id.get(), version.generation,
                known->second.version.generation);
  }
  if (version.generation == known->second.version.generation && plan_json != known->second.plan) {
    return fail(Errc::conflict, "graph {}: generation {} is applied with another plan", id.get(), version.generation);
  }
  return {};
}

/// Makes `next` take over from what runs of the graph, and from `replaces`. If it fails, what ran runs on.
Result<void> Supervisor::change(const GraphId& id, Graph next, const std::vector<GraphId>& replaces) {
  look();  // a runner that is dead gets its successor: the old drains by it
  auto changed = need_io()
                     .and_then([&] { return prepare(id, next, replaces); })
                     .and_then([&] { return settle(next, id); })
                     .and_then([&] { return announce(id, next, replaces); })
                     .and_then([&] { return switch_over(id, next, replaces); });
  if (changed) {
    event(id.get(), "applied", fmt::format("epoch {}, generation {}", next.version.epoch, next.version.generation));
    finish_change(id, std::move(next), replaces);
    return changed;
  }
  discard(id, next);
  drop_announcement(id);
  event(id.get(), "refused", changed.error().message);
  if (graphs_.empty()) let_io_go();
  return changed;
}

/// Has unf-io prepare a generation, and starts its runners.
Result<void> Supervisor::prepare(const GraphId& id, Graph& graph, const std::vector<GraphId>& replaces) {
  const auto counters_file = counters_path(id, graph.version);
  if (graph.counters == nullptr) {
    auto counters = CounterFile::create(counters_file, *graph.plan);
    if (!counters) return fail(counters.error());
    graph.counters = std::make_shared<const CounterFile>(std::move(*counters));
  }
  auto specs = io_client_.prepare(id, graph.version.generation, graph.plan_text, config_.host, counters_file, replaces);
  if (!specs) return fail(specs.error());
  graph.step = Step::prepared;
  for (const auto& [runner, spec] : *specs) {
    if (!runners_of(*graph.plan).contains(runner)) {
      return fail(Errc::internal, "unf-io names a runner {} that the plan does not", runner.get());
    }
    if (auto started = start_runner(id, graph, runner, spec); !started) return started;
  }
  return {};
}

/// Waits until every runner is ready. Errors: unavailable, naming the one that is not.
Result<void> Supervisor::settle(Graph& graph, const GraphId& id) {
  const auto deadline = Clock::now() + patience_.runner_start;
  for (auto& [name, runner] : graph.runners) {
    while (!says_ready(*graph.counters, name, runner.process->id().pid)) {
      const auto log = runner_file(id, graph.version, name, ".log");
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

/// The journal says that the change may be made: an agent that comes back asks unf-io whether it was.
Result<void> Supervisor::announce(const GraphId& id, const Graph& next, const std::vector<GraphId>& replaces) {
  const auto known = journal_.graphs().find(id);
  auto entry = known == journal_.graphs().end() ? Journal::Graph{} : known->second;
  entry.next = {.version = next.version, .plan = next.plan_text, .replaces = replaces};
  return journal_.put(id, std::move(entry));
}

void Supervisor::drop_announcement(const GraphId& id) {
  const auto known = journal_.graphs().find(id);
  if (known == journal_.graphs().end() || !known->second.next) return;
  auto entry = known->second;
  entry.next.reset();
  const auto dropped = entry.version == Version{} ? journal_.forget(id) : journal_.put(id, std::move(entry));
  if (!dropped) log_->error("{}", dropped.error().message);
}

/// Errors: unavailable, with everything as it was but for old runners that hung: they are ended.
Result<void> Supervisor::switch_over(const GraphId& id, const Graph& next, const std::vector<GraphId>& replaces) {
  auto switched = io_client_.switch_over(id, next.version.generation, patience_.drain, false);
  if (switched && !*switched && config_.host.mode != RunMode::threads) {
    for (const auto& old : with(id, replaces)) {
      if (const auto at = graphs_.find(old); at != graphs_.end()) end_hung(old, at->second);
    }
    switched = io_client_.switch_over(id, next.version.generation, 0ms, true);
  }
  if (!switched) return fail(switched.error());
  if (!*switched) return fail(Errc::unavailable, "graph {}: what runs does not let go of its packets", id.get());
  return {};
}

/// Runners that do not let go of their packets.
void Supervisor::end_hung(const GraphId& id, Graph& graph) {
  event(id.get(), "not_drained", fmt::format("within {} ms: its runners are ended", patience_.drain.count()));
  end_runners(graph, 0ms);
}

/// What the owners of a graph have counted in it.
OwnerCounts Supervisor::counts_of(const Graph& graph) {
  auto counts = graph.base;
  if (graph.counters != nullptr) {
    counts += owner_counts(*graph.plan, graph.counters->stats(*graph.plan, Catalog{}));
  }
  return counts;
}

/// `next` serves: the journal says so, then what it took over from is cleared away.
void Supervisor::finish_change(const GraphId& id, Graph next, const std::vector<GraphId>& replaces) {
  next.step = Step::serving;
  for (const auto& old : with(id, replaces)) {
    if (const auto at = graphs_.find(old); at != graphs_.end()) next.departed += counts_of(at->second);
  }
  for (const auto& counter : next.plan->counters) {
    if (auto stays = next.departed.extract(counter.owner)) next.base.insert(std::move(stays));
  }
  auto entry = entry_of(next);
  entry.replaced = replaces;
  if (auto put = journal_.put(id, std::move(entry)); !put) log_->error("{}", put.error().message);
  if (const auto old = graphs_.find(id); old != graphs_.end()) discard(id, old->second);
  graphs_.insert_or_assign(id, std::move(next));
  clear_replaced(id);
}

/// Removes the graphs that went into this one.
void Supervisor::clear_replaced(const GraphId& id) {
  auto entry = journal_.graphs().at(id);
  if (entry.replaced.empty()) return;
  for (const auto& gone : std::exchange(entry.replaced, {})) {
    const auto at = graphs_.find(gone);
    if (at == graphs_.end()) continue;
    discard(gone, at->second);
    if (auto put = journal_.put(gone, {.version = at->second.version}); !put) log_->error("{}", put.error().message);
    graphs_.erase(at);
    event(gone.get(), "replaced", fmt::format("by graph {}", id.get()));
  }
  if (auto put = journal_.put(id, std::move(entry)); !put) log_->error("{}", put.error().message);
}

/// Lets out what is in a graph that shall go; what is stuck in it is given up.
void Supervisor::drain(const GraphId& id, Graph& graph) {
  if (graph.step != Step::serving || !io_ || !io_->runs()) return;
  auto drained = io_client_.retire(id, patience_.drain, false);
  if (drained && !*drained) {
    end_hung(id, graph);
    drained = io_client_.retire(id, 0ms, true);
  }
  if (!drained) log_->error("graph {}: {}", id.get(), drained.error().message);
}

Result<wire::GraphInfo> Supervisor::remove(const GraphId& id, Version version) {
  Journal::Graph entry{.version = version};
  const auto known = journal_.graphs().find(id);
  if (known != journal_.graphs().end() && known->second.version.generation == version.generation) {
    entry.departed = known->second.departed;
  }
  const auto at = graphs_.find(id);
  if (at != graphs_.end()) {
    drain(id, at->second);
    entry.departed = counts_of(at->second);
  }
  wire::GraphInfo absent;
  absent.graph = id.get();
  absent.epoch = version.epoch;
  absent.generation = version.generation;
  absent.departed = to_json(entry.departed).dump();
  if (auto put = journal_.put(id, std::move(entry)); !put) {
    if (at != graphs_.end()) unload(id, at->second);  // to be prepared anew
    return fail(put.error());
  }
  if (at != graphs_.end()) {
    discard(id, at->second);
    graphs_.erase(at);
    event(id.get(), "removed", "");
    if (graphs_.empty()) let_io_go();
  }
  publish();
  wake();
  return absent;
}

void Supervisor::end_runners(Graph& graph, std::chrono::milliseconds patience) {
  if (patience > 0ms) {
    for (const auto& [name, runner] : graph.runners) {
      if (runner.process) runner.process->signal(SIGTERM);
    }
  }
  const auto deadline = Clock::now() + patience;
  for (auto& [name, runner] : graph.runners) {
    if (!runner.process) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (!runner.process->wait(std::max(left, 0ms))) runner.process->end(0ms);
    runner.process->reap();
    runner.process.reset();
    runner.ready = false;
  }
}

/// Ends the generation's runners and takes it from unf-io.
void Supervisor::unload(const GraphId& id, Graph& graph) {
  end_runners(graph, patience_.stop);
  if (graph.step != Step::absent && io_ && io_->runs()) {
    if (auto unloaded = io_client_.unload(id, graph.version.generation); !unloaded)
      log_->error("unload {}: {}", id.get(), unloaded.error().message);
  }
  graph.step = Step::absent;
}

/// unload, and removes the generation's files.
void Supervisor::discard(const GraphId& id, Graph& graph) {
  unload(id, graph);
  graph.runners.clear();
  remove_files(id, graph.version);
}

void Supervisor::remove_files(const GraphId& id, const Version& version) const {
  const auto name = generation_file(id, version, "").filename().string();
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(cell_directory(), error)) {
    const auto file = entry.path().filename().string();
    if (file.starts_with(name + ".") || file.starts_with(name + "@")) files.push_back(entry.path());
  }
  for (const auto& file : files) std::filesystem::remove(file, error);
}

Result<void> Supervisor::start_runner(const GraphId& id, Graph& graph, const RunnerId& name, const std::string& spec) {
  const auto file = runner_file(id, graph.version, name, ".json");
  const auto log = runner_file(id, graph.version, name, ".log");
  auto& runner = graph.runners[name];
  runner.ready = false;
  runner.restarts.started = Clock::now();
  line_of(*graph.counters, name)->state.store(WriterLine::none, std::memory_order_release);
  if (auto written = write_file(file, spec); !written) return written;
  if (spare_) runner.process = spare_->use(file, log);
  if (runner.process) {
    spare_.reset();
    return {};
  }
  return Process::spawn({config_.runner_program, "--spec", file}, log).map([&](Process process) {
    runner.process = std::move(process);
  });
}

/// Sees to it that a runner waits for work, as long as there may be some.
Supervisor::Clock::time_point Supervisor::keep_spare() {
  if (spare_ && !spare_->process().runs()) {
    log_->error("spare runner {}: {}", spare_->process().reap(), last_line(spare_log()));
    spare_.reset();
    set_back(spare_restarts_);
  }
  if (spare_ || !io_ || config_.host.mode == RunMode::threads) return kNever;
  if (Clock::now() < spare_restarts_.next) return spare_restarts_.next;
  spare_restarts_.started = Clock::now();
  if (auto started = SpareRunner::start(config_.runner_program, io_prefix(), spare_log())) {
    spare_ = std::move(*started);
    return kNever;
  } else {
    log_->error("spare runner: {}", started.error().message);
  }
  set_back(spare_restarts_);
  return spare_restarts_.next;
}

void Supervisor::end_spare() {
  if (spare_) spare_->end();
  spare_.reset();
}

/// unf-io runs when it returns. Errors: unavailable.
Result<void> Supervisor::need_io() {
  if (io_ && io_->runs()) return {};
  if (io_) io_died();
  return start_io();
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

/// There is no graph for it any more.
void Supervisor::let_io_go() {
  io_leaves_ = Clock::now() + config_.idle;
  if (config_.idle == 0s) stop_io();
}

void Supervisor::stop_io() {
  if (!io_) return;
  end_spare();
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
  end_spare();
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
    graph.step = Step::absent;
    graph.detail = "unf-io is being restarted";
  }
  remove_eal_files(io_prefix());
}

Supervisor::Clock::time_point Supervisor::look() {
  auto next = look_at_io();
  if (!io_) return next;
  for (auto& [id, graph] : graphs_) next = std::min(next, look_at(id, graph));
  return std::min(next, keep_spare());
}

Supervisor::Clock::time_point Supervisor::look_at_io() {
  if (io_ && !io_->runs()) io_died();
  if (graphs_.empty()) {
    if (!io_) return kNever;
    if (Clock::now() < io_leaves_) return io_leaves_;
    stop_io();
    return kNever;
  }
  if (io_) return kNever;
  if (Clock::now() < io_restarts_.next) return io_restarts_.next;
  if (auto started = start_io(); !started) {
    log_->error("{}", started.error().message);
    for (auto& [id, graph] : graphs_) graph.detail = started.error().message;
    set_back(io_restarts_);
    return io_restarts_.next;
  }
  event("", "io_restarted", fmt::format("pid {}", io_->id().pid));
  return kNever;
}

Supervisor::Clock::time_point Supervisor::look_at(const GraphId& id, Graph& graph) {
  const auto put_off = [&](const Error& error) {
    log_->error("graph {}: {}", id.get(), error.message);
    unload(id, graph);
    graph.detail = error.message;
    set_back(graph.loads);
    return graph.loads.next;
  };
  if (graph.step == Step::absent) {
    if (Clock::now() < graph.loads.next) return graph.loads.next;
    graph.loads.started = Clock::now();
    if (auto prepared = prepare(id, graph, {}); !prepared) return put_off(prepared.error());
    record(id, graph);
  }
  auto next = kNever;
  for (auto& [name, runner] : graph.runners) next = std::min(next, look_at(id, graph, name, runner));
  const bool ready = std::ranges::all_of(graph.runners, [](const auto& runner) { return runner.second.ready; });
  if (graph.step == Step::prepared && ready) {
    if (auto switched = switch_over(id, graph, {}); !switched) return put_off(switched.error());
    graph.step = Step::serving;
    graph.detail.clear();
    event(id.get(), "reloaded", "");
  }
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
    auto started = io_client_.recover(id, graph.version.generation, name).and_then([&](const std::string& spec) {
      return start_runner(id, graph, name, spec);
    });
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
      if (spare_) watched.push_back(spare_->process().pidfd());
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

Supervisor::Step Supervisor::step_of(const Held& held, const GraphId& id, const Version& version) {
  namespace wire = dataplane::wire;
  const auto at = std::ranges::find_if(
      held, [&](const auto& one) { return one.graph == id.get() && one.number == version.generation; });
  if (at == held.end() || at->step == wire::Step::retired) return Step::absent;
  return at->step == wire::Step::serving ? Step::serving : Step::prepared;
}

void Supervisor::adopt() {
  adopt_io();
  Held held;
  if (io_) {
    if (auto found = io_client_.generations()) held = std::move(*found);
  }
  const auto entries = journal_.graphs();
  for (const auto& [id, entry] : entries) {
    if (!entry.plan.empty()) adopt_graph(id, entry, held);
  }
  for (const auto& [id, entry] : entries) {
    if (entry.next) adopt_change(id, held);
    if (!entry.replaced.empty() && graphs_.contains(id)) clear_replaced(id);
  }
  clear_strays();
  if (graphs_.empty()) let_io_go();
}

void Supervisor::adopt_io() {
  io_ = Process::adopt(journal_.cell().io);
  for (const auto& id : processes_with_argument(config_.io_program, socket())) {
    if (io_ && io_->id() == id) continue;
    if (auto stray = Process::adopt(id)) stray->end(0ms);  // was started when the last agent died
  }
  if (io_ && !io_client_.answers()) {
    io_->end(0ms);
    io_.reset();
  }
  if (io_) event("", "adopted", fmt::format("unf-io (pid {})", io_->id().pid));
  if (!io_ && journal_.cell().io_number != 0) remove_eal_files(io_prefix());
}

void Supervisor::adopt_graph(const GraphId& id, const Journal::Graph& entry, const Held& held) {
  auto made = make_graph(id, entry.version, entry.plan);
  if (!made) {
    log_->error("graph {}: its journal is of no use: {}", id.get(), made.error().message);
    return;
  }
  auto& graph = graphs_[id] = std::move(*made);
  graph.base = entry.base;
  graph.departed = entry.departed;
  adopt_generation(id, graph, entry.runners, held);
  record(id, graph);
}

/// What there is of a generation: its counters, what unf-io has of it, its runners.
void Supervisor::adopt_generation(const GraphId& id, Graph& graph, const std::map<RunnerId, ProcessId>& known,
                                  const Held& held) {
  if (auto counters = CounterFile::open(counters_path(id, graph.version), *graph.plan)) {
    graph.counters = std::make_shared<const CounterFile>(std::move(*counters));
  }
  graph.step = graph.counters == nullptr ? Step::absent : step_of(held, id, graph.version);
  if (graph.step == Step::absent) return;
  for (const auto& name : runners_of(*graph.plan)) {
    auto& runner = graph.runners[name];
    runner.restarts.started = Clock::now();
    const auto recorded = known.find(name);
    if (recorded != known.end()) runner.process = Process::adopt(recorded->second);
    // One that was started when the last agent died says itself who it is.
    for (const auto& found : processes_with_argument(config_.runner_program, cell_directory() / "")) {
      if (!runner.process && says_ready(*graph.counters, name, found.pid)) runner.process = Process::adopt(found);
    }
    if (!runner.process) continue;
    runner.ready = says_ready(*graph.counters, name, runner.process->id().pid);
    event(id.get(), "adopted", fmt::format("{} (pid {})", name.get(), runner.process->id().pid));
  }
}

/// A change that was begun when the last agent died: if it was made, it is finished, else it never was.
void Supervisor::adopt_change(const GraphId& id, const Held& held) {
  const auto announced = *journal_.graphs().at(id).next;
  if (step_of(held, id, announced.version) == Step::serving) {
    if (auto next = make_graph(id, announced.version, announced.plan)) {
      adopt_generation(id, *next, {}, held);
      finish_change(id, std::move(*next), announced.replaces);
      return;
    }
  }
  drop_announcement(id);
}

/// Ends runners that nobody knows, and frees generations that nobody wants.
void Supervisor::clear_strays() {
  const auto known = [&](const ProcessId& id) {
    return std::ranges::any_of(graphs_, [&](const auto& graph) {
      return std::ranges::any_of(graph.second.runners, [&](const auto& runner) {
        return runner.second.process && runner.second.process->id() == id;
      });
    });
  };
  for (const auto& id : processes_with_argument(config_.runner_program, cell_directory() / "")) {
    if (known(id)) continue;
    if (auto stray = Process::adopt(id)) stray->end(0ms);
  }
  if (!io_) return;
  const auto held = io_client_.generations();
  if (!held) return;
  for (const auto& generation : *held) {
    const GraphId id{generation.graph};
    const auto at = graphs_.find(id);
    const bool wanted =
        at != graphs_.end() && at->second.step != Step::absent && at->second.version.generation == generation.number;
    if (wanted) continue;
    if (auto unloaded = io_client_.unload(id, generation.number); !unloaded)
      log_->error("{}", unloaded.error().message);
    remove_files(id, {.generation = generation.number});
  }
}

// ---- telling

Journal::Graph Supervisor::entry_of(const Graph& graph) {
  Journal::Graph entry{
      .version = graph.version, .plan = graph.plan_text, .base = graph.base, .departed = graph.departed};
  for (const auto& [name, runner] : graph.runners) {
    if (runner.process) entry.runners.emplace(name, runner.process->id());
  }
  return entry;
}

/// Keeps what the journal says of changes that are not finished.
void Supervisor::record(const GraphId& id, const Graph& graph) {
  auto entry = entry_of(graph);
  if (const auto known = journal_.graphs().find(id); known != journal_.graphs().end()) {
    entry.next = known->second.next;
    entry.replaced = known->second.replaced;
  }
  if (auto put = journal_.put(id, std::move(entry)); !put) log_->error("{}", put.error().message);
}

wire::GraphInfo Supervisor::info(const GraphId& id, const Graph& graph) const {
  wire::GraphInfo info;
  info.graph = id.get();
  info.epoch = graph.version.epoch;
  info.generation = graph.version.generation;
  info.detail = graph.detail;
  info.departed = to_json(graph.departed).dump();
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
  add(std::string{dataplane::kIoRunner}, io_, io_restarts_, io_ && graph.step == Step::serving);
  bool ready = graph.step == Step::serving;
  for (const auto& [name, runner] : graph.runners) {
    add(name.get(), runner.process, runner.restarts, runner.ready);
    ready = ready && runner.ready;
  }
  const bool failed = graph.step == Step::absent && graph.loads.in_a_row > 0;
  info.state = ready ? wire::GraphState::running : failed ? wire::GraphState::failed : wire::GraphState::degraded;
  return info;
}

void Supervisor::publish() {
  std::map<GraphId, View> views;
  for (const auto& [id, graph] : graphs_) {
    auto counters = graph.counters;
    if (counters == nullptr) counters = std::make_shared<const CounterFile>(CounterFile::in_memory(*graph.plan));
    views.emplace(id, View{info(id, graph), graph.plan, std::move(counters), graph.base});
  }
  const std::lock_guard lock{views_mutex_};
  views_ = std::move(views);
}

void Supervisor::event(const std::string& graph, const std::string& kind, const std::string& detail) {
  log_->info("{}{}{}{}{}", graph, graph.empty() ? "" : ": ", kind, detail.empty() ? "" : ": ", detail);
  events_.add(graph, kind, detail);
}

// ---- names

std::filesystem::path Supervisor::generation_file(const GraphId& id, const Version& version,
                                                  const std::string& rest) const {
  return cell_directory() / fmt::format("{}@{}{}", file_name_for(id.get()), version.generation, rest);
}

std::filesystem::path Supervisor::counters_path(const GraphId& id, const Version& version) const {
  return generation_file(id, version, ".counters");
}

std::filesystem::path Supervisor::runner_file(const GraphId& id, const Version& version, const RunnerId& runner,
                                              const char* suffix) const {
  return generation_file(id, version, "@" + file_name_for(runner.get()) + suffix);
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
