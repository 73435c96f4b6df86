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

#include "agent/base/agent_config.h"
#include "agent/base/process.h"
#include "agent/server/event_log.h"
#include "agent/server/io_client.h"
#include "agent/server/journal.h"
#include "agent/server/spare_runner.h"
#include "agent/wire/agent.h"
#include "dataplane/wire/counters.h"
#include "graph/model/plan.h"

namespace unf::agent {

/// How long things may take before they count as failed.
struct Patience {
  std::chrono::milliseconds io_start{20'000};
  std::chrono::milliseconds runner_start{10'000};
  std::chrono::milliseconds drain{1'000};      ///< until a generation has let go of its last packet
  std::chrono::milliseconds stop{2'000};       ///< from SIGTERM to SIGKILL
  std::chrono::milliseconds settled{10'000};   ///< what lived longer did not die of its start
  std::chrono::milliseconds first_pause{100};  ///< before the second restart in a row; doubles
  std::chrono::milliseconds longest_pause{5'000};
};

/// Makes a host run what it was told and keeps it running: one unf-io (the cell) and the runners of its graphs. They
/// are processes of their own that outlive it; the next supervisor on the same state directory adopts them.
///
/// A change of a graph is made before what runs is broken: the new generation is prepared and started beside the old,
/// and takes over in one step, unf-io's. The journal says before it that it may be made, and after it that it was; an
/// agent that dies in between leaves it to the next one to ask unf-io.
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

  Result<wire::GraphInfo> apply(const GraphId& graph, Version version, const std::string& plan_json,
                                const std::vector<GraphId>& replaces = {}) override;
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
  /// What unf-io has of a generation.
  enum class Step { absent, prepared, serving };
  /// A generation of a graph.
  struct Graph {
    Version version;
    std::string plan_text;
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const dataplane::CounterFile> counters;
    OwnerCounts base;      ///< what the plan's owners had counted when it began
    OwnerCounts departed;  ///< the last counts of those who left with it
    Step step = Step::absent;
    std::map<RunnerId, Runner> runners;
    std::string detail;
    Restarts loads;
  };
  /// What observe and stats see: no lock is held while a graph is started.
  struct View {
    wire::GraphInfo info;
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const dataplane::CounterFile> counters;
    OwnerCounts base;
  };
  using Held = std::vector<dataplane::wire::Generation>;

  Supervisor(AgentConfig config, std::shared_ptr<spdlog::logger> log, Patience patience, Journal journal);
  static Result<std::unique_ptr<Supervisor>> open(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                  Patience patience);

  // All below: with work_ held.
  void adopt();
  void adopt_io();
  void adopt_graph(const GraphId& id, const Journal::Graph& entry, const Held& held);
  void adopt_generation(const GraphId& id, Graph& graph, const std::map<RunnerId, ProcessId>& known, const Held& held);
  void adopt_change(const GraphId& id, const Held& held);
  void clear_strays();
  [[nodiscard]] static Step step_of(const Held& held, const GraphId& id, const Version& version);

  Result<void> check(const GraphId& id, Version version, const std::string& plan_json) const;
  Result<Graph> make_graph(const GraphId& id, Version version, const std::string& plan_json) const;
  Result<void> change(const GraphId& id, Graph next, const std::vector<GraphId>& replaces);
  Result<void> prepare(const GraphId& id, Graph& graph, const std::vector<GraphId>& replaces);
  Result<void> settle(Graph& graph, const GraphId& id);
  Result<void> announce(const GraphId& id, const Graph& next, const std::vector<GraphId>& replaces);
  void drop_announcement(const GraphId& id);
  Result<void> switch_over(const GraphId& id, const Graph& next, const std::vector<GraphId>& replaces);
  void finish_change(const GraphId& id, Graph next, const std::vector<GraphId>& replaces);
  void clear_replaced(const GraphId& id);
  Result<wire::GraphInfo> remove(const GraphId& id, Version version);
  void drain(const GraphId& id, Graph& graph);
  void end_hung(const GraphId& id, Graph& graph);
  [[nodiscard]] static OwnerCounts counts_of(const Graph& graph);

  void end_runners(Graph& graph, std::chrono::milliseconds patience);
  void unload(const GraphId& id, Graph& graph);
  void discard(const GraphId& id, Graph& graph);
  void remove_files(const GraphId& id, const Version& version) const;

  Result<void> need_io();
  Result<void> start_io();
  void stop_io();
  void let_io_go();
  void io_died();
  Result<void> start_runner(const GraphId& id, Graph& graph, const RunnerId& runner, const std::string& spec);
  Clock::time_point keep_spare();
  void end_spare();
  /// Looks at everything once: what died, what became ready, what is due. Returns when to look again.
  Clock::time_point look();
  Clock::time_point look_at_io();
  Clock::time_point look_at(const GraphId& id, Graph& graph);
  Clock::time_point look_at(const GraphId& id, Graph& graph, const RunnerId& name, Runner& runner);
  void set_back(Restarts& restarts) const;
  [[nodiscard]] static Journal::Graph entry_of(const Graph& graph);
  void record(const GraphId& id, const Graph& graph);
  void publish();

  void watch();
  void wake() const;
  void event(const std::string& graph, const std::string& kind, const std::string& detail);

  [[nodiscard]] std::filesystem::path cell_directory() const { return config_.run / config_.cell; }
  [[nodiscard]] std::string socket() const { return cell_directory() / "io.sock"; }
  [[nodiscard]] std::filesystem::path spare_log() const { return cell_directory() / "spare.log"; }
  [[nodiscard]] std::filesystem::path generation_file(const GraphId& id, const Version& version,
                                                      const std::string& rest) const;
  [[nodiscard]] std::filesystem::path counters_path(const GraphId& id, const Version& version) const;
  [[nodiscard]] std::filesystem::path runner_file(const GraphId& id, const Version& version, const RunnerId& runner,
                                                  const char* suffix) const;
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
  Clock::time_point io_leaves_;  ///< when it has been without a graph for long enough
  std::optional<SpareRunner> spare_;
  Restarts spare_restarts_;
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
