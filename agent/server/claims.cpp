#include "agent/server/claims.h"

#include <algorithm>

namespace unf::agent {

Result<Claims::Claim> Claims::claim(const std::set<GraphId>& graphs) {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] {
    return closed_ || std::ranges::none_of(graphs, [&](const GraphId& graph) { return claimed_.contains(graph); });
  });
  if (closed_) return fail(Errc::unavailable, "the agent is stopping");
  claimed_.insert(graphs.begin(), graphs.end());
  return Claim{nullptr, [this, graphs](void*) { release(graphs); }};
}

void Claims::release(const std::set<GraphId>& graphs) {
  const std::lock_guard lock{mutex_};
  for (const auto& graph : graphs) claimed_.erase(graph);
  changed_.notify_all();
}

void Claims::close() {
  std::unique_lock lock{mutex_};
  closed_ = true;
  changed_.notify_all();
  changed_.wait(lock, [&] { return claimed_.empty(); });
}

}  // namespace unf::agent
