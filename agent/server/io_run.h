#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

#include "agent/base/process.h"
#include "agent/server/cell.h"
#include "agent/server/io_client.h"
#include "agent/server/restarts.h"
#include "agent/server/spares.h"
#include "agent/server/views.h"
#include "agent/server/watch.h"
#include "agent/wire/agent.h"

namespace unf::agent {

/// Who stands on unf-io. Called by whoever finds that unf-io is gone, or starts it; nobody uses it then.
class IoUsers {
 public:
  IoUsers() = default;
  IoUsers(const IoUsers&) = delete;
  IoUsers& operator=(const IoUsers&) = delete;
  virtual ~IoUsers() = default;
  /// Ends every runner: they pin the memory of the unf-io that is dead, which must go before the next one starts.
  virtual void io_died() = 0;
  /// unf-io could not be started; it is tried again.
  virtual void io_failed(const std::string& why) = 0;
  /// There is a new unf-io, which has nothing yet.
  virtual void io_started() = 0;
};

/// The life of a host's unf-io: it is started when a graph needs it, started again when it dies, and ended when there
/// has been no graph for a while. It outlives this value. Any thread.
class IoRun {
 public:
  /// unf-io is neither started nor ended by the agent while one exists. If it dies, whoever has one lets go of it soon.
  /// Taken before the lock of any graph, and given back by the thread that took it.
  using Use = std::shared_lock<std::shared_mutex>;

  IoRun(Cell& cell, const Views& views, IoUsers& users);

  /// Takes over the unf-io of an agent that is gone, and ends those that nobody knows.
  void adopt();
  /// From now on unf-io is started again when it dies.
  void watch() { watch_.start(); }
  void stop_watching() { watch_.stop(); }

  /// unf-io runs when it returns. Errors: unavailable.
  [[nodiscard]] Result<Use> need();
  /// None if unf-io does not run.
  [[nodiscard]] std::optional<Use> use();
  /// There may be no graph any more: if so, unf-io ends once it has been idle for as long as the configuration says.
  void leave();
  /// Ends unf-io.
  void end();

  [[nodiscard]] bool runs() const;
  [[nodiscard]] const IoClient& client() const { return client_; }
  /// As Spares::use.
  [[nodiscard]] std::optional<Process> take_spare(const std::filesystem::path& spec, const std::filesystem::path& log);
  [[nodiscard]] wire::ProcessInfo info() const;

 private:
  using Clock = std::chrono::steady_clock;

  Watch::Found look();
  Clock::time_point stop_if_idle();
  // With gate_ held alone:
  Clock::time_point revive();
  void died();
  Result<void> start();
  Result<Process> spawn();
  void stop();
  void remove_traces();
  void set(std::optional<Process> process);

  Cell& cell_;
  const Views& views_;
  IoUsers& users_;
  const IoClient client_;
  Spares spares_;

  std::shared_mutex gate_;  ///< shared by those who use unf-io; held alone to start or end it

  mutable std::mutex mutex_;  ///< nothing is waited for with it; the next three
  std::optional<Process> process_;
  Restarts restarts_;
  std::optional<Clock::time_point> idle_until_;  ///< none while a graph needs unf-io

  Watch watch_;  ///< the last one: its thread uses the others
};

}  // namespace unf::agent
