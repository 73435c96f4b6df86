#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "agent/wire/agent.h"

namespace unf::agent {

/// The last events of a host. Any thread.
class EventLog {
 public:
  static constexpr std::size_t kCapacity = 1024;

  void add(const std::string& graph, const std::string& kind, const std::string& detail);
  /// Those with a number above `since`, oldest first; waits up to `patience` for the first.
  [[nodiscard]] std::vector<wire::Event> after(std::int64_t since, std::chrono::milliseconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable added_;
  std::deque<wire::Event> events_;
  std::int64_t last_ = 0;
};

}  // namespace unf::agent
