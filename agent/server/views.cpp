#include "agent/server/views.h"

namespace unf::agent {

void Views::put(const GraphId& id, View view, const std::vector<GraphId>& gone) {
  const std::lock_guard lock{mutex_};
  for (const auto& graph : gone) views_.erase(graph);
  views_.insert_or_assign(id, std::move(view));
}

void Views::erase(const GraphId& id) {
  const std::lock_guard lock{mutex_};
  views_.erase(id);
}

std::optional<View> Views::find(const GraphId& id) const {
  const std::lock_guard lock{mutex_};
  const auto at = views_.find(id);
  return at == views_.end() ? std::nullopt : std::optional{at->second};
}

std::map<GraphId, View> Views::all() const {
  const std::lock_guard lock{mutex_};
  return views_;
}

bool Views::empty() const {
  const std::lock_guard lock{mutex_};
  return views_.empty();
}

}  // namespace unf::agent
