#pragma once

#include <mutex>
#include <optional>

#include "agent/server/cell.h"
#include "agent/server/restarts.h"
#include "agent/server/spare_runner.h"
#include "agent/server/watch.h"

namespace unf::agent {

/// Sees to it that a spare runner waits for work while unf-io runs. Any thread.
class Spares {
 public:
  explicit Spares(Cell& cell) : cell_(cell) {}

  /// unf-io runs: from now on, keep starts spares.
  void begin();
  /// Ends the spare; until begin there is none.
  void end();
  /// Starts a spare where one is missing. Answers when to look again, and what to watch.
  [[nodiscard]] Watch::Found keep();
  /// The spare, which runs the RunnerSpec in `spec` now. None if there is none.
  [[nodiscard]] std::optional<Process> use(const std::filesystem::path& spec, const std::filesystem::path& log);

 private:
  Cell& cell_;
  std::mutex mutex_;
  bool wanted_ = false;
  std::optional<SpareRunner> spare_;
  Restarts restarts_;
};

}  // namespace unf::agent
