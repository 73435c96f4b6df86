#pragma once

#include <spdlog/logger.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/base/agent_config.h"
#include "agent/server/cell.h"
#include "agent/server/claims.h"
#include "agent/server/graph_run.h"
#include "agent/server/io_run.h"
#include "agent/server/patience.h"
#include "agent/server/views.h"
#include "agent/wire/agent.h"

namespace unf::agent {

/// The agent of this host: makes it run what it was told and keeps it running, one unf-io and the runners of its graphs
/// (the cell). They are processes of their own that outlive this value; the next one on the same state directory adopts
/// them. Changes of different graphs go on side by side.
class HostAgent final : public Agent, private IoUsers {
 public:
  /// Adopts what runs, ends what nobody wants, starts what is missing. Errors: unavailable, conflict (Journal::open).
  [[nodiscard]] static Result<std::unique_ptr<HostAgent>> start(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                                Patience patience = {});
  /// Ends and removes what an agent that is gone has left: its processes, its cell's files, its journal.
  /// Errors: conflict, if it is not gone; unavailable.
  [[nodiscard]] static Result<void> clear(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                          Patience patience = {});
  /// Waits for changes that are under way, and leaves everything running.
  ~HostAgent() override;

  Result<wire::GraphInfo> apply(const GraphId& id, Version version, const std::string& plan_json,
                                const std::vector<GraphId>& replaces = {}) override;
  Result<wire::Observation> observe() override;
  Result<nlohmann::json> stats() override;
  Result<Catalog> catalog() override;
  Result<std::vector<wire::Event>> events(std::int64_t since) override;

  /// Ends every process and removes every file of the cell; afterwards nothing is watched and nothing can be applied.
  void remove_all();

 private:
  HostAgent(AgentConfig config, std::shared_ptr<spdlog::logger> log, const Patience& patience, Journal journal);
  static Result<std::unique_ptr<HostAgent>> open(AgentConfig config, std::shared_ptr<spdlog::logger> log,
                                                 const Patience& patience);

  void adopt();
  void clear_strays();
  void watch();
  /// No change is under way when it returns, and nothing is watched any more.
  void stop();

  [[nodiscard]] Result<void> check(const GraphId& id, Version version, const std::string& plan_json);
  Result<wire::GraphInfo> change(const GraphId& id, Generation next, const std::set<GraphId>& replaces);
  Result<wire::GraphInfo> remove(const GraphId& id, Version version);
  [[nodiscard]] std::shared_ptr<GraphRun> graph(const GraphId& id);
  [[nodiscard]] GraphRun::Others graphs(const std::set<GraphId>& ids);
  [[nodiscard]] GraphRun::Others graphs();
  void drop_if_ended(const std::shared_ptr<GraphRun>& graph);
  [[nodiscard]] wire::GraphInfo info(const View& view) const;

  void io_died() override;
  void io_failed(const std::string& why) override;
  void io_started() override;

  Cell cell_;
  Views views_;
  IoRun io_;
  Claims claims_;

  std::mutex graphs_mutex_;  ///< nothing is waited for with it
  std::map<GraphId, std::shared_ptr<GraphRun>> graphs_;

  std::mutex catalog_mutex_;
  std::optional<Catalog> catalog_;
};

}  // namespace unf::agent
