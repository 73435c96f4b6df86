#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "vnfm/store/store.h"

namespace unf::vnfm {

/// Leads an election for as long as it lives, and stands again if its lease ends while the process is held up: then
/// under a higher epoch. The store outlives it. Calls may come from any thread.
class Leader {
 public:
  /// Waits up to `ttl` for another leader's lease to end. Errors: as Store::campaign.
  [[nodiscard]] static Result<std::unique_ptr<Leader>> elect(Store& store, std::string election,
                                                             std::chrono::milliseconds ttl);
  /// Steps down.
  ~Leader();
  Leader(const Leader&) = delete;
  Leader& operator=(const Leader&) = delete;

  /// The latest leadership, which may have been lost since: transactions say `leadership().still()`.
  [[nodiscard]] Leadership leadership() const;

 private:
  Leader(Store& store, std::string election, std::chrono::milliseconds ttl)
      : store_(store), election_(std::move(election)), ttl_(ttl) {}
  Result<void> stand();
  void keep();

  Store& store_;
  const std::string election_;
  const std::chrono::milliseconds ttl_;

  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  LeaseId lease_;
  Leadership leadership_;
  std::thread keeper_;
};

}  // namespace unf::vnfm
