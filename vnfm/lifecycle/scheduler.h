#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "vnfm/lifecycle/planner.h"

namespace unf::vnfm {

/// Decides whose turn it is: operations on services that share a graph are worked on one after another, in the order in
/// which they were accepted; others at the same time, as many as there are workers. Calls may come from any thread.
class Scheduler {
 public:
  using Clock = std::chrono::steady_clock;
  /// Until the operation's next step; zero: there is none for now.
  using Pause = std::chrono::milliseconds;

  /// An operation that waits for its turn.
  struct Turn {
    std::string tenant;
    std::string id;
    std::set<std::string> networks;  ///< of its service, before and after the operation
    Clock::time_point due{};         ///< the turn does not come before
  };

  /// Works on an operation until it rests or has to wait. It may change the turn's networks.
  using Work = std::function<Pause(Turn& turn)>;

  /// `planner` says which networks are one graph.
  explicit Scheduler(const Planner& planner) : planner_(planner) {}
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Has `workers` threads do `work` until `stop`.
  void start(std::size_t workers, Work work);
  /// Returns once no worker works any more.
  void stop();

  void enqueue(Turn turn);
  /// Whether the operation waited for its turn; then it does no longer.
  [[nodiscard]] bool dequeue(const std::string& operation);

  /// A client has asked the operation to end: its worker waits for nothing any more.
  void cancel(const std::string& operation);
  /// The operation rests.
  void forget(const std::string& operation);

  [[nodiscard]] bool is_stopping() const;
  [[nodiscard]] bool is_stopping_or_cancelled(const std::string& operation) const;

  /// Returns after kPause, or once it is stopping: false.
  bool pause();
  /// Wakes those who wait for a change.
  void tell_changed();
  /// Returns after a change, after kPause, or at `deadline`. False: it is stopping.
  [[nodiscard]] bool wait_for_change(Clock::time_point deadline);

  /// Tries again what fails with an error that `passes`, as long as `patience` lasts, unless it is stopping or the
  /// operation is cancelled.
  template <typename Attempt, typename Passes>
  std::invoke_result_t<Attempt> patiently(const std::string& operation, std::chrono::milliseconds patience,
                                          Attempt attempt, Passes passes) {
    const auto deadline = Clock::now() + patience;
    while (true) {
      auto result = attempt();
      if (result || !passes(result.error()) || Clock::now() > deadline || is_stopping_or_cancelled(operation)) {
        return result;
      }
      pause();
    }
  }

 private:
  void run(const Work& work);
  [[nodiscard]] std::deque<Turn>::iterator next_turn(Clock::time_point& until);
  void put_back(Turn turn, Pause pause);

  const Planner& planner_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Turn> turns_;                                ///< in the order of acceptance
  std::map<std::string, std::set<std::string>> at_work_;  ///< operation -> the networks of its graph
  std::set<std::string> cancelled_;                       ///< operations
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace unf::vnfm
