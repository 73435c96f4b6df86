#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
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
#include "graph/model/inventory.h"
#include "graph/model/plan.h"
#include "vnfm/lifecycle/update.h"
#include "vnfm/store/texts.h"

namespace unf::vnfm {

/// The desired state of a graph.
struct Graph {
  std::string tenant;
  HostId host;
  std::vector<std::string> services;   ///< of which it has parts, by rank; none: it shall end
  std::string plan;                    ///< its JSON; empty: nothing runs
  std::vector<GraphId> replaces;       ///< graphs that became part of it
  std::int64_t generation = 0;         ///< the revision it was put at
  std::shared_ptr<const Plan> parsed;  ///< of `plan`; null, if that is empty
};

/// The graphs of an inventory's hosts. What is stored is made so by the hosts' agents, also after a restart, for as
/// long as it takes; what nobody knows is removed from them. Calls may come from any thread.
class Graphs {
 public:
  /// The agent of a host of the inventory.
  using Connect = std::function<std::shared_ptr<agent::Agent>(const Host&)>;
  using Observations = std::map<HostId, Result<agent::wire::Observation>>;

  /// Takes over what the store knows. A record that cannot be read is left alone and logged. Errors: as Store.
  [[nodiscard]] static Result<std::unique_ptr<Graphs>> open(std::shared_ptr<LedStore> store, Inventory inventory,
                                                            const Connect& connect,
                                                            std::shared_ptr<spdlog::logger> log);
  ~Graphs();
  Graphs(const Graphs&) = delete;
  Graphs& operator=(const Graphs&) = delete;

  /// Looks for drift from now on, `every` so often.
  void keep_converging(std::chrono::milliseconds every);

  [[nodiscard]] const Inventory& inventory() const { return inventory_; }
  [[nodiscard]] std::int64_t epoch() const { return store_->epoch(); }
  /// Null: there is none.
  [[nodiscard]] std::shared_ptr<const Graph> find(const GraphId& id) const;
  [[nodiscard]] std::map<GraphId, std::shared_ptr<const Graph>> all() const;
  /// Where its plans lie; for the texts of others, too, as names are given once.
  [[nodiscard]] Texts& text_store() { return texts_; }
  /// The texts that records name.
  [[nodiscard]] std::vector<StoredText> texts() const;

  /// Adds to `change` that `id` is to become `graph`; its generation is the change's revision. Those it replaces are
  /// forgotten. Errors: as Store.
  [[nodiscard]] Result<void> put(Update& change, const GraphId& id, Graph graph);
  /// Adds to `change` that nobody knows `id` any more.
  void forget(Update& change, const GraphId& id);

  /// Has the agent make it so, as it is desired now. Errors: those of the agent; not_found, if there is no such graph.
  [[nodiscard]] Result<agent::wire::GraphInfo> apply(const GraphId& id);

  /// Whether the agent of its host answers.
  [[nodiscard]] bool reaches_agent_of(const GraphId& id) const;

  /// What the agents say of all graphs now.
  [[nodiscard]] Observations observe() const;
  /// Counters of a graph as Agent::stats has them. Errors: those of the agent; not_found, if it does not run.
  [[nodiscard]] Result<nlohmann::json> stats(const GraphId& id) const;

 private:
  struct Kept {
    std::shared_ptr<const Graph> graph;
    StoredText text;
  };
  /// An agent, and who speaks to it of desired states: one at a time.
  struct Remote {
    std::shared_ptr<agent::Agent> agent;
    std::mutex applying;
  };

  Graphs(std::shared_ptr<LedStore> store, Inventory inventory, std::shared_ptr<spdlog::logger> log);
  Result<void> read(const Entry& entry);
  void converge();
  void remove_orphans(const HostId& host, const agent::wire::Observation& observed);
  [[nodiscard]] Remote* remote_of(const HostId& host) const;

  const std::shared_ptr<LedStore> store_;
  const Inventory inventory_;
  const std::shared_ptr<spdlog::logger> log_;
  Texts texts_;
  std::map<HostId, std::unique_ptr<Remote>> remotes_;

  mutable std::mutex mutex_;
  std::map<GraphId, Kept> graphs_;

  std::mutex stop_mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread converger_;
};

}  // namespace unf::vnfm
