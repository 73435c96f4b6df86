#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "agent/base/process.h"

namespace unf::agent {

/// A thread that looks after processes: it looks when one of them dies (by its pidfd), when something is due, and when
/// it is woken.
class Watch {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kNever = Clock::time_point::max();
  /// What a look has found.
  struct Found {
    Clock::time_point next = kNever;           ///< when to look again at the latest
    std::vector<std::shared_ptr<Fd>> watched;  ///< the pidfds of the processes that live
  };

  /// `look` runs on the thread of the watch, which start begins.
  explicit Watch(std::function<Found()> look);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { stop(); }

  /// Looks at once, and goes on until stop. Does nothing where it was started before.
  void start();
  /// No look is under way when it returns, and none follows. Call it with no lock that a look takes.
  void stop();
  /// Has it look again; any thread.
  void wake() const;

 private:
  void run() const;

  const std::function<Found()> look_;
  const Fd wake_fd_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace unf::agent
