#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/update.h"

namespace unf::vnfm {

/// Which operations of a tenant have ended, in that order: the oldest beyond `keep` are forgotten. Keys:
/// `ended/TENANT/N`, which hold an operation's id. Calls may come from any thread.
class EndedOperations {
 public:
  EndedOperations(LedStore& store, std::size_t keep) : store_(store), keep_(keep) {}

  /// Takes up what the store knows. Errors: as Store.
  [[nodiscard]] Result<void> take_up();
  /// Adds to `change` that `operation` is ended, and that others are forgotten.
  void add(Update& change, const Operation& operation);

 private:
  struct Ended {
    std::string key;
    std::string operation;
  };

  LedStore& store_;
  const std::size_t keep_;
  std::mutex mutex_;
  std::map<std::string, std::deque<Ended>> of_tenants_;
  std::uint64_t number_ = 0;
};

}  // namespace unf::vnfm
