#include "agent/server/graph_run.h"

#include <algorithm>
#include <utility>

namespace unf::agent {
namespace {

using namespace std::chrono_literals;

}  // namespace

GraphRun::GraphRun(Cell& cell, IoRun& io, Views& views, GraphId id)
    : cell_(cell), io_(io), views_(views), id_(std::move(id)), watch_([this] { return look(); }) {}

std::vector<GraphId> GraphRun::ids_of(const Others& graphs) {
  std::vector<GraphId> ids;
  for (const auto& graph : graphs) ids.push_back(graph->id_);
  return ids;
}

std::vector<GraphRun*> GraphRun::with(const Others& others) {
  std::vector<GraphRun*> graphs{this};
  for (const auto& other : others) graphs.push_back(other.get());
  std::ranges::sort(graphs, {}, [](const GraphRun* graph) { return graph->id_; });
  return graphs;
}

// ---- changing

Result<void> GraphRun::change(Generation next, const Others& replaced) {
  const auto use = io_.need();
  auto settled = use ? next.prepare(ids_of(replaced)).and_then([&] { return next.settle(); }) : fail(use.error());
  auto left = settled.and_then([&] { return take_over(next, replaced); });
  if (!left) {
    next.discard();
    cell_.event(id_.get(), "refused", left.error().message);
    return fail(left.error());
  }
  watch_.start();
  watch_.wake();
  clear(std::move(*left));
  return {};
}

/// Switches over from what runs to `next`, which is moved from if that succeeds. Answers the generations that are left.
Result<GraphRun::Left> GraphRun::take_over(Generation& next, const Others& replaced) {
  const auto graphs = with(replaced);
  std::vector<std::unique_lock<std::mutex>> locks;
  for (auto* graph : graphs) locks.emplace_back(graph->mutex_);
  for (auto* graph : graphs) {
    // A runner that has just died gets its successor: the generation drains by it.
    if (graph->generation_ && graph->generation_->step() == Generation::Step::serving) graph->generation_->keep();
  }
  auto switched = announce(next, replaced).and_then([&] { return switch_over(next, replaced); });
  if (!switched) {
    drop_announcement();
    for (const auto* graph : graphs) graph->wake();
    return fail(switched.error());
  }
  const auto& version = next.version();
  cell_.event(id_.get(), "applied", fmt::format("epoch {}, generation {}", version.epoch, version.generation));
  return finish(std::move(next), replaced);
}

/// The journal says that the change may be made: an agent that comes back asks unf-io whether it was.
Result<void> GraphRun::announce(const Generation& next, const Others& replaced) {
  auto entry = cell_.journal().find(id_).value_or(Journal::Graph{});
  entry.next = {.version = next.version(), .plan = next.plan_text(), .replaces = ids_of(replaced)};
  return cell_.journal().put(id_, std::move(entry));
}

void GraphRun::drop_announcement() {
  auto entry = cell_.journal().find(id_);
  if (!entry || !entry->next) return;
  entry->next.reset();
  const bool is_new = entry->version == Version{};
  cell_.log_error(is_new ? cell_.journal().forget(id_) : cell_.journal().put(id_, std::move(*entry)));
}

/// Errors: unavailable, with everything as it was but for old runners that hung: they are ended.
Result<void> GraphRun::switch_over(const Generation& next, const Others& replaced) {
  const auto number = next.version().generation;
  auto switched = io_.client().switch_over(id_, number, cell_.patience().drain, false);
  if (switched && !*switched && cell_.config().host.mode != RunMode::threads) {
    for (auto* graph : with(replaced)) {
      if (graph->generation_) graph->generation_->end_hung();
    }
    switched = io_.client().switch_over(id_, number, 0ms, true);
  }
  if (!switched) return fail(switched.error());
  if (!*switched) return fail(Errc::unavailable, "graph {}: what runs does not let go of its packets", id_.get());
  return {};
}

/// `next` serves: the journal says so, and what it took over from is no generation of its graph any more.
GraphRun::Left GraphRun::finish(Generation next, const Others& replaced) {
  Left left;
  OwnerCounts before;
  for (auto* graph : with(replaced)) {
    if (!graph->generation_) continue;
    before += graph->generation_->counts();
    left.push_back(std::move(*graph->generation_));
    graph->generation_.reset();
  }
  next.serves(std::move(before));
  auto entry = next.entry();
  entry.replaced = ids_of(replaced);
  cell_.log_error(cell_.journal().put(id_, std::move(entry)));
  generation_ = std::move(next);
  views_.put(id_, generation_->view(), ids_of(replaced));
  return left;
}

/// Clears away what a change has left, without a lock: nobody else knows of it.
void GraphRun::clear(Left left) {
  for (auto& generation : left) {
    generation.discard();
    if (generation.id() == id_) continue;
    cell_.log_error(cell_.journal().put(generation.id(), {.version = generation.version()}));
    cell_.event(generation.id().get(), "replaced", fmt::format("by graph {}", id_.get()));
  }
  const std::lock_guard lock{mutex_};
  auto entry = cell_.journal().find(id_);
  if (!entry || entry->replaced.empty()) return;
  entry->replaced.clear();
  cell_.log_error(cell_.journal().put(id_, std::move(*entry)));
}

Result<OwnerCounts> GraphRun::remove(Version version) {
  const auto use = io_.use();
  const std::lock_guard lock{mutex_};
  OwnerCounts departed;
  const auto known = cell_.journal().find(id_);
  if (known && known->version.generation == version.generation) departed = known->departed;
  if (generation_) {
    generation_->drain();
    departed = generation_->counts();
  }
  if (auto put = cell_.journal().put(id_, {.version = version, .departed = departed}); !put) {
    if (generation_) generation_->unload();  // to be prepared anew
    wake();
    return fail(put.error());
  }
  if (generation_) {
    generation_->discard();
    generation_.reset();
    views_.erase(id_);
    cell_.event(id_.get(), "removed", "");
  }
  return departed;
}

bool GraphRun::continues_as(Version version) {
  const std::lock_guard lock{mutex_};
  if (!generation_ || generation_->version().generation != version.generation) return false;
  generation_->set_version(version);
  generation_->record();
  show();
  return true;
}

bool GraphRun::has_generation() {
  const std::lock_guard lock{mutex_};
  return generation_.has_value();
}

void GraphRun::end() {
  const auto use = io_.use();
  const std::lock_guard lock{mutex_};
  if (!generation_) return;
  generation_->drain();
  generation_->discard();
  generation_.reset();
  views_.erase(id_);
}

// ---- keeping it running

Watch::Found GraphRun::look() {
  const auto use = io_.use();
  if (!use) return {};  // it is woken when there is a new one
  const std::lock_guard lock{mutex_};
  if (!generation_) return {};
  const auto next = generation_->keep();
  show();
  return {.next = next, .watched = generation_->pidfds()};
}

void GraphRun::show() { views_.put(id_, generation_->view()); }

void GraphRun::io_died() {
  const std::lock_guard lock{mutex_};
  if (!generation_) return;
  generation_->io_died();
  show();
}

void GraphRun::io_failed(const std::string& why) {
  const std::lock_guard lock{mutex_};
  if (!generation_) return;
  generation_->set_detail(why);
  show();
}

// ---- adopting

void GraphRun::adopt(const Journal::Graph& entry, const Generation::Held& held) {
  auto made = Generation::make(cell_, io_, id_, entry.version, entry.plan);
  if (!made) {
    cell_.log().error("graph {}: its journal is of no use: {}", id_.get(), made.error().message);
    return;
  }
  const std::lock_guard lock{mutex_};
  generation_ = std::move(*made);
  generation_->continue_from(entry);
  generation_->adopt(entry.runners, held);
  generation_->record();
  show();
}

void GraphRun::adopt_change(const Journal::Next& announced, const Generation::Held& held, const Others& replaced) {
  if (Generation::step_of(held, id_, announced.version) == Generation::Step::serving) {
    if (auto next = Generation::make(cell_, io_, id_, announced.version, announced.plan)) {
      next->adopt({}, held);
      clear(finish(std::move(*next), replaced));
      return;
    }
  }
  drop_announcement();
}

void GraphRun::clear_replaced(const Others& replaced) {
  Left left;
  for (const auto& graph : replaced) {
    if (!graph->generation_) continue;
    left.push_back(std::move(*graph->generation_));
    graph->generation_.reset();
    views_.erase(graph->id_);
  }
  clear(std::move(left));
}

bool GraphRun::has(const ProcessId& process) {
  const std::lock_guard lock{mutex_};
  return generation_ && generation_->has(process);
}

bool GraphRun::wants(const GraphId& id, std::int64_t generation) {
  const std::lock_guard lock{mutex_};
  return id == id_ && generation_ && generation_->step() != Generation::Step::absent &&
         generation_->version().generation == generation;
}

}  // namespace unf::agent
