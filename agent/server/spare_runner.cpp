#include "agent/server/spare_runner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace unf::agent {

Result<SpareRunner> SpareRunner::start(const std::filesystem::path& program, const std::string& prefix,
                                       const std::filesystem::path& fifo) {
  std::error_code error;
  std::filesystem::remove(fifo, error);
  if (mkfifo(fifo.c_str(), 0600) != 0) return fail(Errc::unavailable, "{}: {}", fifo.string(), std::strerror(errno));
  return Process::spawn({program, "--spare", fifo, "--prefix", prefix}, fifo.string() + ".log")
      .map([&](Process process) {
        return SpareRunner{std::move(process), fifo};
      });
}

std::filesystem::path SpareRunner::log() const { return fifo_.string() + ".log"; }

std::optional<Process> SpareRunner::use(const std::filesystem::path& spec, const std::filesystem::path& log) const {
  const int raw = ::open(fifo_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (raw < 0) return std::nullopt;  // nobody reads it yet
  const Fd fifo{raw};
  const auto line = spec.string() + '\n';  // short: it fits the pipe
  if (write(fifo.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) return std::nullopt;
  std::error_code error;
  std::filesystem::rename(this->log(), log, error);
  std::filesystem::remove(fifo_, error);
  return process_;
}

void SpareRunner::end() const {
  process_.end(std::chrono::milliseconds{0});
  process_.reap();
  std::error_code error;
  std::filesystem::remove(fifo_, error);
  std::filesystem::remove(log(), error);
}

}  // namespace unf::agent
