#include "vnfm/lifecycle/alarms.h"

#include <algorithm>

#include "vnfm/lifecycle/vnfcs.h"
#include "vnfm/store/page.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr std::string_view kAlarms = "alarm/";
constexpr auto kIo = "io";
constexpr int kClearAttempts = 8;  // where another change came first

std::string alarm_key(const std::string& tenant, const std::string& id) {
  return fmt::format("{}{}/{}", kAlarms, tenant, id);
}

/// What orders alarms by a time, and their ids in it.
std::string in_time(const std::string& time, const std::string& id) { return time + "/" + id; }
std::string id_of(const std::string& in_time) { return in_time.substr(in_time.rfind('/') + 1); }

/// VNFCs of a service that run in a runner; all, where that is unf-io.
std::vector<Vnfc> vnfcs_in(const std::vector<Vnfc>& vnfcs, const Plan& plan, const std::string& runner) {
  std::vector<Vnfc> found;
  for (const auto& vnfc : vnfcs) {
    const auto* node = deployed(plan, vnfc);
    if (runner == kIo || (node != nullptr && node->runner.get() == runner)) found.push_back(vnfc);
  }
  return found;
}

json fault_of(const char* severity, const char* event_type, const char* fault_type, std::string cause,
              std::vector<std::string> details) {
  return {{"perceivedSeverity", severity},
          {"eventType", event_type},
          {"faultType", fault_type},
          {"probableCause", std::move(cause)},
          {"faultDetails", std::move(details)}};
}

}  // namespace

Transaction::Put put_of(const Alarm& alarm) {
  const json stored{{"fault", alarm.fault}, {"attributes", alarm.attributes}};
  return {alarm_key(alarm.tenant, alarm.id), stored.dump(-1, ' ', false, json::error_handler_t::replace)};
}

Result<Alarm> read_alarm(const Entry& entry) try {
  const auto stored = json::parse(entry.value);
  auto [tenant, id] = tenant_and_id(entry.key, kAlarms);
  Alarm alarm{.tenant = std::move(tenant),
              .id = std::move(id),
              .fault = stored.at("fault"),
              .attributes = stored.at("attributes").get<json::object_t>(),
              .revision = entry.modified};
  for (const auto* needed : {"/id", "/managedObjectId", "/alarmRaisedTime", "/ackState", "/perceivedSeverity",
                             "/eventType", "/probableCause", "/rootCauseFaultyResource/faultyResourceType"}) {
    std::ignore = alarm.attributes.at(json::json_pointer{needed}).get_ref<const std::string&>();
  }
  if (alarm.cleared()) std::ignore = alarm.attributes["alarmClearedTime"].get_ref<const std::string&>();
  return alarm;
} catch (const std::exception& e) {
  return fail(Errc::malformed, "{}: its record cannot be read: {}", entry.key, e.what());
}

Result<std::unique_ptr<Alarms>> Alarms::open(Parts parts, std::chrono::milliseconds every) {
  std::unique_ptr<Alarms> self{new Alarms{std::move(parts)}};
  if (auto taken = self->take_up(); !taken) return fail(taken.error());
  self->watcher_ = std::thread{[&alarms = *self, every] {
    std::unique_lock lock{alarms.mutex_};
    while (!alarms.stopping_) {
      lock.unlock();
      alarms.look();
      lock.lock();
      alarms.stopped_.wait_for(lock, every, [&] { return alarms.stopping_; });
    }
  }};
  return self;
}

Alarms::~Alarms() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stopped_.notify_all();
  if (watcher_.joinable()) watcher_.join();
}

Result<void> Alarms::take_up() {
  const auto entries = all_of(parts_.store->store(), std::string{kAlarms});
  if (!entries) return fail(entries.error());
  for (const auto& entry : *entries) {
    auto alarm = read_alarm(entry);
    if (!alarm) {
      parts_.log->error("{}", alarm.error().message);
    } else if (alarm->cleared()) {
      done_[alarm->tenant].insert(in_time(alarm->attributes["alarmClearedTime"], alarm->id));
    } else {
      const auto fault = alarm->fault;
      active_.emplace(fault, std::move(*alarm));
    }
  }
  return {};
}

Result<std::vector<Alarm>> Alarms::list(const std::string& tenant, const std::string& after, std::size_t limit) const {
  return page_of<Alarm>(parts_.store->store(), alarm_key(tenant, ""), after, limit, read_alarm);
}

Result<Alarm> Alarms::find(const std::string& tenant, const std::string& id) const {
  const auto entry = parts_.store->store().get(alarm_key(tenant, id));
  if (!entry) return fail(entry.error());
  if (!*entry) return fail(Errc::not_found, "alarm {}: there is none", id);
  return read_alarm(**entry);
}

Result<void> Alarms::acknowledge(Alarm alarm, const std::string& state) {
  if (alarm.attributes["ackState"] == state) {
    return fail(Errc::conflict, "alarm {}: its ackState is {} already", alarm.id, state);
  }
  alarm.attributes["ackState"] = state;
  alarm.attributes.erase("alarmAcknowledgedTime");
  if (state == "ACKNOWLEDGED") alarm.attributes["alarmAcknowledgedTime"] = time_stamp();
  return parts_.store
      ->commit(
          {.when = {Compare::modified_at(alarm_key(alarm.tenant, alarm.id), alarm.revision)}, .puts = {put_of(alarm)}})
      .map([](Revision) {});
}

/// Compares what the agents say with the alarms that there are.
void Alarms::look() {
  std::vector<Fault> faults, repaired;
  std::vector<std::string> unknown;  // what the keys of faults begin with that nobody can say of whether they last
  const auto observed = parts_.graphs.observe();
  for (const auto& [id, graph] : parts_.graphs.all()) {
    if (graph->parsed == nullptr) continue;
    const auto at = observed.find(graph->host);
    if (at == observed.end() || !at->second) unknown.push_back(id.get() + "/");
    if (at == observed.end()) continue;
    if (!at->second) {
      const auto away = fault_of("WARNING", "COMMUNICATIONS_ALARM", "agent", "The agent of the host does not answer",
                                 {at->second.error().message});
      auto all = of_owners(*graph, graph->host.get(), "", away);
      faults.insert(faults.end(), all.begin(), all.end());
      continue;
    }
    const auto info = std::ranges::find(at->second->graphs, id.get(), &agent::wire::GraphInfo::graph);
    if (info == at->second->graphs.end()) {
      unknown.push_back(id.get() + "/");  // it is to run, and does not yet, or not again yet
    } else {
      look_at(id, *graph, *info, faults, repaired);
    }
  }
  const auto report = [&](const Result<void>& done) {
    if (!done) parts_.log->error("alarms: {}", done.error().message);
  };
  std::set<std::string> lasting;
  for (const auto& fault : faults) lasting.insert(fault.key);
  for (const auto& fault : repaired) {
    if (!lasting.contains(fault.key)) report(raise(fault));
  }
  std::vector<std::string> over;
  for (const auto& [key, alarm] : active_) {
    const auto is_of = [&key = key](const std::string& graph) { return key.starts_with(graph); };
    if (!lasting.contains(key) && std::ranges::none_of(unknown, is_of)) over.push_back(key);
  }
  for (const auto& key : over) report(clear(key));
  for (const auto& fault : faults) report(raise(fault));
  std::erase_if(seen_, [&](const auto& entry) {
    return !parts_.graphs.find(GraphId{entry.first.substr(0, entry.first.rfind('/'))});
  });
  ++looks_;
}

/// `repaired`: what has died since it was looked at last, and runs again.
void Alarms::look_at(const GraphId& id, const Graph& graph, const agent::wire::GraphInfo& info,
                     std::vector<Fault>& faults, std::vector<Fault>& repaired) {
  const auto add = [](std::vector<Fault>& to, std::vector<Fault> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  if (info.state == agent::wire::GraphState::failed) {
    const auto failed =
        fault_of("CRITICAL", "PROCESSING_ERROR_ALARM", "graph", "The graph cannot be started", {info.detail});
    return add(faults, of_owners(graph, id.get() + "/graph", kIo, failed));
  }
  std::vector<const agent::wire::ProcessInfo*> died;
  for (const auto& process : info.processes) {
    const auto [known, is_new] =
        seen_.try_emplace(id.get() + "/" + process.name, Seen{info.generation, process.restarts});
    const bool restarted =
        !is_new && known->second.generation == info.generation && process.restarts > known->second.restarts;
    known->second = {info.generation, process.restarts};
    if (!process.ready || restarted) died.push_back(&process);
  }
  const auto io = std::ranges::find(died, kIo, &agent::wire::ProcessInfo::name);
  if (io != died.end()) died = {*io};  // its runners had to end with it
  for (const auto* process : died) {
    const auto* program = process->name == kIo ? "unf-io" : "unf-runner";
    const auto fault = fault_of("CRITICAL", "PROCESSING_ERROR_ALARM", "process", "A process has ended",
                                {fmt::format("{} {} of host {}, restarted {} times", program, process->name,
                                             graph.host.get(), process->restarts)});
    add(process->ready ? repaired : faults, of_owners(graph, id.get() + "/" + process->name, process->name, fault));
  }
}

/// One for each VNF instance that has uNFs in `runner` of the graph; empty: in the whole host.
std::vector<Alarms::Fault> Alarms::of_owners(const Graph& graph, const std::string& key, const std::string& runner,
                                             const json& attributes) const {
  std::vector<Fault> faults;
  for (const auto& id : graph.services) {
    const auto service = parts_.lifecycle.find(graph.tenant, id);
    if (!service || !service->is_vnf() || !service->desired) continue;
    Fault fault{.key = key + "/" + id, .tenant = graph.tenant, .service = id, .attributes = attributes};
    auto resource = graph.host.get();
    if (!runner.empty()) {
      const auto described = parts_.lifecycle.described(*service);
      if (!described) continue;
      const auto vnfcs = vnfcs_in(vnfcs_of(id, **described, *service->desired), *graph.parsed, runner);
      if (vnfcs.empty()) continue;
      for (const auto& vnfc : vnfcs) fault.attributes["vnfcInstanceIds"].push_back(vnfc.id);
      resource = runner == kIo ? resource + "/unf-io" : resource_id_of(graph.parsed.get(), vnfcs.front());
    }
    fault.attributes["managedObjectId"] = id;
    fault.attributes["rootCauseFaultyResource"] = {{"faultyResource", {{"resourceId", resource}}},
                                                   {"faultyResourceType", "COMPUTE"}};
    faults.push_back(std::move(fault));
  }
  return faults;
}

Result<void> Alarms::raise(const Fault& fault) {
  if (active_.contains(fault.key)) return {};
  const auto service = parts_.lifecycle.find(fault.tenant, fault.service);
  if (!service) return {};  // it is gone meanwhile
  Alarm alarm{.tenant = fault.tenant, .id = make_uuid(), .fault = fault.key, .attributes = fault.attributes};
  const auto now = time_stamp();
  alarm.attributes.update({{"id", alarm.id},
                           {"alarmRaisedTime", now},
                           {"eventTime", now},
                           {"ackState", "UNACKNOWLEDGED"},
                           {"isRootCause", true}});
  Update change;
  const auto put = put_of(alarm);
  change.transaction.when = {Compare::absent(put.key)};
  change.transaction.puts = {put};
  parts_.subscriptions.tell_alarm(change, *service, alarm.attributes);
  const auto stored = std::move(change).commit(*parts_.store);
  if (!stored) return fail(stored.error());
  alarm.revision = *stored;
  parts_.log->warn("alarm {} of VNF {}: {}: {}", alarm.id, fault.service,
                   alarm.attributes["probableCause"].get<std::string>(),
                   fmt::join(alarm.attributes["faultDetails"].get<std::vector<std::string>>(), "; "));
  active_.emplace(fault.key, std::move(alarm));
  return {};
}

Result<void> Alarms::clear(const std::string& fault) {
  for (int attempt = 0;; ++attempt) {
    const auto& known = active_.at(fault);
    auto alarm = find(known.tenant, known.id);
    if (!alarm && alarm.error().code == Errc::not_found) active_.erase(fault);
    if (!alarm) return fail(alarm.error());
    const auto now = time_stamp();
    alarm->attributes["alarmClearedTime"] = now;
    alarm->attributes["alarmChangedTime"] = now;
    const auto severity = std::exchange(alarm->attributes["perceivedSeverity"], "CLEARED");
    Update change;
    const auto put = put_of(*alarm);
    change.transaction.when = {Compare::modified_at(put.key, alarm->revision)};
    change.transaction.puts = {put};
    const auto service = parts_.lifecycle.find(alarm->tenant, alarm->attributes["managedObjectId"]);
    if (service) parts_.subscriptions.tell_alarm_cleared(change, *service, alarm->attributes, severity);
    auto& done = done_[alarm->tenant];
    if (done.size() >= kCleared) change.transaction.erasures.push_back(alarm_key(alarm->tenant, id_of(*done.begin())));
    const auto stored = std::move(change).commit(*parts_.store);
    if (!stored && stored.error().code == Errc::conflict && attempt < kClearAttempts) continue;  // it was acknowledged
    if (!stored) return fail(stored.error());
    parts_.log->info("alarm {} of VNF {} is cleared", alarm->id,
                     alarm->attributes["managedObjectId"].get<std::string>());
    if (done.size() >= kCleared) done.erase(done.begin());
    done.insert(in_time(now, alarm->id));
    active_.erase(fault);
    return {};
  }
}

}  // namespace unf::vnfm
