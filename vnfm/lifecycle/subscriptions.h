#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "vnfm/http/outgoing_auth.h"
#include "vnfm/lifecycle/records.h"
#include "vnfm/lifecycle/update.h"

namespace unf::vnfm {

/// The interface that a subscription was made at, and whose resources its notifications link to.
enum class About { lifecycle, faults };

/// Who wants to know what happens to VNF instances. Key: `subscription/TENANT/ID`.
struct Subscription {
  std::string tenant;
  std::string id;
  About about = About::lifecycle;
  unsigned major = 1;      ///< version of the interface
  nlohmann::json request;  ///< LccnSubscriptionRequest or FmSubscriptionRequest, SOL003 5.5.2.15, 7.5.2.2: with secrets
  Revision revision = 0;
};

[[nodiscard]] Transaction::Put put_of(const Subscription& subscription);
/// Errors: malformed, with the key.
[[nodiscard]] Result<Subscription> read_subscription(const Entry& entry);

/// How notifications are sent.
struct NotifyConfig {
  HttpClientRules rules{};                       ///< whom a callback may lead to
  std::string root;                              ///< of our resources, as links name them: `http://HOST:PORT`
  std::chrono::milliseconds first_pause{1'000};  ///< before the second try; doubles
  std::chrono::milliseconds longest_pause{60'000};
  std::chrono::minutes give_up{60};    ///< no more tries after
  std::size_t max_per_tenant = 1'000;  ///< subscriptions
};

/// Subscriptions to lifecycle changes and to faults, and the outbox of their notifications (SOL003 5.3.9, 7.3.4): each
/// is stored with the change it tells of, and sent, in the order of the changes, until its subscriber has taken it. A
/// subscriber that is slow or gone holds up nobody else. Calls may come from any thread.
class Subscriptions {
 public:
  /// Errors: as Store.
  [[nodiscard]] static Result<std::unique_ptr<Subscriptions>> open(std::shared_ptr<LedStore> store, NotifyConfig config,
                                                                   std::shared_ptr<spdlog::logger> log);
  ~Subscriptions();
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  /// Asks the callback whether it is one (GET, 204). Errors: unsupported, if it is not, or may not be called; conflict
  /// with the id of the one there is, if tenant, filter and callback are the same; no_capacity for too many; as Store.
  [[nodiscard]] Result<Subscription> create(const std::string& tenant, About about, unsigned major,
                                            const nlohmann::json& request);
  /// Errors: not_found, also for another tenant's or one of another interface.
  [[nodiscard]] Result<Subscription> find(const std::string& tenant, About about, const std::string& id) const;
  /// Up to `limit` behind the id `after`, by id.
  [[nodiscard]] std::vector<Subscription> list(const std::string& tenant, About about, const std::string& after,
                                               std::size_t limit) const;
  /// With what has not been sent. Errors: as find; as Store.
  [[nodiscard]] Result<void> remove(const std::string& tenant, About about, const std::string& id);

  /// Adds to `change` the notifications of what it does: that `service` came to be or ceased to (SOL003 5.5.2.18,
  /// 5.5.2.19), or that `operation` of it entered its state (5.5.2.17).
  void tell_created(Update& change, const Service& service);
  void tell_deleted(Update& change, const Service& service);
  void tell_operation(Update& change, const Service& service, const Operation& operation);

  /// Adds the notifications of an alarm of `service` that is raised, or cleared (7.5.2.5, 7.5.2.6). `alarm`: Alarm but
  /// for its links; `severity`: that it had, by which subscribers are chosen.
  void tell_alarm(Update& change, const Service& service, const nlohmann::json& alarm);
  void tell_alarm_cleared(Update& change, const Service& service, const nlohmann::json& alarm,
                          const nlohmann::json& severity);

  /// What has not been sent, of all; for tests and `metrics`.
  [[nodiscard]] std::size_t waiting() const;

 private:
  using Clock = std::chrono::steady_clock;
  /// What waits for one subscriber, by the keys of the outbox.
  struct Queue {
    std::deque<std::string> keys;
    bool busy = false;
    Clock::time_point due{};
    std::chrono::milliseconds pause{0};
    Clock::time_point first_try{};  ///< of the first key
  };
  static constexpr std::size_t kWorkers = 4;

  Subscriptions(std::shared_ptr<LedStore> store, NotifyConfig config, std::shared_ptr<spdlog::logger> log);
  Result<void> take_up();
  void tell(Update& change, const Service& service, const nlohmann::json& notification,
            const nlohmann::json& outcome = nlohmann::json::object());
  void tell_of_alarm(Update& change, const Service& service, const char* type, const nlohmann::json& alarm,
                     const nlohmann::json& severity);
  using Added = std::vector<std::pair<std::string, std::string>>;  // subscription, key
  /// With the lock held: puts `body` in the outbox.
  void put(Update& change, const Subscription& subscription, nlohmann::json body, Added& added);
  void send_after(Update& change, Added added);
  void work();
  /// With the lock held: whose turn it is; end(), if nobody's, and `until` when to look again.
  std::map<std::string, Queue>::iterator next(Clock::time_point& until);
  [[nodiscard]] bool deliver(const std::string& key);
  void after_try(Queue& queue, const std::string& key, bool delivered);

  const std::shared_ptr<LedStore> store_;
  const NotifyConfig config_;
  const std::shared_ptr<spdlog::logger> log_;
  OutgoingAuth auth_;
  std::atomic<std::uint64_t> number_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Subscription> subscriptions_;  ///< by id
  std::map<std::string, Queue> queues_;                ///< by the subscription's id
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> workers_;
};

/// Whether an FmNotificationsFilter (SOL003 7.5.3.2; null: none) takes a notification of that type about an alarm of
/// `service` that is, or was, of that severity.
[[nodiscard]] bool fault_filter_takes(const nlohmann::json& filter, const Service& service,
                                      const std::string& notification_type, const nlohmann::json& alarm,
                                      const nlohmann::json& severity);

/// Whether a LifecycleChangeNotificationsFilter (SOL003 5.5.3.12; null: none) takes a notification about `service`.
[[nodiscard]] bool filter_takes(const nlohmann::json& filter, const Service& service,
                                const nlohmann::json& notification);

}  // namespace unf::vnfm
