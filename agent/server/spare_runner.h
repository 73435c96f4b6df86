#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "agent/base/process.h"

namespace unf::agent {

/// A runner that has attached to unf-io's memory and sleeps until it is told what to run: that takes some milliseconds,
/// where a runner that starts needs a hundred. It ends when the agent does.
class SpareRunner {
 public:
  /// It attaches while this returns. Its output goes to `log`, by whose name it is found (processes_with_argument).
  /// Errors: unavailable.
  [[nodiscard]] static Result<SpareRunner> start(const std::filesystem::path& program, const std::string& prefix,
                                                 const std::filesystem::path& log);

  /// Has it run the RunnerSpec in `spec` as soon as it has attached, its output from now on in `log`: it is a runner
  /// like others then, and no spare. None if it has ended.
  [[nodiscard]] std::optional<Process> use(const std::filesystem::path& spec, const std::filesystem::path& log) const;

  [[nodiscard]] const Process& process() const { return process_; }
  /// Ends it and removes its file.
  void end() const;

 private:
  SpareRunner(Process process, std::shared_ptr<Fd> input, std::filesystem::path log)
      : process_(std::move(process)), input_(std::move(input)), log_(std::move(log)) {}

  Process process_;
  std::shared_ptr<Fd> input_;
  std::filesystem::path log_;
};

}  // namespace unf::agent
