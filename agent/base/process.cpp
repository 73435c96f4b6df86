#include "agent/base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>

#include "agent/base/files.h"

extern char** environ;

namespace unf::agent {
namespace {

using Clock = std::chrono::steady_clock;

/// State letter and start time of /proc/PID/stat. The command's name may hold anything, but its last `)` ends it.
struct Stat {
  char state = 0;
  std::int64_t start_time = 0;
};
std::optional<Stat> read_stat(pid_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid));
  if (!text) return std::nullopt;
  const auto name_end = text->rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields{text->substr(name_end + 1)};
  Stat stat;
  fields >> stat.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) fields >> skipped;
  fields >> stat.start_time;
  if (!fields) return std::nullopt;
  return stat;
}

int open_pidfd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

/// What a child gets: its own session, no signals blocked or ignored, only the three standard descriptors.
class SpawnSetup {
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  posix_spawn_file_actions_t& actions() { return actions_; }

  Result<pid_t> spawn(const std::vector<std::string>& arguments) {
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    std::vector<char*> argv;
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int error = posix_spawnp(&pid, argv[0], &actions_, &attributes_, argv.data(), environ);
    if (error != 0) return fail(Errc::unavailable, "{}: cannot be started: {}", arguments[0], std::strerror(error));
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(left, 0, 3'600'000));
}

}  // namespace

Fd::~Fd() { close(fd_); }

Result<Process> Process::spawn(const std::vector<std::string>& arguments, const std::filesystem::path& log,
                               const Fd* input) {
  SpawnSetup setup;
  if (input != nullptr) posix_spawn_file_actions_adddup2(&setup.actions(), input->get(), STDIN_FILENO);
  posix_spawn_file_actions_addopen(&setup.actions(), STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&setup.actions(), STDOUT_FILENO, STDERR_FILENO);
  return setup.spawn(arguments).and_then([&](pid_t pid) -> Result<Process> {
    // A child keeps its pid until it is reaped, so these two speak of it.
    const int fd = open_pidfd(pid);
    const auto stat = read_stat(pid);
    if (fd < 0 || !stat) {
      const int reason = errno;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      if (fd >= 0) close(fd);
      return fail(Errc::unavailable, "{}: cannot be watched: {}", arguments[0], std::strerror(reason));
    }
    return Process{{pid, stat->start_time}, std::make_shared<Fd>(fd), true};
  });
}

std::optional<Process> Process::adopt(const ProcessId& id) {
  if (id.pid <= 0) return std::nullopt;
  const int fd = open_pidfd(id.pid);
  if (fd < 0) return std::nullopt;
  auto pidfd = std::make_shared<Fd>(fd);
  const auto stat = read_stat(id.pid);
  if (!stat || stat->start_time != id.start_time || stat->state == 'Z') return std::nullopt;
  return Process{id, std::move(pidfd), false};
}

bool Process::wait(std::chrono::milliseconds time) const {
  const auto deadline = Clock::now() + time;
  pollfd poll_fd{pidfd_->get(), POLLIN, 0};
  int n = 0;
  do n = poll(&poll_fd, 1, milliseconds_until(deadline));
  while (n < 0 && errno == EINTR);
  return n > 0;
}

void Process::signal(int number) const { syscall(SYS_pidfd_send_signal, pidfd_->get(), number, nullptr, 0); }

void Process::end(std::chrono::milliseconds patience) const {
  if (patience.count() > 0) {
    signal(SIGTERM);
    if (wait(patience)) return;
  }
  signal(SIGKILL);
  std::ignore = wait(std::chrono::seconds{10});
}

std::string Process::reap() const {
  siginfo_t info{};
  if (!child_ || waitid(P_PIDFD, static_cast<id_t>(pidfd_->get()), &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) {
    return "ended";
  }
  if (info.si_code == CLD_EXITED) return fmt::format("ended with exit status {}", info.si_status);
  return fmt::format("ended by signal {} ({})", info.si_status, strsignal(info.si_status));
}

std::vector<ProcessId> processes_with_argument(const std::filesystem::path& program, const std::string& prefix) {
  std::vector<ProcessId> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
    const auto line = read_file(entry.path() / "cmdline");
    if (!line || std::filesystem::path{line->c_str()}.filename() != program.filename()) continue;
    if (line->find('\0' + prefix) == std::string::npos) continue;
    if (const auto stat = read_stat(pid); stat && stat->state != 'Z') found.push_back({pid, stat->start_time});
  }
  return found;
}

Result<std::string> output_of(const std::vector<std::string>& arguments, std::chrono::milliseconds time,
                              const std::string& input) {
  const Fd input_file{memfd_create("input", MFD_CLOEXEC)};
  if (pwrite(input_file.get(), input.data(), input.size(), 0) != static_cast<ssize_t>(input.size())) {
    return fail(Errc::unavailable, "{}: its input: {}", arguments[0], std::strerror(errno));
  }
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return fail(Errc::unavailable, "pipe: {}", std::strerror(errno));
  SpawnSetup setup;
  posix_spawn_file_actions_adddup2(&setup.actions(), input_file.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&setup.actions(), pipe_ends[1], STDOUT_FILENO);
  const auto pid = setup.spawn(arguments);
  close(pipe_ends[1]);
  std::string text;
  bool ended = false;
  const auto deadline = Clock::now() + time;
  while (pid && !ended) {
    pollfd poll_fd{pipe_ends[0], POLLIN, 0};
    const int n = poll(&poll_fd, 1, milliseconds_until(deadline));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    char block[1 << 16];
    const auto got = read(pipe_ends[0], block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    ended = got <= 0;
    if (!ended) text.append(block, static_cast<std::size_t>(got));
  }
  close(pipe_ends[0]);
  if (!pid) return fail(pid.error());
  if (!ended) kill(*pid, SIGKILL);
  int status = 0;
  while (waitpid(*pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) return fail(Errc::unavailable, "{}: was not done in {} ms", arguments[0], time.count());
  if (status != 0) return fail(Errc::unavailable, "{}: failed with status {}", arguments[0], status);
  return text;
}

std::string last_line(const std::filesystem::path& log) {
  std::ifstream file{log};
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace unf::agent
