#pragma once

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "vnfm/lifecycle/lifecycle.h"

namespace unf::vnfm {

/// An Alarm (ETSI GS NFV-SOL 003 7.5.2.4) but for its links. Key: `alarm/TENANT/ID`.
struct Alarm {
  std::string tenant;
  std::string id;
  std::string fault;  ///< what it is raised for, as long as that lasts
  nlohmann::json attributes;
  Revision revision = 0;

  [[nodiscard]] bool cleared() const { return attributes.contains("alarmClearedTime"); }
};
[[nodiscard]] Transaction::Put put_of(const Alarm& alarm);
/// Errors: malformed, with the key.
[[nodiscard]] Result<Alarm> read_alarm(const Entry& entry);

/// What is wrong with what instantiated VNFs run on: a process of a graph that has died, a graph that cannot be loaded,
/// a host whose agent does not answer. An alarm is raised for each VNF instance that has a part in it, and cleared once
/// it is repaired (docs/design/ownership.md); a fault that was repaired before anybody saw it is raised and cleared at
/// once. The last kCleared cleared alarms of each tenant are remembered. Calls may come from any thread.
class Alarms {
 public:
  static constexpr std::size_t kCleared = 1'000;

  struct Parts {
    std::shared_ptr<LedStore> store;
    Graphs& graphs;
    Lifecycle& lifecycle;
    Subscriptions& subscriptions;
    std::shared_ptr<spdlog::logger> log;
  };
  /// Goes on with what the store knows, and looks at the hosts `every` so often. Errors: as Store.
  [[nodiscard]] static Result<std::unique_ptr<Alarms>> open(Parts parts, std::chrono::milliseconds every);
  ~Alarms();
  Alarms(const Alarms&) = delete;
  Alarms& operator=(const Alarms&) = delete;

  /// Up to `limit` behind the id `after`, by id. Errors of all: as Store.
  [[nodiscard]] Result<std::vector<Alarm>> list(const std::string& tenant, const std::string& after,
                                                std::size_t limit) const;
  /// Errors: not_found, also for another tenant's.
  [[nodiscard]] Result<Alarm> find(const std::string& tenant, const std::string& id) const;
  /// Makes one that was found ACKNOWLEDGED or UNACKNOWLEDGED. Errors: conflict, if it is, or has changed since.
  [[nodiscard]] Result<void> acknowledge(Alarm alarm, const std::string& state);
  /// How often the hosts were looked at.
  [[nodiscard]] std::uint64_t looks() const { return looks_; }

 private:
  /// Something that is wrong, for one VNF instance.
  struct Fault {
    std::string key;
    std::string tenant, service;
    nlohmann::json attributes;
  };
  /// A process as it was seen last: its generation and how often it had been started again.
  struct Seen {
    std::int64_t generation = 0;
    int restarts = 0;
  };

  explicit Alarms(Parts parts) : parts_(std::move(parts)) {}
  Result<void> take_up();
  void look();
  void look_at(const GraphId& id, const Graph& graph, const agent::wire::GraphInfo& info, std::vector<Fault>& faults,
               std::vector<Fault>& repaired);
  [[nodiscard]] std::vector<Fault> of_owners(const Graph& graph, const std::string& key, const std::string& runner,
                                             const nlohmann::json& attributes) const;
  Result<void> raise(const Fault& fault);
  Result<void> clear(const std::string& fault);

  const Parts parts_;
  std::map<std::string, Seen> seen_;                   ///< by graph and process; of the watching thread
  std::map<std::string, Alarm> active_;                ///< by fault; of the watching thread
  std::map<std::string, std::set<std::string>> done_;  ///< cleared ones by tenant, by time; of the watching thread

  std::atomic<std::uint64_t> looks_ = 0;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread watcher_;
};

}  // namespace unf::vnfm
