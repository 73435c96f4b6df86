#include "vnfm/lifecycle/overview.h"

#include <algorithm>
#include <array>

namespace unf::vnfm {
using agent::wire::GraphState;

namespace {

constexpr std::size_t kLastWords = 16;
constexpr std::size_t kBatch = 256;

/// What the host's agent says of the graph.
void observe(Overview::Entry& entry, const GraphId& graph, const Graphs::Observations& observed) {
  using State = Overview::State;
  const auto at = observed.find(entry.host);
  if (at == observed.end() || !at->second) {
    entry.state = State::unreachable;
    entry.detail = at == observed.end() ? fmt::format("the inventory has no host {}", entry.host.get())
                                        : at->second.error().message;
    return;
  }
  const auto& graphs = at->second->graphs;
  const auto info = std::ranges::find(graphs, graph.get(), &agent::wire::GraphInfo::graph);
  if (info == graphs.end()) return;
  entry.detail = info->detail;
  entry.state = info->state == GraphState::running    ? State::running
                : info->state == GraphState::degraded ? State::degraded
                                                      : State::failed;
}

}  // namespace

Result<std::vector<Overview::Entry>> Overview::list(const std::string& tenant) const {
  const auto observed = graphs_.observe();
  std::vector<Entry> entries;
  std::string after;
  while (true) {
    const auto services = lifecycle_.list(tenant, after, kBatch);
    if (!services) return fail(services.error());
    for (const auto& service : *services) {
      if (service.desired || !service.is_vnf()) entries.push_back(describe(service, observed));
    }
    if (services->size() < kBatch) return entries;
    after = services->back().id;
  }
}

bool Overview::has(const std::string& tenant, const std::string& id) const {
  const auto service = lifecycle_.find(tenant, id);
  return service || service.error().code != Errc::not_found;
}

Result<nlohmann::json> Overview::show(const std::string& tenant, const std::string& id) const {
  const auto service = lifecycle_.find(tenant, id);
  if (!service || (!service->desired && service->is_vnf())) {
    return fail(Errc::not_found, "service {}: there is none", id);
  }
  const auto entry = describe(*service, graphs_.observe());
  const auto [graph_id, graph] = lifecycle_.graph_of(*service);
  nlohmann::json shown{{"id", id},
                       {"state", to_string(entry.state)},
                       {"detail", entry.detail},
                       {"host", entry.host.get()},
                       {"epoch", graphs_.epoch()},
                       {"generation", entry.generation}};
  if (graph == nullptr || graph->parsed == nullptr) return shown;
  shown["plan"] = to_json(*graph->parsed);
  if (entry.state == State::unreachable) return shown;
  if (const auto stats = graphs_.stats(graph_id)) {
    shown.update(*stats);
  } else if (stats.error().code != Errc::not_found) {
    shown["detail"] = stats.error().message;
  }
  return shown;
}

Result<void> Overview::terminate(const std::string& tenant, const std::string& id) {
  auto last = show(tenant, id);
  auto terminated = lifecycle_.terminate(tenant, id);
  if (terminated && last) {
    const std::lock_guard lock{mutex_};
    last_words_.push_back(std::move(*last));
    if (last_words_.size() > kLastWords) last_words_.pop_front();
  }
  return terminated;
}

std::optional<nlohmann::json> Overview::last_words(const std::string& id) const {
  const std::lock_guard lock{mutex_};
  const auto at =
      std::find_if(last_words_.rbegin(), last_words_.rend(), [&](const auto& shown) { return shown["id"] == id; });
  return at == last_words_.rend() ? std::nullopt : std::optional{*at};
}

Overview::Entry Overview::describe(const Service& service, const Graphs::Observations& observed) const {
  Entry entry{.id = service.id};
  const auto [id, graph] = lifecycle_.graph_of(service);
  if (graph != nullptr && graph->parsed != nullptr) {
    entry.host = graph->host;
    entry.generation = graph->generation;
    entry.unfs = graph->parsed->nodes.size();
    observe(entry, id, observed);
  }
  if (service.operation.empty()) return entry;
  const auto operation = lifecycle_.find_operation(service.tenant, service.operation);
  if (!operation) return entry;
  if (operation->kind == OperationKind::terminate) entry.state = State::terminating;
  if (operation->error) {
    entry.detail = operation->error->message;
    if (!service.desired) entry.state = State::failed;
  }
  return entry;
}

const char* to_string(Overview::State state) {
  constexpr std::array kNames{"deploying", "running", "degraded", "failed", "unreachable", "terminating"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace unf::vnfm
