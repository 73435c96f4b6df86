#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/wire/agent.h"
#include "graph/model/catalog.h"
#include "graph/model/inventory.h"
#include "graph/model/plan.h"
#include "graph/passes/compile.h"
#include "tosca/file_set.h"
#include "vnfm/store/service_store.h"

namespace unf::vnfm {

/// The plan of a service from its files: what `vnfm plan` prints and a manager deploys.
[[nodiscard]] Result<Plan> plan_service(const tosca::FileSet& files, const std::optional<std::string>& name,
                                        const Catalog& catalog, const Inventory& inventory,
                                        const graph::CompileOptions& options);

/// The services of an inventory's hosts. A service is stored before its agent hears of it; what is stored is made so,
/// also after a restart, for as long as it takes. Calls may come from any thread.
class Manager {
 public:
  enum class State { deploying, running, degraded, failed, unreachable, terminating };
  struct Service {
    std::string id;
    State state = State::deploying;
    std::string detail;
    HostId host;
    std::int64_t generation = 0;
    std::size_t unfs = 0;
  };
  struct DeployOptions {
    std::optional<std::string> name;
    graph::CompileOptions compile;
  };
  /// The agent of a host of the inventory.
  using Connect = std::function<std::shared_ptr<agent::Agent>(const Host&)>;

  /// Takes over what the store knows. `converge_every`: how often drift is looked for.
  Manager(Inventory inventory, Catalog catalog, ServiceStore store, const Connect& connect,
          std::shared_ptr<spdlog::logger> log, std::chrono::milliseconds converge_every = std::chrono::seconds{5});
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// Errors: malformed for a bad description; conflict, if there is a service of that name; else what the agent says. A
  /// service that is refused is gone again.
  [[nodiscard]] Result<Service> deploy(const tosca::FileSet& files, const DeployOptions& options);
  [[nodiscard]] std::vector<Service> list();
  /// As vnfm.thrift says. Errors: not_found.
  [[nodiscard]] Result<nlohmann::json> show(const std::string& id);
  /// What show said of a service just before it was terminated; of the last few.
  [[nodiscard]] std::optional<nlohmann::json> last_words(const std::string& id);
  /// Errors: not_found; unavailable: it is ended as soon as its agent can be reached.
  [[nodiscard]] Result<void> terminate(const std::string& id);

 private:
  struct Known {
    ServiceRecord record;
    std::shared_ptr<const Plan> plan;
  };
  using Observations = std::map<HostId, Result<agent::wire::Observation>>;

  // With work_ held.
  Result<void> apply(const std::string& id, const ServiceRecord& record);
  Result<void> end(const std::string& id);
  void converge();
  void publish();

  [[nodiscard]] agent::Agent* agent_of(const HostId& host) const;
  [[nodiscard]] std::optional<Known> find(const std::string& id);
  [[nodiscard]] Observations observe();
  [[nodiscard]] static Service describe(const std::string& id, const Known& known, const Observations& observed);
  void keep_converging(std::chrono::milliseconds every);

  const Inventory inventory_;
  const Catalog catalog_;
  const std::shared_ptr<spdlog::logger> log_;
  std::map<HostId, std::shared_ptr<agent::Agent>> agents_;

  std::mutex work_;  ///< one change at a time
  ServiceStore store_;

  std::mutex known_mutex_;
  std::map<std::string, Known> known_;
  std::deque<nlohmann::json> last_words_;

  std::mutex stop_mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread converger_;
};

[[nodiscard]] const char* to_string(Manager::State state);

}  // namespace unf::vnfm
