#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>

#include "graph/model/ids.h"
#include "graph/model/result.h"

namespace unf::agent {

/// Serialises the changes of a graph. A change claims all of its graphs in one step, so that two changes never wait for
/// each other. A claim is no lock: the deaths of a claimed graph's processes are answered as always. Any thread.
class Claims {
 public:
  /// The graphs are claimed for as long as it exists.
  using Claim = std::shared_ptr<void>;

  /// Waits until nobody else has a claim on any of `graphs`. Errors: unavailable, after close.
  [[nodiscard]] Result<Claim> claim(const std::set<GraphId>& graphs);
  /// Grants no claim from now on, and waits until those that were granted are gone.
  void close();

 private:
  void release(const std::set<GraphId>& graphs);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<GraphId> claimed_;
  bool closed_ = false;
};

}  // namespace unf::agent
