#include "vnfm/lifecycle/subscriptions.h"

#include <algorithm>

#include "vnfm/failpoint/failpoint.h"
#include "vnfm/lifecycle/outcome.h"

namespace unf::vnfm {
using nlohmann::json;

namespace {

constexpr std::string_view kSubscriptions = "subscription/";
constexpr std::string_view kOutbox = "outbox/";
constexpr auto kIdle = std::chrono::seconds{60};

std::string subscription_key(const std::string& tenant, const std::string& id) {
  return fmt::format("{}{}/{}", kSubscriptions, tenant, id);
}

std::string subscription_of(const std::string& outbox_key) {
  const auto begin = kOutbox.size();
  return outbox_key.substr(begin, outbox_key.find('/', begin) - begin);
}

bool contains(const json& list, const json& value) {
  return list.is_null() || std::ranges::find(list, value) != list.end();
}

json member(const json& object, const char* name) {
  const auto at = object.find(name);
  return at == object.end() ? json{} : *at;
}

/// SOL003 4.4.1.5: of the provider, of one of its products, of one of that product's versions, of one of those' VNFDs.
bool products_take(const json& providers, const json& info) {
  if (providers.is_null()) return true;
  const auto version_takes = [&](const json& version) {
    return version["vnfSoftwareVersion"] == info["vnfSoftwareVersion"] &&
           contains(member(version, "vnfdVersions"), info["vnfdVersion"]);
  };
  const auto product_takes = [&](const json& product) {
    const auto versions = member(product, "versions");
    return product["vnfProductName"] == info["vnfProductName"] &&
           (versions.is_null() || std::ranges::any_of(versions, version_takes));
  };
  return std::ranges::any_of(providers, [&](const json& provider) {
    const auto products = member(provider, "vnfProducts");
    return provider["vnfProvider"] == info["vnfProvider"] &&
           (products.is_null() || std::ranges::any_of(products, product_takes));
  });
}

bool instance_takes(const json& filter, const Service& service) {
  if (filter.is_null()) return true;
  return contains(member(filter, "vnfdIds"), service.info["vnfdId"]) &&
         contains(member(filter, "vnfInstanceIds"), service.id) &&
         contains(member(filter, "vnfInstanceNames"), service.info.value("vnfInstanceName", "")) &&
         products_take(member(filter, "vnfProductsFromProviders"), service.info);
}

/// What a notification says of an operation's outcome (SOL003 5.5.2.17), as verbose as its subscriber wants it.
json results_for(const Subscription& subscription, const json& outcome) {
  if (subscription.request.value("verbosity", "FULL") == "SHORT") return {{"verbosity", "SHORT"}};
  auto results = outcome_in(subscription.major, outcome);
  const auto resources = results.value("resourceChanges", json::object());
  results.erase("resourceChanges");
  results.update(resources);
  return results;
}

}  // namespace

Transaction::Put put_of(const Subscription& subscription) {
  json stored{{"major", subscription.major}, {"request", subscription.request}};
  if (subscription.about == About::faults) stored["about"] = "faults";
  return {subscription_key(subscription.tenant, subscription.id), stored.dump()};
}

Result<Subscription> read_subscription(const Entry& entry) try {
  const auto stored = json::parse(entry.value);
  auto [tenant, id] = tenant_and_id(entry.key, kSubscriptions);
  const auto& request = stored.at("request");
  std::ignore = request.at("callbackUri").get_ref<const std::string&>();
  return Subscription{.tenant = std::move(tenant),
                      .id = std::move(id),
                      .about = stored.value("about", "") == "faults" ? About::faults : About::lifecycle,
                      .major = whole<unsigned>(stored.at("major")),
                      .request = request,
                      .revision = entry.modified};
} catch (const std::exception& e) {
  return fail(Errc::malformed, "{}: its record cannot be read: {}", entry.key, e.what());
}

bool filter_takes(const json& filter, const Service& service, const json& notification) {
  if (filter.is_null()) return true;
  if (!contains(member(filter, "notificationTypes"), notification["notificationType"])) return false;
  if (notification.contains("operation")) {
    if (!contains(member(filter, "operationTypes"), notification["operation"])) return false;
    if (!contains(member(filter, "operationStates"), notification["operationState"])) return false;
  }
  return instance_takes(member(filter, "vnfInstanceSubscriptionFilter"), service);
}

bool fault_filter_takes(const json& filter, const Service& service, const std::string& notification_type,
                        const json& alarm, const json& severity) {
  if (filter.is_null()) return true;
  const auto& resource_type = alarm["rootCauseFaultyResource"]["faultyResourceType"];
  return contains(member(filter, "notificationTypes"), notification_type) &&
         contains(member(filter, "faultyResourceTypes"), resource_type) &&
         contains(member(filter, "perceivedSeverities"), severity) &&
         contains(member(filter, "eventTypes"), alarm["eventType"]) &&
         contains(member(filter, "probableCauses"), alarm["probableCause"]) &&
         instance_takes(member(filter, "vnfInstanceSubscriptionFilter"), service);
}

Subscriptions::Subscriptions(std::shared_ptr<LedStore> store, NotifyConfig config, std::shared_ptr<spdlog::logger> log)
    : store_(std::move(store)), config_(std::move(config)), log_(std::move(log)) {}

Result<std::unique_ptr<Subscriptions>> Subscriptions::open(std::shared_ptr<LedStore> store, NotifyConfig config,
                                                           std::shared_ptr<spdlog::logger> log) {
  std::unique_ptr<Subscriptions> all{new Subscriptions{std::move(store), std::move(config), std::move(log)}};
  if (auto taken = all->take_up(); !taken) return fail(taken.error());
  for (std::size_t i = 0; i < kWorkers; ++i) all->workers_.emplace_back(&Subscriptions::work, all.get());
  return all;
}

Subscriptions::~Subscriptions() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
}

Result<void> Subscriptions::take_up() {
  const auto entries = all_of(store_->store(), std::string{kSubscriptions});
  if (!entries) return fail(entries.error());
  for (const auto& entry : *entries) {
    auto subscription = read_subscription(entry);
    if (!subscription) {
      log_->error("{}", subscription.error().message);
      continue;
    }
    const auto id = subscription->id;
    subscriptions_.emplace(id, std::move(*subscription));
  }
  const auto outbox = all_of(store_->store(), std::string{kOutbox});
  if (!outbox) return fail(outbox.error());
  for (const auto& entry : *outbox) queues_[subscription_of(entry.key)].keys.push_back(entry.key);
  return {};
}

Result<Subscription> Subscriptions::create(const std::string& tenant, About about, unsigned major,
                                           const json& request) {
  const std::string callback = request["callbackUri"];
  std::size_t of_tenant = 0;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, known] : subscriptions_) {
      if (known.tenant != tenant) continue;
      ++of_tenant;
      if (known.about == about && known.request["callbackUri"] == callback &&
          member(known.request, "filter") == member(request, "filter")) {
        return fail(Errc::conflict, "{}", id);
      }
    }
  }
  if (of_tenant >= config_.max_per_tenant) {
    return fail(Errc::no_capacity, "there are {} subscriptions, as many as a tenant may have", of_tenant);
  }
  const auto credentials = credentials_of(member(request, "authentication"));
  const auto answer = auth_.send({.uri = callback}, credentials, config_.rules);
  if (!answer) return fail(Errc::unsupported, "callbackUri: {}", answer.error().message);
  if (answer->status != 204) {
    return fail(Errc::unsupported, "callbackUri: {}: answers a GET with {}, expected 204", callback, answer->status);
  }
  Subscription subscription{.tenant = tenant, .id = make_uuid(), .about = about, .major = major, .request = request};
  const auto put = put_of(subscription);
  const auto stored = store_->commit({.when = {Compare::absent(put.key)}, .puts = {put}});
  if (!stored) return fail(stored.error());
  subscription.revision = *stored;
  const std::lock_guard lock{mutex_};
  return subscriptions_.emplace(subscription.id, std::move(subscription)).first->second;
}

Result<Subscription> Subscriptions::find(const std::string& tenant, About about, const std::string& id) const {
  const std::lock_guard lock{mutex_};
  const auto at = subscriptions_.find(id);
  if (at == subscriptions_.end() || at->second.tenant != tenant || at->second.about != about) {
    return fail(Errc::not_found, "subscription {}: there is none", id);
  }
  return at->second;
}

std::vector<Subscription> Subscriptions::list(const std::string& tenant, About about, const std::string& after,
                                              std::size_t limit) const {
  const std::lock_guard lock{mutex_};
  std::vector<Subscription> listed;
  for (auto at = subscriptions_.upper_bound(after); at != subscriptions_.end() && listed.size() < limit; ++at) {
    if (at->second.tenant == tenant && at->second.about == about) listed.push_back(at->second);
  }
  return listed;
}

Result<void> Subscriptions::remove(const std::string& tenant, About about, const std::string& id) {
  if (auto known = find(tenant, about, id); !known) return fail(known.error());
  Transaction gone{.erasures = {subscription_key(tenant, id)}};
  {
    const std::lock_guard lock{mutex_};
    if (const auto queue = queues_.find(id); queue != queues_.end()) {
      gone.erasures.insert(gone.erasures.end(), queue->second.keys.begin(), queue->second.keys.end());
    }
  }
  if (auto erased = store_->commit(std::move(gone)); !erased) return fail(erased.error());
  const std::lock_guard lock{mutex_};
  subscriptions_.erase(id);
  if (const auto queue = queues_.find(id); queue != queues_.end()) queue->second.keys.clear();
  return {};
}

void Subscriptions::tell_created(Update& change, const Service& service) {
  tell(change, service, {{"notificationType", "VnfIdentifierCreationNotification"}, {"vnfInstanceId", service.id}});
}

void Subscriptions::tell_deleted(Update& change, const Service& service) {
  tell(change, service, {{"notificationType", "VnfIdentifierDeletionNotification"}, {"vnfInstanceId", service.id}});
}

void Subscriptions::tell_operation(Update& change, const Service& service, const Operation& operation) {
  const bool begins = operation.state == initial_state(operation.kind);
  json notification{{"notificationType", "VnfLcmOperationOccurrenceNotification"},
                    {"notificationStatus", begins ? "START" : "RESULT"},
                    {"operationState", to_string(operation.state)},
                    {"vnfInstanceId", service.id},
                    {"operation", to_string(operation.kind)},
                    {"isAutomaticInvocation", operation.automatic},
                    {"vnfLcmOpOccId", operation.id}};
  if (operation.error) {
    notification["error"] = problem_details(status_of(operation.error->code), operation.error->message);
  }
  tell(change, service, notification, begins ? json::object() : operation.outcome);
}

void Subscriptions::tell(Update& change, const Service& service, const json& notification, const json& outcome) {
  if (!service.is_vnf()) return;
  Added added;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, subscription] : subscriptions_) {
      if (subscription.tenant != service.tenant || subscription.about != About::lifecycle) continue;
      if (!filter_takes(member(subscription.request, "filter"), service, notification)) continue;
      auto body = notification;
      const auto root = fmt::format("{}/vnflcm/v{}", config_.root, subscription.major);
      body["_links"]["vnfInstance"]["href"] = root + "/vnf_instances/" + service.id;
      body["_links"]["subscription"]["href"] = root + "/subscriptions/" + id;
      if (body.contains("vnfLcmOpOccId")) {
        body["_links"]["vnfLcmOpOcc"]["href"] = root + "/vnf_lcm_op_occs/" + body["vnfLcmOpOccId"].get<std::string>();
        body.update(results_for(subscription, outcome));
      }
      put(change, subscription, std::move(body), added);
    }
  }
  send_after(change, std::move(added));
}

void Subscriptions::tell_alarm(Update& change, const Service& service, const json& alarm) {
  tell_of_alarm(change, service, "AlarmNotification", alarm, alarm["perceivedSeverity"]);
}

void Subscriptions::tell_alarm_cleared(Update& change, const Service& service, const json& alarm,
                                       const json& severity) {
  tell_of_alarm(change, service, "AlarmClearedNotification", alarm, severity);
}

void Subscriptions::tell_of_alarm(Update& change, const Service& service, const char* type, const json& alarm,
                                  const json& severity) {
  Added added;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, subscription] : subscriptions_) {
      if (subscription.tenant != service.tenant || subscription.about != About::faults) continue;
      if (!fault_filter_takes(member(subscription.request, "filter"), service, type, alarm, severity)) continue;
      const auto root = config_.root + "/vnffm/v1";
      const auto self = root + "/alarms/" + alarm["id"].get<std::string>();
      json body{{"notificationType", type}};
      if (alarm.contains("alarmClearedTime")) {
        body["alarmId"] = alarm["id"];
        body["alarmClearedTime"] = alarm["alarmClearedTime"];
        body["_links"]["alarm"]["href"] = self;
      } else {
        body["alarm"] = alarm;
        body["alarm"]["_links"] = {
            {"self", {{"href", self}}},
            {"objectInstance", {{"href", config_.root + "/vnflcm/v1/vnf_instances/" + service.id}}}};
      }
      body["_links"]["subscription"]["href"] = root + "/subscriptions/" + id;
      put(change, subscription, std::move(body), added);
    }
  }
  send_after(change, std::move(added));
}

void Subscriptions::put(Update& change, const Subscription& subscription, json body, Added& added) {
  body["id"] = make_uuid();
  body["subscriptionId"] = subscription.id;
  body["timeStamp"] = time_stamp();
  auto key = fmt::format("{}{}/{:016x}{:016x}", kOutbox, subscription.id, store_->epoch(), number_++);
  change.transaction.puts.push_back({key, body.dump(-1, ' ', false, json::error_handler_t::replace)});
  added.emplace_back(subscription.id, std::move(key));
}

void Subscriptions::send_after(Update& change, Added added) {
  if (added.empty()) return;
  change.then([this, added = std::move(added)](Revision) {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, key] : added) queues_[id].keys.push_back(key);
    changed_.notify_all();
  });
}

std::size_t Subscriptions::waiting() const {
  const std::lock_guard lock{mutex_};
  std::size_t waiting = 0;
  for (const auto& [id, queue] : queues_) waiting += queue.keys.size();
  return waiting;
}

std::map<std::string, Subscriptions::Queue>::iterator Subscriptions::next(Clock::time_point& until) {
  const auto now = Clock::now();
  for (auto at = queues_.begin(); at != queues_.end();) {
    auto& queue = at->second;
    if (queue.busy) {
      ++at;
    } else if (queue.keys.empty()) {
      at = queues_.erase(at);
    } else if (queue.due <= now) {
      return at;
    } else {
      until = std::min(until, queue.due);
      ++at;
    }
  }
  return queues_.end();
}

void Subscriptions::work() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    auto until = Clock::now() + kIdle;
    const auto turn = next(until);
    if (turn == queues_.end()) {
      changed_.wait_until(lock, until);
      continue;
    }
    auto& queue = turn->second;  // stays where it is while it is busy
    const auto key = queue.keys.front();
    queue.busy = true;
    if (queue.pause.count() == 0) queue.first_try = Clock::now();
    lock.unlock();
    const bool delivered = deliver(key);
    if (delivered) {
      failpoint("after_notify");
      const auto erased = store_->commit({.erasures = {key}});
      if (!erased) log_->error("{}: sent, and not erased: {}", key, erased.error().message);
    }
    lock.lock();
    queue.busy = false;
    after_try(queue, key, delivered);
    changed_.notify_all();
  }
}

void Subscriptions::after_try(Queue& queue, const std::string& key, bool delivered) {
  if (queue.keys.empty() || queue.keys.front() != key) return;  // its subscription is gone
  const auto now = Clock::now();
  if (delivered) {
    queue.keys.pop_front();
    queue.pause = {};
    queue.due = {};
    return;
  }
  queue.pause = std::clamp(queue.pause * 2, config_.first_pause, config_.longest_pause);
  queue.due = now + queue.pause;
  if (now - queue.first_try < config_.give_up) return;
  log_->warn("{}: not taken for {} min, given up", key, config_.give_up.count());
  queue.keys.pop_front();
  queue.pause = {};
  if (auto erased = store_->commit({.erasures = {key}}); !erased) log_->error("{}: {}", key, erased.error().message);
}

bool Subscriptions::deliver(const std::string& key) {
  const auto entry = store_->store().get(key);
  if (!entry) return false;
  if (!*entry) return true;
  OutgoingRequest request{.method = "POST", .headers = {{"Content-Type", "application/json"}}, .body = (*entry)->value};
  request.cancelled = &stopping_;
  unsigned major = 1;
  Credentials credentials;
  {
    const std::lock_guard lock{mutex_};
    const auto at = subscriptions_.find(subscription_of(key));
    if (at == subscriptions_.end()) return true;
    request.uri = at->second.request["callbackUri"];
    major = at->second.major;
    credentials = credentials_of(member(at->second.request, "authentication"));
  }
  request.headers.push_back({"Version", major == 1 ? "1.3.0" : "2.0.0"});
  const auto answer = auth_.send(request, credentials, config_.rules);
  if (answer && answer->status / 100 == 2) return true;
  log_->info("{}: {}", request.uri,
             answer ? fmt::format("answers a notification with {}", answer->status) : answer.error().message);
  return false;
}

}  // namespace unf::vnfm
