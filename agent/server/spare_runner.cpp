#include "agent/server/spare_runner.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace unf::agent {

Result<SpareRunner> SpareRunner::start(const std::filesystem::path& program, const std::string& prefix,
                                       const std::filesystem::path& log) {
  int ends[2];  // not a pipe: one may write to a socket that nobody reads without a signal
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(Errc::unavailable, "spare runner: socketpair: {}", std::strerror(errno));
  }
  auto ours = std::make_shared<Fd>(ends[0]);
  const Fd its{ends[1]};
  return Process::spawn({program, "--spare", log, "--prefix", prefix}, log, &its).map([&](Process process) {
    return SpareRunner{std::move(process), std::move(ours), log};
  });
}

std::optional<Process> SpareRunner::use(const std::filesystem::path& spec, const std::filesystem::path& log) const {
  const auto line = spec.string() + '\n';  // short: the socket takes it as a whole
  if (send(input_->get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
    return std::nullopt;
  }
  std::error_code error;
  std::filesystem::rename(log_, log, error);
  return process_;
}

void SpareRunner::end() const {
  process_.end(std::chrono::milliseconds{0});
  process_.reap();
  std::error_code error;
  std::filesystem::remove(log_, error);
}

}  // namespace unf::agent
