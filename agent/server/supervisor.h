#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/server/event_log.h"
#include "agent/server/io_client.h"
#include "agent/server/journal.h"
#include "agent/server/process.h"
#include "agent/wire/agent.h"
#include "dataplane/wire/counters.h"
#include "graph/model/plan.h"

namespace unf::agent {

/// How long things may take before they count as failed.
struct Patience {
  std::chrono::milliseconds io_start{20'000};
  std::chrono::milliseconds runner_start{10'000};
  std::chrono::milliseconds stop{2'000};       ///< from SIGTERM to SIGKILL
  std::chrono::milliseconds settled{10'000};   ///< what lived longer did not die of its start
  std::chrono::milliseconds first_pause{100};  ///< before the second restart in a row; doubles
  std::chrono::milliseconds longest_pause{5'000};
};

/// Makes a host run what it was told and keeps it running: one unf-io (the cell) and the runners of its graphs. They
/// are processes of their own that outlive it; the next supervisor on the same state directory adopts them.
class Supervisor final : public Agent {
 public:
  /// Adopts what runs, ends what nobody wants, starts what is missing. Errors: unavailable, conflict (Journal::open).
  [[nodiscard]] static Result<std::unique_ptr<Supervisor>> start(AgentConfig config,
                                                                 std::shared_ptr<spdlog::logger> log,
                                                                 Patience patience = {});
  /// Ends and removes what a supervisor that is gone has left: its processes, its cell's files, its journal.
  /// Errors: conflict, if it is not gone; unavailable.
  [[nodiscard]] static Result<void> clear(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                          Patience patience = {});
  /// Leaves everything running.
  ~Supervisor() override;

  Result<wire::GraphInfo> apply(const GraphId& graph, Version version, const std::string& plan_json) override;
  Result<wire::Observation> observe() override;
  Result<nlohmann::json> stats() override;
  Result<Catalog> catalog() override;
  Result<std::vector<wire::Event>> events(std::int64_t since) override;

  /// Ends every process and removes every file of the cell; afterwards nothing is watched.
  void remove_all();

 private:
  using Clock = std::chrono::steady_clock;

  /// Holds a thing that keeps dying back for longer each time.
  struct Restarts {
    int count = 0;     ///< in all
    int in_a_row = 0;  ///< without having lived long enough in between
    Clock::time_point started;
    Clock::time_point next;
  };
  struct Runner {
    std::optional<Process> process;
    bool ready = false;
    Restarts restarts;
  };
  struct Graph {
    Version version;
    std::string plan_text;
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const dataplane::CounterFile> counters;
    bool loaded = false;  ///< unf-io has it
    std::map<RunnerId, Runner> runners;
    std::string detail;
    Restarts loads;
  };
  /// What observe and stats see: no lock is held while a graph is started.
  struct View {
    wire::GraphInfo info;
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const dataplane::CounterFile> counters;
  };

  Supervisor(AgentConfig config, std::shared_ptr<spdlog::logger> log, Patience patience, Journal journal);
  static Result<std::unique_ptr<Supervisor>> open(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                  Patience patience);

  // All below: with work_ held.
  void adopt();
  void adopt_graph(const GraphId& id, const Journal::Graph& entry);
  Result<Graph> make_graph(const GraphId& id, Version version, const std::string& plan_json) const;
  Result<void> run(const GraphId& id, Graph graph);
  Result<void> settle(Graph& graph, const GraphId& id);
  void end_runners(Graph& graph);
  void unload(const GraphId& id, Graph& graph);
  void stop(const GraphId& id, Graph& graph);
  Result<void> remove(const GraphId& id);

  Result<void> start_io();
  void stop_io();
  void io_died();
  Result<void> load(const GraphId& id, Graph& graph);
  Result<void> start_runner(const GraphId& id, Graph& graph, const RunnerId& runner, const std::string& spec);
  /// Looks at everything once: what died, what became ready, what is due. Returns when to look again.
  Clock::time_point look();
  Clock::time_point look_at(const GraphId& id, Graph& graph);
  Clock::time_point look_at(const GraphId& id, Graph& graph, const RunnerId& name, Runner& runner);
  void set_back(Restarts& restarts) const;
  void record(const GraphId& id, const Graph& graph);
  void publish();

  void watch();
  void wake() const;
  void event(const std::string& graph, const std::string& kind, const std::string& detail);

  [[nodiscard]] std::filesystem::path cell_directory() const { return config_.run / config_.cell; }
  [[nodiscard]] std::string socket() const { return cell_directory() / "io.sock"; }
  [[nodiscard]] std::filesystem::path counters_path(const GraphId& id) const;
  [[nodiscard]] std::filesystem::path runner_file(const GraphId& id, const RunnerId& runner, const char* suffix) const;
  [[nodiscard]] std::string io_prefix() const;
  [[nodiscard]] std::set<RunnerId> runners_of(const Plan& plan) const;
  [[nodiscard]] wire::GraphInfo info(const GraphId& id, const Graph& graph) const;

  const AgentConfig config_;
  const std::shared_ptr<spdlog::logger> log_;
  const Patience patience_;
  const IoClient io_client_;
  EventLog events_;

  std::mutex work_;  ///< one change at a time
  Journal journal_;
  std::optional<Process> io_;
  Restarts io_restarts_;
  std::map<GraphId, Graph> graphs_;
  bool stopping_ = false;

  std::mutex views_mutex_;
  std::map<GraphId, View> views_;

  std::mutex catalog_mutex_;
  std::optional<Catalog> catalog_;

  int wake_fd_ = -1;
  std::thread watcher_;
};

}  // namespace unf::agent
