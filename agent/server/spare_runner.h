#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "agent/server/process.h"

namespace unf::agent {

/// A runner that has attached to unf-io's memory and sleeps until it is told what to run: that takes some milliseconds,
/// where a runner that starts needs a hundred.
class SpareRunner {
 public:
  /// It attaches while this returns. `fifo` is made anew; its output goes to `fifo`.log. Errors: unavailable.
  [[nodiscard]] static Result<SpareRunner> start(const std::filesystem::path& program, const std::string& prefix,
                                                 const std::filesystem::path& fifo);

  /// Has it run the RunnerSpec in `spec`, its output from now on in `log`: it is a runner like others then, and no
  /// spare. None if it has not attached yet.
  [[nodiscard]] std::optional<Process> use(const std::filesystem::path& spec, const std::filesystem::path& log) const;

  [[nodiscard]] const Process& process() const { return process_; }
  /// Ends it and removes its files.
  void end() const;

 private:
  SpareRunner(Process process, std::filesystem::path fifo) : process_(std::move(process)), fifo_(std::move(fifo)) {}
  [[nodiscard]] std::filesystem::path log() const;

  Process process_;
  std::filesystem::path fifo_;
};

}  // namespace unf::agent
