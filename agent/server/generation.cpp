#include "agent/server/generation.h"

#include <algorithm>
#include <csignal>

#include "agent/base/files.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;
using dataplane::CounterFile;
using dataplane::WriterLine;

}  // namespace

Generation::Generation(Cell& cell, IoRun& io, GraphId id, Version version, std::string plan_text, Plan plan)
    : cell_(&cell),
      io_(&io),
      id_(std::move(id)),
      version_(version),
      plan_text_(std::move(plan_text)),
      plan_(std::make_shared<const Plan>(std::move(plan))) {}

Result<Generation> Generation::make(Cell& cell, IoRun& io, const GraphId& id, Version version,
                                    const std::string& plan_json) {
  auto plan = parse_plan(plan_json);
  if (!plan) return fail(plan.error());
  if (plan->graph != id) return fail(Errc::malformed, "graph: is {}, expected {}", plan->graph.get(), id.get());
  const auto& host = cell.config().host.name;
  for (const auto& node : plan->nodes) {
    if (node.host == host) continue;
    return fail(Errc::malformed, "node {} is for host {}, this is host {}", node.id.get(), node.host.get(), host.get());
  }
  return Generation{cell, io, id, version, plan_json, std::move(*plan)};
}

// ---- what it is

WriterLine& Generation::line_of(const RunnerId& name) const { return *counters_->block(name).line; }

bool Generation::says_ready(const RunnerId& name, const Process& process) const {
  const auto& line = line_of(name);
  return line.state.load(std::memory_order_acquire) == WriterLine::ready &&
         line.pid.load(std::memory_order_relaxed) == process.id().pid;
}

bool Generation::all_ready() const {
  return std::ranges::all_of(runners_, [](const auto& runner) { return runner.second.ready; });
}

bool Generation::has(const ProcessId& process) const {
  return std::ranges::any_of(
      runners_, [&](const auto& runner) { return runner.second.process && runner.second.process->id() == process; });
}

std::vector<std::shared_ptr<Fd>> Generation::pidfds() const {
  std::vector<std::shared_ptr<Fd>> pidfds;
  for (const auto& [name, runner] : runners_) {
    if (runner.process) pidfds.push_back(runner.process->pidfd());
  }
  return pidfds;
}

OwnerCounts Generation::counts() const {
  auto counts = base_;
  if (counters_ != nullptr) counts += owner_counts(*plan_, counters_->stats(*plan_, Catalog{}));
  return counts;
}

Journal::Graph Generation::entry() const {
  Journal::Graph entry{.version = version_, .plan = plan_text_, .base = base_, .departed = departed_};
  for (const auto& [name, runner] : runners_) {
    if (runner.process) entry.runners.emplace(name, runner.process->id());
  }
  return entry;
}

View Generation::view() const {
  View view{.plan = plan_, .counters = counters_, .base = base_, .serving = step_ == Step::serving};
  if (view.counters == nullptr) view.counters = std::make_shared<const CounterFile>(CounterFile::in_memory(*plan_));
  view.info.graph = id_.get();
  view.info.epoch = version_.epoch;
  view.info.generation = version_.generation;
  view.info.detail = detail_;
  view.info.departed = to_json(departed_).dump();
  for (const auto& [name, runner] : runners_) {
    wire::ProcessInfo info;
    info.name = name.get();
    info.pid = runner.process ? runner.process->id().pid : 0;
    info.start_time = runner.process ? runner.process->id().start_time : 0;
    info.restarts = runner.restarts.count;
    info.ready = runner.ready;
    view.info.processes.push_back(std::move(info));
  }
  const bool failed = step_ == Step::absent && loads_.in_a_row > 0;
  view.info.state = view.serving && all_ready() ? wire::GraphState::running
                    : failed                    ? wire::GraphState::failed
                                                : wire::GraphState::degraded;
  return view;
}

// ---- starting

Result<void> Generation::prepare(const std::vector<GraphId>& replaces) {
  const auto counters_file = cell_->counters_file(id_, version_);
  if (counters_ == nullptr) {
    auto counters = CounterFile::create(counters_file, *plan_);
    if (!counters) return fail(counters.error());
    counters_ = std::make_shared<const CounterFile>(std::move(*counters));
  }
  auto specs =
      io_->client().prepare(id_, version_.generation, plan_text_, cell_->config().host, counters_file, replaces);
  if (!specs) return fail(specs.error());
  step_ = Step::prepared;
  const auto runners = cell_->runners_of(*plan_);
  for (const auto& [runner, spec] : *specs) {
    if (!runners.contains(runner)) {
      return fail(Errc::internal, "unf-io names a runner {} that the plan does not", runner.get());
    }
    if (auto started = start_runner(runner, spec); !started) return started;
  }
  return {};
}

Result<void> Generation::start_runner(const RunnerId& name, const std::string& spec) {
  const auto file = cell_->runner_file(id_, version_, name, ".json");
  const auto log = cell_->runner_file(id_, version_, name, ".log");
  auto& runner = runners_[name];
  runner.ready = false;
  runner.restarts.started = Clock::now();
  line_of(name).state.store(WriterLine::none, std::memory_order_release);
  if (auto written = write_file(file, spec); !written) return written;
  runner.process = io_->take_spare(file, log);
  if (runner.process) return {};
  return Process::spawn({cell_->config().runner_program, "--spec", file}, log).map([&](Process process) {
    runner.process = std::move(process);
  });
}

Result<void> Generation::settle() {
  const auto patience = cell_->patience().runner_start;
  const auto deadline = Clock::now() + patience;
  for (auto& [name, runner] : runners_) {
    while (!says_ready(name, *runner.process)) {
      const auto log = cell_->runner_file(id_, version_, name, ".log");
      if (runner.process->wait(kTick)) {
        return fail(Errc::unavailable, "runner {} {}: {}", name.get(), runner.process->reap(), last_line(log));
      }
      if (Clock::now() > deadline) {
        return fail(Errc::unavailable, "runner {} was not ready within {} ms: {}", name.get(), patience.count(),
                    last_line(log));
      }
      if (!io_->runs()) return fail(Errc::unavailable, "unf-io died while graph {} was started", id_.get());
    }
    runner.ready = true;
  }
  return {};
}

void Generation::serves(OwnerCounts before) {
  step_ = Step::serving;
  departed_ = std::move(before);
  for (const auto& counter : plan_->counters) {
    if (auto stays = departed_.extract(counter.owner)) base_.insert(std::move(stays));
  }
}

// ---- keeping it running

Generation::Clock::time_point Generation::keep() {
  if (step_ == Step::absent) {
    if (Clock::now() < loads_.next) return loads_.next;
    loads_.started = Clock::now();
    if (auto prepared = prepare({}); !prepared) return put_off(prepared.error());
    record();
  }
  auto next = Watch::kNever;
  for (auto& [name, runner] : runners_) next = std::min(next, keep(name, runner));
  if (step_ == Step::prepared && all_ready()) {
    if (auto reloaded = reload(); !reloaded) return put_off(reloaded.error());
  }
  return next;
}

Generation::Clock::time_point Generation::put_off(const Error& error) {
  cell_->log().error("graph {}: {}", id_.get(), error.message);
  unload();
  detail_ = error.message;
  loads_.set_back(cell_->patience());
  return loads_.next;
}

/// Has a new unf-io serve what the dead one did.
Result<void> Generation::reload() {
  const auto switched = io_->client().switch_over(id_, version_.generation, cell_->patience().drain, false);
  if (!switched) return fail(switched.error());
  if (!*switched) return fail(Errc::unavailable, "graph {}: what runs does not let go of its packets", id_.get());
  step_ = Step::serving;
  detail_.clear();
  cell_->event(id_.get(), "reloaded", "");
  return {};
}

Generation::Clock::time_point Generation::keep(const RunnerId& name, Runner& runner) {
  if (runner.process && !runner.process->runs()) {
    const auto how = runner.process->reap();
    cell_->event(id_.get(), "runner_died", fmt::format("{} (pid {}) {}", name.get(), runner.process->id().pid, how));
    runner.process.reset();
    runner.ready = false;
    runner.restarts.set_back(cell_->patience());
  }
  if (!runner.process) {
    if (Clock::now() < runner.restarts.next) return runner.restarts.next;
    if (auto started = succeed(name); !started) {
      cell_->log().error("graph {}: runner {}: {}", id_.get(), name.get(), started.error().message);
      detail_ = started.error().message;
      runner.restarts.started = Clock::now();
      runner.restarts.set_back(cell_->patience());
      return runner.restarts.next;
    }
    record();
  }
  if (runner.ready) return Watch::kNever;
  if (says_ready(name, *runner.process)) {
    runner.ready = true;
    detail_.clear();
    cell_->event(id_.get(), runner.restarts.count == 0 ? "runner_ready" : "runner_restarted",
                 fmt::format("{} (pid {})", name.get(), runner.process->id().pid));
    return Watch::kNever;
  }
  if (Clock::now() - runner.restarts.started > cell_->patience().runner_start) {
    cell_->log().error("graph {}: runner {} is not ready in time", id_.get(), name.get());
    runner.process->end(0ms);
  }
  return Clock::now() + kTick;
}

/// Starts the successor of a runner that is dead.
Result<void> Generation::succeed(const RunnerId& name) {
  return io_->client().recover(id_, version_.generation, name).and_then([&](const std::string& spec) {
    return start_runner(name, spec);
  });
}

void Generation::record() {
  auto entry = this->entry();
  if (auto known = cell_->journal().find(id_)) {
    entry.next = std::move(known->next);
    entry.replaced = std::move(known->replaced);
  }
  cell_->log_error(cell_->journal().put(id_, std::move(entry)));
}

// ---- ending

void Generation::drain() {
  if (step_ != Step::serving || !io_->runs()) return;
  auto drained = io_->client().retire(id_, cell_->patience().drain, false);
  if (drained && !*drained) {
    end_hung();
    drained = io_->client().retire(id_, 0ms, true);
  }
  if (!drained) cell_->log().error("graph {}: {}", id_.get(), drained.error().message);
}

void Generation::end_hung() {
  cell_->event(id_.get(), "not_drained",
               fmt::format("within {} ms: its runners are ended", cell_->patience().drain.count()));
  end_runners(0ms);
}

void Generation::end_runners(std::chrono::milliseconds patience) {
  if (patience > 0ms) {
    for (const auto& [name, runner] : runners_) {
      if (runner.process) runner.process->signal(SIGTERM);
    }
  }
  const auto deadline = Clock::now() + patience;
  for (auto& [name, runner] : runners_) {
    if (!runner.process) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (!runner.process->wait(std::max(left, 0ms))) runner.process->end(0ms);
    runner.process->reap();
    runner.process.reset();
    runner.ready = false;
  }
}

void Generation::io_died() {
  for (auto& [name, runner] : runners_) {
    if (runner.process) ++runner.restarts.count;
  }
  end_runners(0ms);
  step_ = Step::absent;
  detail_ = "unf-io is being restarted";
}

void Generation::unload() {
  end_runners(cell_->patience().stop);
  if (step_ != Step::absent && io_->runs()) {
    if (auto unloaded = io_->client().unload(id_, version_.generation); !unloaded)
      cell_->log().error("unload {}: {}", id_.get(), unloaded.error().message);
  }
  step_ = Step::absent;
}

void Generation::discard() {
  unload();
  runners_.clear();
  cell_->remove_files(id_, version_);
}

// ---- adopting

Generation::Step Generation::step_of(const Held& held, const GraphId& id, const Version& version) {
  namespace io = dataplane::wire;
  const auto at = std::ranges::find_if(
      held, [&](const auto& one) { return one.graph == id.get() && one.number == version.generation; });
  if (at == held.end() || at->step == io::Step::retired) return Step::absent;
  return at->step == io::Step::serving ? Step::serving : Step::prepared;
}

void Generation::continue_from(const Journal::Graph& entry) {
  base_ = entry.base;
  departed_ = entry.departed;
}

void Generation::adopt(const std::map<RunnerId, ProcessId>& known, const Held& held) {
  if (auto counters = CounterFile::open(cell_->counters_file(id_, version_), *plan_)) {
    counters_ = std::make_shared<const CounterFile>(std::move(*counters));
  }
  step_ = counters_ == nullptr ? Step::absent : step_of(held, id_, version_);
  if (step_ == Step::absent) return;
  for (const auto& name : cell_->runners_of(*plan_)) {
    auto& runner = runners_[name];
    runner.restarts.started = Clock::now();
    const auto recorded = known.find(name);
    if (recorded != known.end()) runner.process = Process::adopt(recorded->second);
    // A runner that was started when the last agent died says in the counter file which one it is.
    for (const auto& found : processes_with_argument(cell_->config().runner_program, cell_->directory() / "")) {
      if (runner.process) break;
      auto process = Process::adopt(found);
      if (process && says_ready(name, *process)) runner.process = std::move(process);
    }
    if (!runner.process) continue;
    runner.ready = says_ready(name, *runner.process);
    cell_->event(id_.get(), "adopted", fmt::format("{} (pid {})", name.get(), runner.process->id().pid));
  }
}

}  // namespace unf::agent
