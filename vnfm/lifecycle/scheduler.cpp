#include "vnfm/lifecycle/scheduler.h"

#include <algorithm>

namespace unf::vnfm {

namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 200ms;          // before an agent, the NFVO or the store is asked again
constexpr auto kWithoutWork = 60s;      // after which a worker looks again
constexpr std::size_t kLookahead = 64;  // waiting operations that are looked at for one whose graph is free

}  // namespace

Scheduler::~Scheduler() { stop(); }

void Scheduler::start(std::size_t workers, Work work) {
  for (std::size_t i = 0; i < workers; ++i) workers_.emplace_back([this, work] { run(work); });
}

void Scheduler::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
  workers_.clear();
}

void Scheduler::enqueue(Turn turn) {
  {
    const std::lock_guard lock{mutex_};
    turns_.push_back(std::move(turn));
  }
  changed_.notify_all();
}

bool Scheduler::dequeue(const std::string& operation) {
  const std::lock_guard lock{mutex_};
  return std::erase_if(turns_, [&](const Turn& turn) { return turn.id == operation; }) != 0;
}

void Scheduler::cancel(const std::string& operation) {
  {
    const std::lock_guard lock{mutex_};
    cancelled_.insert(operation);
  }
  changed_.notify_all();
}

void Scheduler::forget(const std::string& operation) {
  const std::lock_guard lock{mutex_};
  cancelled_.erase(operation);
}

bool Scheduler::is_stopping() const {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

bool Scheduler::is_stopping_or_cancelled(const std::string& operation) const {
  const std::lock_guard lock{mutex_};
  return stopping_ || cancelled_.contains(operation);
}

bool Scheduler::pause() {
  std::unique_lock lock{mutex_};
  return !changed_.wait_for(lock, kPause, [&] { return stopping_; });
}

void Scheduler::tell_changed() { changed_.notify_all(); }

bool Scheduler::wait_for_change(Clock::time_point deadline) {
  std::unique_lock lock{mutex_};
  if (stopping_) return false;
  changed_.wait_until(lock, std::min(deadline, Clock::now() + kPause));
  return true;
}

/// The first turn that is due and whose graph nobody works on or waits for before it. end(): there is none; then
/// `until` is when to look again. With mutex_ held.
std::deque<Scheduler::Turn>::iterator Scheduler::next_turn(Clock::time_point& until) {
  const auto now = Clock::now();
  std::vector<std::set<std::string>> taken;
  for (const auto& [id, networks] : at_work_) taken.push_back(networks);
  for (auto turn = turns_.begin(); turn != turns_.end() && turn - turns_.begin() < std::ptrdiff_t{kLookahead}; ++turn) {
    auto graph = planner_.graph_around(turn->tenant, turn->networks);
    const bool is_free = std::ranges::none_of(taken, [&](const auto& other) { return meet(graph, other); });
    if (is_free && turn->due <= now) return turn;
    if (is_free) until = std::min(until, turn->due);
    taken.push_back(std::move(graph));
  }
  return turns_.end();
}

/// Its turn comes before that of all others that wait for its graph. With mutex_ held.
void Scheduler::put_back(Turn turn, Pause pause) {
  turn.due = Clock::now() + (cancelled_.contains(turn.id) ? Pause{0} : pause);
  turns_.push_front(std::move(turn));
}

void Scheduler::run(const Work& work) {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    auto until = Clock::now() + kWithoutWork;
    const auto next = next_turn(until);
    if (next == turns_.end()) {
      changed_.wait_until(lock, until);
      continue;
    }
    auto turn = std::move(*next);
    turns_.erase(next);
    at_work_.emplace(turn.id, planner_.graph_around(turn.tenant, turn.networks));
    lock.unlock();
    const auto pause = work(turn);
    lock.lock();
    at_work_.erase(turn.id);
    if (pause != Pause{0}) put_back(std::move(turn), pause);
    changed_.notify_all();
  }
}

}  // namespace unf::vnfm
