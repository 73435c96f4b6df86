#include "agent/server/io_run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "dataplane/wire/counters.h"

namespace unf::agent {
namespace {

using namespace std::chrono_literals;

/// Removes what a DPDK primary that was killed leaves: hugepage files and its runtime directory.
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

}  // namespace

IoRun::IoRun(Cell& cell, const Views& views, IoUsers& users)
    : cell_(cell), views_(views), users_(users), client_(cell.socket()), spares_(cell), watch_([this] {
        return look();
      }) {}

void IoRun::adopt() {
  const std::unique_lock alone{gate_};
  auto known = Process::adopt(cell_.journal().cell().io);
  for (const auto& id : processes_with_argument(cell_.config().io_program, cell_.socket())) {
    if (known && known->id() == id) continue;
    if (auto stray = Process::adopt(id)) stray->end(0ms);  // was started when the last agent died
  }
  if (known && !client_.answers()) {
    known->end(0ms);
    known.reset();
  }
  if (known) {
    cell_.event("", "adopted", fmt::format("unf-io (pid {})", known->id().pid));
    set(std::move(known));
    spares_.begin();
  } else if (cell_.journal().cell().io_number != 0) {
    remove_eal_files(cell_.io_prefix());
  }
}

Result<IoRun::Use> IoRun::need() {
  while (true) {
    {
      Use use{gate_};
      if (runs()) {
        const std::lock_guard lock{mutex_};
        idle_until_.reset();
        return use;
      }
    }
    const std::unique_lock alone{gate_};
    if (runs()) continue;
    if (process_) died();
    if (auto started = start(); !started) return fail(started.error());
  }
}

std::optional<IoRun::Use> IoRun::use() {
  Use use{gate_};
  if (!runs()) return std::nullopt;
  return use;
}

bool IoRun::runs() const {
  const std::lock_guard lock{mutex_};
  return process_ && process_->runs();
}

wire::ProcessInfo IoRun::info() const {
  const std::lock_guard lock{mutex_};
  wire::ProcessInfo info;
  info.name = dataplane::kIoRunner;
  info.pid = process_ ? process_->id().pid : 0;
  info.start_time = process_ ? process_->id().start_time : 0;
  info.restarts = restarts_.count;
  return info;
}

std::optional<Process> IoRun::take_spare(const std::filesystem::path& spec, const std::filesystem::path& log) {
  auto process = spares_.use(spec, log);
  if (process) watch_.wake();  // the next spare is due
  return process;
}

void IoRun::set(std::optional<Process> process) {
  const std::lock_guard lock{mutex_};
  process_ = std::move(process);
}

// ---- starting and ending

Result<void> IoRun::start() {
  {
    const std::lock_guard lock{mutex_};
    restarts_.started = Clock::now();
  }
  auto process = spawn();
  if (!process) return fail(process.error());
  cell_.log().info("unf-io runs: pid {}, prefix {}", process->id().pid, cell_.io_prefix());
  if (!views_.empty()) cell_.event("", "io_restarted", fmt::format("pid {}", process->id().pid));
  set(std::move(*process));
  spares_.begin();
  users_.io_started();
  watch_.wake();
  return {};
}

/// A new unf-io, which answers. The log of one that ends at once stays.
Result<Process> IoRun::spawn() {
  const auto& host = cell_.config().host;
  auto& journal = cell_.journal();
  unlink(cell_.socket().c_str());
  const auto number = journal.cell().io_number + 1;
  if (auto put = journal.put(Journal::Cell{.io_number = number}); !put) return fail(put.error());
  std::vector<std::string> arguments{cell_.config().io_program,
                                     "--socket",
                                     cell_.socket(),
                                     "--prefix",
                                     cell_.io_prefix(),
                                     "--memory",
                                     std::to_string(host.memory_mb),
                                     "--core",
                                     std::to_string(host.io_core.get())};
  if (host.mode == RunMode::threads) arguments.push_back("--no-huge");
  auto process = Process::spawn(arguments, cell_.io_log());
  if (!process) return process;
  const auto give_up = [&](const Error& error) {
    process->end(cell_.patience().stop);
    process->reap();
    remove_traces();
    return fail(error);
  };
  if (auto put = journal.put(Journal::Cell{process->id(), number}); !put) return give_up(put.error());
  const auto deadline = Clock::now() + cell_.patience().io_start;
  while (!client_.answers()) {
    if (process->wait(kTick)) {
      remove_eal_files(cell_.io_prefix());
      return fail(Errc::unavailable, "unf-io {}: {}", process->reap(), last_line(cell_.io_log()));
    }
    if (Clock::now() > deadline) {
      return give_up({Errc::unavailable, fmt::format("unf-io did not answer within {} ms: {}",
                                                     cell_.patience().io_start.count(), last_line(cell_.io_log()))});
    }
  }
  return process;
}

void IoRun::stop() {
  spares_.end();
  process_->end(cell_.patience().stop);
  process_->reap();
  {
    const std::lock_guard lock{mutex_};
    process_.reset();
    restarts_ = {};
    idle_until_.reset();
  }
  remove_traces();
}

/// unf-io has ended: its memory, its files and its entry in the journal go.
void IoRun::remove_traces() {
  remove_eal_files(cell_.io_prefix());
  std::error_code error;
  std::filesystem::remove(cell_.socket(), error);
  std::filesystem::remove(cell_.io_log(), error);
  cell_.log_error(cell_.journal().put(Journal::Cell{.io_number = cell_.journal().cell().io_number}));
}

void IoRun::end() {
  const std::unique_lock alone{gate_};
  if (process_) stop();
}

void IoRun::leave() {
  if (!views_.empty()) return;
  const std::unique_lock alone{gate_, std::try_to_lock};
  if (!alone || !process_ || !views_.empty()) return;  // a change that is under way calls leave when it ends
  if (cell_.config().idle == 0s) return stop();
  {
    const std::lock_guard lock{mutex_};
    if (!idle_until_) idle_until_ = Clock::now() + cell_.config().idle;
  }
  watch_.wake();
}

/// Answers when to look again.
IoRun::Clock::time_point IoRun::stop_if_idle() {
  const auto due = [&] {
    const std::lock_guard lock{mutex_};
    return idle_until_.value_or(Watch::kNever);
  };
  if (Clock::now() < due()) return due();
  const std::unique_lock alone{gate_, std::try_to_lock};
  if (alone && process_ && views_.empty() && Clock::now() >= due()) stop();
  return Watch::kNever;
}

// ---- keeping it running

Watch::Found IoRun::look() {
  auto next = stop_if_idle();
  if (!runs()) {
    const std::unique_lock alone{gate_};  // who uses one that is dead notices soon
    next = std::min(next, revive());
  }
  auto found = spares_.keep();
  found.next = std::min(found.next, next);
  const std::lock_guard lock{mutex_};
  if (process_) found.watched.push_back(process_->pidfd());
  return found;
}

IoRun::Clock::time_point IoRun::revive() {
  if (process_ && !process_->runs()) died();
  if (process_ || views_.empty()) return Watch::kNever;
  if (Clock::now() < restarts_.next) return restarts_.next;
  const auto started = start();
  if (started) return Watch::kNever;
  cell_.log_error(started);
  users_.io_failed(started.error().message);
  const std::lock_guard lock{mutex_};
  restarts_.set_back(cell_.patience());
  return restarts_.next;
}

void IoRun::died() {
  cell_.event("", "io_died", process_->reap());
  spares_.end();
  {
    const std::lock_guard lock{mutex_};
    process_.reset();
    restarts_.set_back(cell_.patience());
  }
  users_.io_died();
  remove_eal_files(cell_.io_prefix());
}

}  // namespace unf::agent
