#include "vnfm/store/leader.h"

namespace unf::vnfm {

Result<std::unique_ptr<Leader>> Leader::elect(Store& store, std::string election, std::chrono::milliseconds ttl) {
  std::unique_ptr<Leader> leader{new Leader{store, std::move(election), ttl}};
  if (auto elected = leader->stand(); !elected) return fail(std::move(elected.error()));
  leader->keeper_ = std::thread{&Leader::keep, leader.get()};
  return leader;
}

Leader::~Leader() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stopped_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  std::ignore = store_.revoke(lease_);  // else it ends by itself
}

Leadership Leader::leadership() const {
  const std::lock_guard lock{mutex_};
  return leadership_;
}

Result<void> Leader::stand() {
  const auto lease = store_.grant_lease(ttl_);
  if (!lease) return fail(lease.error());
  auto led = store_.campaign(election_, *lease, ttl_);
  if (!led) {
    std::ignore = store_.revoke(*lease);
    return fail(std::move(led.error()));
  }
  const std::lock_guard lock{mutex_};
  lease_ = *lease;
  leadership_ = std::move(*led);
  return {};
}

void Leader::keep() {
  std::unique_lock lock{mutex_};
  while (!stopped_.wait_for(lock, ttl_ / 3, [&] { return stopping_; })) {
    const auto lease = lease_;
    lock.unlock();
    if (const auto kept = store_.keep_alive(lease); !kept && kept.error().code == Errc::not_found)
      std::ignore = stand();
    lock.lock();
  }
}

}  // namespace unf::vnfm
