#include "vnfm/lifecycle/manager.h"

#include <algorithm>
#include <array>
#include <set>

#include "tosca/reader.h"

namespace unf::vnfm {

using agent::wire::GraphState;

namespace {
constexpr std::size_t kLastWords = 16;
}

Result<Plan> plan_service(const tosca::FileSet& files, const std::optional<std::string>& name, const Catalog& catalog,
                          const Inventory& inventory, const graph::CompileOptions& options) {
  return tosca::read_service(files, catalog).and_then([&](ServiceRequest request) {
    if (name) request.name = *name;
    return graph::compile(request, catalog, inventory, options);
  });
}

Manager::Manager(Inventory inventory, Catalog catalog, ServiceStore store, const Connect& connect,
                 std::shared_ptr<spdlog::logger> log, std::chrono::milliseconds converge_every)
    : inventory_(std::move(inventory)), catalog_(std::move(catalog)), log_(std::move(log)), store_(std::move(store)) {
  for (const auto& host : inventory_.hosts) agents_.emplace(host.name, connect(host));
  publish();
  converger_ = std::thread{&Manager::keep_converging, this, converge_every};
}

Manager::~Manager() {
  {
    const std::lock_guard lock{stop_mutex_};
    stopping_ = true;
  }
  stopped_.notify_all();
  converger_.join();
}

Result<Manager::Service> Manager::deploy(const tosca::FileSet& files, const DeployOptions& options) {
  auto plan = plan_service(files, options.name, catalog_, inventory_, options.compile);
  if (!plan) return fail(plan.error());
  const auto id = plan->graph.get();
  std::set<HostId> hosts;
  for (const auto& node : plan->nodes) hosts.insert(node.host);
  if (hosts.size() != 1) {
    return fail(Errc::unsupported, "service {}: its plan is for {} hosts, expected one", id, hosts.size());
  }

  const std::lock_guard lock{work_};
  if (store_.services().contains(id)) return fail(Errc::conflict, "service {} exists", id);
  ServiceRecord record{.host = *hosts.begin(), .plan = dump(*plan)};
  const auto generation = store_.put(id, record);
  if (!generation) return fail(generation.error());
  record.generation = *generation;
  publish();
  if (auto applied = apply(id, record); !applied) {
    if (auto ended = end(id); !ended) log_->warn("service {}: {}", id, ended.error().message);
    return fail(applied.error());
  }
  log_->info("service {} runs on host {}", id, record.host.get());
  return describe(id, {record, std::make_shared<const Plan>(std::move(*plan))}, observe());
}

Result<void> Manager::terminate(const std::string& id) {
  const std::lock_guard lock{work_};
  if (!store_.services().contains(id)) return fail(Errc::not_found, "service {}: there is none", id);
  if (auto last = show(id)) {
    const std::lock_guard known_lock{known_mutex_};
    last_words_.push_back(std::move(*last));
    if (last_words_.size() > kLastWords) last_words_.pop_front();
  }
  return end(id).map([&] { log_->info("service {} is terminated", id); });
}

std::optional<nlohmann::json> Manager::last_words(const std::string& id) {
  const std::lock_guard lock{known_mutex_};
  const auto at =
      std::find_if(last_words_.rbegin(), last_words_.rend(), [&](const auto& shown) { return shown["id"] == id; });
  return at == last_words_.rend() ? std::nullopt : std::optional{*at};
}

std::vector<Manager::Service> Manager::list() {
  const auto observed = observe();
  std::map<std::string, Known> known;
  {
    const std::lock_guard lock{known_mutex_};
    known = known_;
  }
  std::vector<Service> services;
  for (const auto& [id, entry] : known) services.push_back(describe(id, entry, observed));
  return services;
}

Result<nlohmann::json> Manager::show(const std::string& id) {
  const auto known = find(id);
  if (!known) return fail(Errc::not_found, "service {}: there is none", id);
  const auto service = describe(id, *known, observe());
  nlohmann::json shown{{"id", id},
                       {"state", to_string(service.state)},
                       {"detail", service.detail},
                       {"host", service.host.get()},
                       {"epoch", store_.epoch()},
                       {"generation", service.generation},
                       {"plan", to_json(*known->plan)}};
  auto* agent = agent_of(service.host);
  if (agent == nullptr || service.state == State::unreachable) return shown;
  const auto stats = agent->stats();
  if (!stats) {
    shown["detail"] = stats.error().message;
  } else if (const auto at = stats->find(id); at != stats->end()) {
    shown.update(*at);
  }
  return shown;
}

Result<void> Manager::apply(const std::string& id, const ServiceRecord& record) {
  auto* agent = agent_of(record.host);
  if (agent == nullptr)
    return fail(Errc::unavailable, "service {}: the inventory has no host {}", id, record.host.get());
  return agent->apply(GraphId{id}, {store_.epoch(), record.generation}, record.terminating ? "" : record.plan)
      .map([](const auto&) {});
}

/// What is stored first is that it shall end.
Result<void> Manager::end(const std::string& id) {
  auto record = store_.services().at(id);
  if (!record.terminating) {
    record.terminating = true;
    const auto generation = store_.put(id, record);
    if (!generation) return fail(generation.error());
    record.generation = *generation;
    publish();
  }
  auto ended = apply(id, record).and_then([&] { return store_.erase(id); });
  publish();
  return ended;
}

/// Makes what is stored so, where it is not.
void Manager::converge() {
  const auto observed = observe();
  const std::lock_guard lock{work_};
  const auto services = store_.services();
  for (const auto& [id, record] : services) {
    const auto at = observed.find(record.host);
    if (at == observed.end() || !at->second) continue;
    const auto& graphs = at->second->graphs;
    const bool as_stored = std::ranges::any_of(graphs, [&, &name = id, &wanted = record](const auto& graph) {
      return graph.graph == name && graph.generation == wanted.generation && graph.epoch == store_.epoch();
    });
    if (!record.terminating && as_stored) continue;
    const auto done = record.terminating ? end(id) : apply(id, record);
    if (!done) log_->warn("service {}: {}", id, done.error().message);
  }
}

void Manager::keep_converging(std::chrono::milliseconds every) {
  std::unique_lock lock{stop_mutex_};
  while (!stopping_) {
    lock.unlock();
    converge();
    lock.lock();
    stopped_.wait_for(lock, every, [&] { return stopping_; });
  }
}

void Manager::publish() {
  std::map<std::string, Known> known;
  for (const auto& [id, record] : store_.services()) {
    if (const auto at = known_.find(id); at != known_.end() && at->second.record.plan == record.plan) {
      known.emplace(id, Known{record, at->second.plan});
      continue;
    }
    auto plan = parse_plan(record.plan);
    if (!plan) {
      log_->error("service {}: its stored plan is of no use: {}", id, plan.error().message);
      plan = Plan{};
    }
    known.emplace(id, Known{record, std::make_shared<const Plan>(std::move(*plan))});
  }
  const std::lock_guard lock{known_mutex_};
  known_ = std::move(known);
}

agent::Agent* Manager::agent_of(const HostId& host) const {
  const auto at = agents_.find(host);
  return at == agents_.end() ? nullptr : at->second.get();
}

std::optional<Manager::Known> Manager::find(const std::string& id) {
  const std::lock_guard lock{known_mutex_};
  const auto at = known_.find(id);
  return at == known_.end() ? std::nullopt : std::optional{at->second};
}

Manager::Observations Manager::observe() {
  Observations observed;
  for (const auto& [host, agent] : agents_) observed.emplace(host, agent->observe());
  return observed;
}

Manager::Service Manager::describe(const std::string& id, const Known& known, const Observations& observed) {
  Service service{
      .id = id, .host = known.record.host, .generation = known.record.generation, .unfs = known.plan->nodes.size()};
  const auto at = observed.find(service.host);
  if (at == observed.end()) {
    service.state = State::unreachable;
    service.detail = fmt::format("the inventory has no host {}", service.host.get());
  } else if (!at->second) {
    service.state = State::unreachable;
    service.detail = at->second.error().message;
  } else {
    const auto& graphs = at->second->graphs;
    const auto graph = std::ranges::find(graphs, id, &agent::wire::GraphInfo::graph);
    if (graph != graphs.end()) {
      service.detail = graph->detail;
      service.state = graph->state == GraphState::running    ? State::running
                      : graph->state == GraphState::degraded ? State::degraded
                                                             : State::failed;
    }
  }
  if (known.record.terminating) service.state = State::terminating;
  return service;
}

const char* to_string(Manager::State state) {
  constexpr std::array kNames{"deploying", "running", "degraded", "failed", "unreachable", "terminating"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace unf::vnfm
