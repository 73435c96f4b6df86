#include "vnfm/lifecycle/graphs.h"

#include <algorithm>

#include "vnfm/lifecycle/records.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr std::string_view kGraphs = "graph/";
constexpr auto kOrphan = "graph-orphan";

std::string graph_key(const GraphId& id) { return fmt::format("{}{}", kGraphs, id.get()); }

std::vector<std::string> names(const std::vector<GraphId>& graphs) {
  std::vector<std::string> names;
  for (const auto& graph : graphs) names.push_back(graph.get());
  return names;
}

}  // namespace

Graphs::Graphs(std::shared_ptr<LedStore> store, Inventory inventory, std::shared_ptr<spdlog::logger> log)
    : store_(store), inventory_(std::move(inventory)), log_(std::move(log)), texts_(std::move(store)) {}

Result<std::unique_ptr<Graphs>> Graphs::open(std::shared_ptr<LedStore> store, Inventory inventory,
                                             const Connect& connect, std::shared_ptr<spdlog::logger> log) {
  std::unique_ptr<Graphs> graphs{new Graphs{std::move(store), std::move(inventory), std::move(log)}};
  for (const auto& host : graphs->inventory_.hosts) {
    auto& remote = graphs->remotes_[host.name] = std::make_unique<Remote>();
    remote->agent = connect(host);
  }
  const auto entries = all_of(graphs->store_->store(), std::string{kGraphs});
  if (!entries) return fail(entries.error());
  for (const auto& entry : *entries) {
    const auto read = graphs->read(entry);
    if (!read && read.error().code != Errc::malformed) return fail(read.error());
    if (!read) graphs->log_->error("{}", read.error().message);
  }
  return graphs;
}

Graphs::~Graphs() {
  {
    const std::lock_guard lock{stop_mutex_};
    stopping_ = true;
  }
  stopped_.notify_all();
  if (converger_.joinable()) converger_.join();
}

Result<void> Graphs::read(const Entry& entry) {
  const GraphId id{entry.key.substr(kGraphs.size())};
  try {
    const auto stored = json::parse(entry.value);
    Graph graph{.tenant = stored.at("tenant"),
                .host = HostId{stored.at("host").get<std::string>()},
                .services = stored.at("services"),
                .generation = entry.modified};
    for (const auto& replaced : stored.at("replaces")) graph.replaces.emplace_back(replaced.get<std::string>());
    auto text = stored_text(stored.at("plan"));
    auto plan = texts_.get(text);
    if (!plan) return fail(plan.error().code, "graph {}: {}", id.get(), plan.error().message);
    if (!plan->empty()) {
      auto parsed = parse_plan(*plan);
      if (!parsed) return fail(Errc::malformed, "graph {}: its stored plan: {}", id.get(), parsed.error().message);
      graph.parsed = std::make_shared<const Plan>(std::move(*parsed));
    }
    graph.plan = std::move(*plan);
    graphs_.emplace(id, Kept{std::make_shared<const Graph>(std::move(graph)), std::move(text)});
    return {};
  } catch (const std::exception& e) {
    return fail(Errc::malformed, "graph {}: its record cannot be read: {}", id.get(), e.what());
  }
}

std::shared_ptr<const Graph> Graphs::find(const GraphId& id) const {
  const std::lock_guard lock{mutex_};
  const auto at = graphs_.find(id);
  return at == graphs_.end() ? nullptr : at->second.graph;
}

std::map<GraphId, std::shared_ptr<const Graph>> Graphs::all() const {
  const std::lock_guard lock{mutex_};
  std::map<GraphId, std::shared_ptr<const Graph>> all;
  for (const auto& [id, kept] : graphs_) all.emplace(id, kept.graph);
  return all;
}

std::vector<StoredText> Graphs::texts() const {
  const std::lock_guard lock{mutex_};
  std::vector<StoredText> texts;
  for (const auto& [id, kept] : graphs_) texts.push_back(kept.text);
  return texts;
}

Result<void> Graphs::put(Update& change, const GraphId& id, Graph graph) {
  auto text = texts_.put(graph.plan);
  if (!text) return fail(text.error());
  const json stored{{"tenant", graph.tenant},
                    {"host", graph.host.get()},
                    {"services", graph.services},
                    {"replaces", names(graph.replaces)},
                    {"plan", to_json(*text)}};
  change.transaction.puts.push_back({graph_key(id), stored.dump()});
  {
    const std::lock_guard lock{mutex_};
    const auto before = graphs_.find(id);
    if (before == graphs_.end()) {
      change.transaction.when.push_back(Compare::absent(graph_key(id)));
    } else {
      change.transaction.when.push_back(Compare::modified_at(graph_key(id), before->second.graph->generation));
      Texts::erase(before->second.text, change.transaction);
    }
  }
  const auto replaced = graph.replaces;
  change.then([this, id, graph = std::move(graph), text = std::move(*text)](Revision now) mutable {
    graph.generation = now;
    const std::lock_guard lock{mutex_};
    graphs_.insert_or_assign(id, Kept{std::make_shared<const Graph>(std::move(graph)), std::move(text)});
  });
  for (const auto& each : replaced) forget(change, each);  // after that: else they are orphans for a moment
  return {};
}

void Graphs::forget(Update& change, const GraphId& id) {
  const std::lock_guard lock{mutex_};
  const auto at = graphs_.find(id);
  if (at == graphs_.end()) return;
  change.transaction.when.push_back(Compare::modified_at(graph_key(id), at->second.graph->generation));
  change.transaction.erasures.push_back(graph_key(id));
  Texts::erase(at->second.text, change.transaction);
  change.then([this, id](Revision) {
    const std::lock_guard inner{mutex_};
    graphs_.erase(id);
  });
}

Result<agent::wire::GraphInfo> Graphs::apply(const GraphId& id) {
  auto graph = find(id);
  if (!graph) return fail(Errc::not_found, "graph {}: there is none", id.get());
  auto* remote = remote_of(graph->host);
  if (remote == nullptr) {
    return fail(Errc::unavailable, "graph {}: the inventory has no host {}", id.get(), graph->host.get());
  }
  const std::lock_guard lock{remote->applying};
  graph = find(id);  // what was desired while somebody else spoke to the agent
  if (!graph) return fail(Errc::not_found, "graph {}: there is none", id.get());
  return remote->agent->apply(id, {store_->epoch(), graph->generation}, graph->plan, graph->replaces);
}

bool Graphs::reaches_agent_of(const GraphId& id) const {
  const auto graph = find(id);
  const auto* remote = graph ? remote_of(graph->host) : nullptr;
  return remote != nullptr && remote->agent->observe().has_value();
}

Graphs::Remote* Graphs::remote_of(const HostId& host) const {
  const auto at = remotes_.find(host);
  return at == remotes_.end() ? nullptr : at->second.get();
}

Graphs::Observations Graphs::observe() const {
  Observations observed;
  for (const auto& [host, remote] : remotes_) observed.emplace(host, remote->agent->observe());
  return observed;
}

Result<json> Graphs::stats(const GraphId& id) const {
  const auto graph = find(id);
  const auto* remote = graph ? remote_of(graph->host) : nullptr;
  if (remote == nullptr) return fail(Errc::not_found, "graph {}: there is none", id.get());
  auto stats = remote->agent->stats();
  if (!stats) return fail(stats.error());
  const auto at = stats->find(id.get());
  if (at == stats->end())
    return fail(Errc::not_found, "graph {}: host {} does not run it", id.get(), graph->host.get());
  return *at;
}

void Graphs::keep_converging(std::chrono::milliseconds every) {
  converger_ = std::thread{[this, every] {
    std::unique_lock lock{stop_mutex_};
    while (!stopping_) {
      lock.unlock();
      converge();
      lock.lock();
      stopped_.wait_for(lock, every, [&] { return stopping_; });
    }
  }};
}

void Graphs::converge() {
  for (const auto& [host, observed] : observe()) {
    if (!observed) continue;
    for (const auto& [id, graph] : all()) {
      if (graph->host != host) continue;
      const auto& running = observed->graphs;
      const auto at = std::ranges::find(running, id.get(), &agent::wire::GraphInfo::graph);
      const bool as_desired = graph->plan.empty() ? at == running.end()
                                                  : at != running.end() && at->generation == graph->generation &&
                                                        at->epoch == store_->epoch();
      if (as_desired && graph->services.empty()) {
        Update gone;
        forget(gone, id);
        std::ignore = std::move(gone).commit(*store_);  // a conflict: it is wanted again
      }
      if (as_desired) continue;
      if (const auto applied = apply(id); !applied && applied.error().code != Errc::not_found) {
        log_->warn("graph {}: {}", id.get(), applied.error().message);
      }
    }
    remove_orphans(host, *observed);
  }
}

/// What runs on a host and no record knows. Its version is a fresh revision: higher than any that it ran at, and lower
/// than that of a graph of its name which comes into being meanwhile.
void Graphs::remove_orphans(const HostId& host, const agent::wire::Observation& observed) {
  for (const auto& running : observed.graphs) {
    const GraphId id{running.graph};
    const auto known = all();
    const bool wanted = std::ranges::any_of(known, [&](const auto& entry) {
      return entry.first == id || std::ranges::find(entry.second->replaces, id) != entry.second->replaces.end();
    });
    if (wanted) continue;
    const auto fresh = store_->commit({.when = {Compare::absent(graph_key(id))}, .puts = {{kOrphan, id.get()}}});
    if (!fresh) continue;
    auto* remote = remote_of(host);
    const std::lock_guard lock{remote->applying};
    const auto removed = remote->agent->apply(id, {store_->epoch(), *fresh}, "");
    log_->warn("graph {} on host {}: nobody knows it; {}", id.get(), host.get(),
               removed ? "removed" : removed.error().message);
  }
}

}  // namespace unf::vnfm
