#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/model/result.h"

namespace unf::agent {

/// A process, told apart from later ones with the same pid.
struct ProcessId {
  pid_t pid = 0;
  std::int64_t start_time = 0;  ///< clock ticks since boot (/proc/PID/stat)
  friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

/// An open file descriptor.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// A process that somebody watches: a child, or one that an earlier agent started. It lives on when this value ends.
class Process {
 public:
  /// Starts `arguments[0]` in a session of its own, both outputs appended to `log`; its standard input is `input`, or
  /// empty. Errors: unavailable.
  [[nodiscard]] static Result<Process> spawn(const std::vector<std::string>& arguments,
                                             const std::filesystem::path& log, const Fd* input = nullptr);
  /// The process `id`, if it still runs.
  [[nodiscard]] static std::optional<Process> adopt(const ProcessId& id);

  [[nodiscard]] const ProcessId& id() const { return id_; }
  [[nodiscard]] const std::shared_ptr<Fd>& pidfd() const { return pidfd_; }
  [[nodiscard]] bool runs() const { return !wait({}); }
  /// Whether it has ended, or does so within `time`.
  [[nodiscard]] bool wait(std::chrono::milliseconds time) const;
  void signal(int number) const;
  /// SIGTERM, and SIGKILL where that does not end it within `patience`. It has ended when this returns.
  void end(std::chrono::milliseconds patience) const;
  /// How it ended, for a person. Takes a child's exit status: call it once, after its end.
  std::string reap() const;

 private:
  Process(ProcessId id, std::shared_ptr<Fd> pidfd, bool child) : id_(id), pidfd_(std::move(pidfd)), child_(child) {}

  ProcessId id_;
  std::shared_ptr<Fd> pidfd_;
  bool child_ = false;
};

/// The processes that run `program`, or one of its file name, with an argument that begins with `prefix`.
[[nodiscard]] std::vector<ProcessId> processes_with_argument(const std::filesystem::path& program,
                                                             const std::string& prefix);

/// What the program (a path, or a name on PATH) prints on standard output when it is given `input`.
/// Errors: unavailable, if it cannot be run, fails, or is not done in `time`.
[[nodiscard]] Result<std::string> output_of(const std::vector<std::string>& arguments, std::chrono::milliseconds time,
                                            const std::string& input = {});

/// The last line of a log, for messages; "" if there is none.
[[nodiscard]] std::string last_line(const std::filesystem::path& log);

}  // namespace unf::agent
