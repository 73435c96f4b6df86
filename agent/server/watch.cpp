#include "agent/server/watch.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>

namespace unf::agent {

Watch::Watch(std::function<Found()> look) : look_(std::move(look)), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Watch::start() {
  if (!thread_.joinable()) thread_ = std::thread{&Watch::run, this};
}

void Watch::stop() {
  stopping_ = true;
  wake();
  if (thread_.joinable()) thread_.join();
}

void Watch::wake() const { eventfd_write(wake_fd_.get(), 1); }

void Watch::run() const {
  while (!stopping_) {
    const auto found = look_();
    std::vector<pollfd> polled{{wake_fd_.get(), POLLIN, 0}};
    for (const auto& pidfd : found.watched) polled.push_back({pidfd->get(), POLLIN, 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(found.next - Clock::now()).count();
    const int timeout = found.next == kNever ? -1 : static_cast<int>(std::clamp<long>(left, 0, 60'000));
    poll(polled.data(), polled.size(), timeout);
    eventfd_t count = 0;
    eventfd_read(wake_fd_.get(), &count);
  }
}

}  // namespace unf::agent
