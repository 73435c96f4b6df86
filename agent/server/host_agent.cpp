#include "agent/server/host_agent.h"

#include <algorithm>
#include <filesystem>

namespace unf::agent {
namespace {

using namespace std::chrono_literals;

}  // namespace

HostAgent::HostAgent(AgentConfig config, std::shared_ptr<spdlog::logger> log, const Patience& patience, Journal journal)
    : cell_(std::move(config), std::move(log), patience, std::move(journal)), io_(cell_, views_, *this) {}

Result<std::unique_ptr<HostAgent>> HostAgent::open(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                   const Patience& patience) {
  std::vector<std::string> notes;
  auto journal = Journal::open(config.state, notes);
  if (!journal) return fail(journal.error());
  for (const auto& note : notes) log->error("{}", note);
  std::error_code error;
  const auto directory = config.run / config.cell;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "{}: {}", directory.string(), error.message());
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  std::unique_ptr<HostAgent> self{new HostAgent{std::move(config), std::move(log), patience, std::move(*journal)}};
  self->adopt();
  return self;
}

Result<std::unique_ptr<HostAgent>> HostAgent::start(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                    Patience patience) {
  return open(std::move(config), std::move(log), patience).map([](std::unique_ptr<HostAgent> self) {
    self->watch();
    return self;
  });
}

Result<void> HostAgent::clear(AgentConfig config, std::shared_ptr<spdlog::logger> log, Patience patience) {
  return open(std::move(config), std::move(log), patience).map([](const std::unique_ptr<HostAgent>& self) {
    self->remove_all();
  });
}

HostAgent::~HostAgent() { stop(); }

void HostAgent::watch() {
  io_.watch();
  for (const auto& graph : graphs()) graph->watch();
}

void HostAgent::stop() {
  claims_.close();
  io_.stop_watching();
  for (const auto& graph : graphs()) graph->stop_watching();
}

// ---- the interface

Result<wire::GraphInfo> HostAgent::apply(const GraphId& id, Version version, const std::string& plan_json,
                                         const std::vector<GraphId>& replaces) {
  std::set<GraphId> others{replaces.begin(), replaces.end()};
  others.erase(id);
  auto all = others;
  all.insert(id);
  const auto claim = claims_.claim(all);
  if (!claim) return fail(claim.error());
  if (auto raised = cell_.journal().raise_epoch(version.epoch); !raised) return fail(raised.error());
  if (auto checked = check(id, version, plan_json); !checked) return fail(checked.error());

  std::optional<Generation> wanted;
  if (!plan_json.empty()) {
    auto made = Generation::make(cell_, io_, id, version, plan_json);
    if (!made) return fail(made.error());
    wanted = std::move(*made);
  }
  const bool runs = wanted && !wanted->plan().nodes.empty();
  auto answer = runs ? change(id, std::move(*wanted), others) : remove(id, version);
  for (const auto& graph : graphs(all)) drop_if_ended(graph);
  io_.leave();
  return answer;
}

Result<wire::Observation> HostAgent::observe() {
  wire::Observation observation;
  observation.host = cell_.config().host.name.get();
  for (const auto& [id, view] : views_.all()) observation.graphs.push_back(info(view));
  return observation;
}

Result<nlohmann::json> HostAgent::stats() {
  auto catalog = this->catalog();
  if (!catalog) return fail(catalog.error());
  auto all = nlohmann::json::object();
  for (const auto& [id, view] : views_.all()) {
    const auto counted = view.counters->stats(*view.plan, *catalog);
    auto owners = owner_counts(*view.plan, counted);
    owners += view.base;
    auto stats = to_json(*view.plan, counted);
    stats["owners"] = to_json(owners);
    if (const auto report = io_.client().report(id)) {
      const auto json = nlohmann::json::parse(*report, nullptr, false);
      if (json.is_object()) stats.update(json);
    }
    auto& processes = stats["processes"] = nlohmann::json::array();
    for (const auto& process : info(view).processes) {
      const auto* line = view.counters->block(RunnerId{process.name}).line;
      processes.push_back({{"name", process.name},
                           {"pid", process.pid},
                           {"start_time", process.start_time},
                           {"restarts", process.restarts},
                           {"ready", process.ready},
                           {"heartbeat", line->heartbeat.load(std::memory_order_relaxed)}});
    }
    all[id.get()] = std::move(stats);
  }
  return all;
}

Result<Catalog> HostAgent::catalog() {
  const std::lock_guard lock{catalog_mutex_};
  if (!catalog_) {
    auto read = output_of({cell_.config().runner_program, "--catalog"}, 10s).and_then([](const std::string& text) {
      return Catalog::parse(text);
    });
    if (!read) return read;
    catalog_ = std::move(*read);
  }
  return *catalog_;
}

Result<std::vector<wire::Event>> HostAgent::events(std::int64_t since) { return cell_.events().after(since, 1s); }

void HostAgent::remove_all() {
  stop();
  for (const auto& graph : graphs()) graph->end();
  io_.end();
  std::error_code error;
  std::filesystem::remove_all(cell_.directory(), error);
  std::filesystem::remove_all(cell_.config().state, error);
}

/// A graph with unf-io's process, which all graphs share.
wire::GraphInfo HostAgent::info(const View& view) const {
  auto info = view.info;
  auto io = io_.info();
  io.ready = io.pid != 0 && view.serving;
  info.processes.insert(info.processes.begin(), std::move(io));
  return info;
}

// ---- applying

/// Errors: conflict, for what is older than what is known.
Result<void> HostAgent::check(const GraphId& id, Version version, const std::string& plan_json) {
  const auto epoch = cell_.journal().epoch();
  if (version.epoch < epoch) {
    return fail(Errc::conflict, "graph {}: epoch {} is stale, a manager of epoch {} rules this host", id.get(),
                version.epoch, epoch);
  }
  const auto known = cell_.journal().find(id);
  if (!known) return {};
  if (version.generation < known->version.generation) {
    return fail(Errc::conflict, "graph {}: generation {} is stale, {} is applied", id.get(), version.generation,
                known->version.generation);
  }
  if (version.generation == known->version.generation && plan_json != known->plan) {
    return fail(Errc::conflict, "graph {}: generation {} is applied with another plan", id.get(), version.generation);
  }
  return {};
}

Result<wire::GraphInfo> HostAgent::change(const GraphId& id, Generation next, const std::set<GraphId>& replaces) {
  const auto graph = this->graph(id);
  if (!graph->continues_as(next.version())) {
    if (auto changed = graph->change(std::move(next), graphs(replaces)); !changed) return fail(changed.error());
  }
  return info(*views_.find(id));  // it is there: only a change of this graph, which is claimed, takes it away
}

Result<wire::GraphInfo> HostAgent::remove(const GraphId& id, Version version) {
  return graph(id)->remove(version).map([&](const OwnerCounts& departed) {
    wire::GraphInfo absent;
    absent.graph = id.get();
    absent.epoch = version.epoch;
    absent.generation = version.generation;
    absent.departed = to_json(departed).dump();
    return absent;
  });
}

/// The graph, which may have no generation yet.
std::shared_ptr<GraphRun> HostAgent::graph(const GraphId& id) {
  const std::lock_guard lock{graphs_mutex_};
  auto& graph = graphs_[id];
  if (graph == nullptr) graph = std::make_shared<GraphRun>(cell_, io_, views_, id);
  return graph;
}

GraphRun::Others HostAgent::graphs(const std::set<GraphId>& ids) {
  GraphRun::Others found;
  for (const auto& id : ids) found.push_back(graph(id));
  return found;
}

GraphRun::Others HostAgent::graphs() {
  const std::lock_guard lock{graphs_mutex_};
  GraphRun::Others all;
  for (const auto& [id, graph] : graphs_) all.push_back(graph);
  return all;
}

/// Forgets a graph that has no generation; it is claimed.
void HostAgent::drop_if_ended(const std::shared_ptr<GraphRun>& graph) {
  if (graph->has_generation()) return;
  {
    const std::lock_guard lock{graphs_mutex_};
    graphs_.erase(graph->id());
  }
  graph->stop_watching();
}

// ---- unf-io

void HostAgent::io_died() {
  for (const auto& graph : graphs()) graph->io_died();
}

void HostAgent::io_failed(const std::string& why) {
  for (const auto& graph : graphs()) graph->io_failed(why);
}

void HostAgent::io_started() {
  for (const auto& graph : graphs()) graph->wake();
}

// ---- adopting

void HostAgent::adopt() {
  io_.adopt();
  Generation::Held held;
  if (io_.runs()) {
    if (auto found = io_.client().generations()) held = std::move(*found);
  }
  const auto entries = cell_.journal().graphs();
  const auto others = [&](const std::vector<GraphId>& ids) { return graphs({ids.begin(), ids.end()}); };
  for (const auto& [id, entry] : entries) {
    if (!entry.plan.empty()) graph(id)->adopt(entry, held);
  }
  for (const auto& [id, entry] : entries) {
    if (entry.next) graph(id)->adopt_change(*entry.next, held, others(entry.next->replaces));
    if (!entry.replaced.empty() && graph(id)->has_generation()) graph(id)->clear_replaced(others(entry.replaced));
  }
  clear_strays();
  for (const auto& graph : graphs()) drop_if_ended(graph);
  io_.leave();
}

/// Ends runners that nobody knows, and frees generations that nobody wants.
void HostAgent::clear_strays() {
  const auto all = graphs();
  for (const auto& id : processes_with_argument(cell_.config().runner_program, cell_.directory() / "")) {
    if (std::ranges::any_of(all, [&](const auto& graph) { return graph->has(id); })) continue;
    if (auto stray = Process::adopt(id)) stray->end(0ms);
  }
  if (!io_.runs()) return;
  const auto held = io_.client().generations();
  if (!held) return;
  for (const auto& generation : *held) {
    const GraphId id{generation.graph};
    if (std::ranges::any_of(all, [&](const auto& graph) { return graph->wants(id, generation.number); })) continue;
    cell_.log_error(io_.client().unload(id, generation.number));
    cell_.remove_files(id, {.generation = generation.number});
  }
}

}  // namespace unf::agent
