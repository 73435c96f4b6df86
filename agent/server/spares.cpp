#include "agent/server/spares.h"

namespace unf::agent {

void Spares::begin() {
  const std::lock_guard lock{mutex_};
  wanted_ = cell_.config().host.mode != RunMode::threads;
}

void Spares::end() {
  const std::lock_guard lock{mutex_};
  wanted_ = false;
  if (spare_) spare_->end();
  spare_.reset();
}

Watch::Found Spares::keep() {
  const std::lock_guard lock{mutex_};
  if (spare_ && !spare_->process().runs()) {
    cell_.log().error("spare runner {}: {}", spare_->process().reap(), last_line(cell_.spare_log()));
    spare_.reset();
    restarts_.set_back(cell_.patience());
  }
  if (!spare_ && wanted_ && Restarts::Clock::now() >= restarts_.next) {
    restarts_.started = Restarts::Clock::now();
    if (auto started = SpareRunner::start(cell_.config().runner_program, cell_.io_prefix(), cell_.spare_log())) {
      spare_ = std::move(*started);
    } else {
      cell_.log().error("spare runner: {}", started.error().message);
      restarts_.set_back(cell_.patience());
    }
  }
  if (spare_) return {.watched = {spare_->process().pidfd()}};
  return {.next = wanted_ ? restarts_.next : Watch::kNever};
}

std::optional<Process> Spares::use(const std::filesystem::path& spec, const std::filesystem::path& log) {
  const std::lock_guard lock{mutex_};
  if (!spare_) return std::nullopt;
  auto process = spare_->use(spec, log);
  if (process) spare_.reset();
  return process;
}

}  // namespace unf::agent
