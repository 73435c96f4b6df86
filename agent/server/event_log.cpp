#include "agent/server/event_log.h"

#include <algorithm>
#include <iterator>

namespace unf::agent {

void EventLog::add(const std::string& graph, const std::string& kind, const std::string& detail) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  wire::Event event;
  event.time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  event.graph = graph;
  event.kind = kind;
  event.detail = detail;
  {
    const std::lock_guard lock{mutex_};
    event.number = ++last_;
    events_.push_back(std::move(event));
    if (events_.size() > kCapacity) events_.pop_front();
  }
  added_.notify_all();
}

std::vector<wire::Event> EventLog::after(std::int64_t since, std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  added_.wait_for(lock, patience, [&] { return last_ > since; });
  std::vector<wire::Event> events;
  std::ranges::copy_if(events_, std::back_inserter(events), [&](const auto& event) { return event.number > since; });
  return events;
}

}  // namespace unf::agent
