#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "agent/base/agent_config.h"
#include "agent/server/event_log.h"
#include "agent/server/journal.h"
#include "agent/server/patience.h"
#include "graph/model/plan.h"

namespace unf::agent {

/// What the parts of a host's agent share: its configuration, its journal, its events, and the names of the files of
/// its cell. Any thread.
class Cell {
 public:
  Cell(AgentConfig config, std::shared_ptr<spdlog::logger> log, const Patience& patience, Journal journal)
      : config_(std::move(config)), patience_(patience), log_(std::move(log)), journal_(std::move(journal)) {}

  [[nodiscard]] const AgentConfig& config() const { return config_; }
  [[nodiscard]] const Patience& patience() const { return patience_; }
  [[nodiscard]] spdlog::logger& log() const { return *log_; }
  [[nodiscard]] Journal& journal() { return journal_; }
  [[nodiscard]] EventLog& events() { return events_; }

  /// `graph` is empty for what concerns them all.
  void event(const std::string& graph, const std::string& kind, const std::string& detail);
  /// Logs the error, if there is one.
  void log_error(const Result<void>& result) const;

  [[nodiscard]] std::filesystem::path directory() const { return config_.run / config_.cell; }
  [[nodiscard]] std::string socket() const { return directory() / "io.sock"; }
  [[nodiscard]] std::filesystem::path io_log() const { return directory() / "unf-io.log"; }
  [[nodiscard]] std::filesystem::path spare_log() const { return directory() / "spare.log"; }
  /// The EAL prefix of the unf-io that was started last.
  [[nodiscard]] std::string io_prefix() const;

  [[nodiscard]] std::filesystem::path counters_file(const GraphId& id, const Version& version) const;
  /// `suffix` is that of the runner's spec or log.
  [[nodiscard]] std::filesystem::path runner_file(const GraphId& id, const Version& version, const RunnerId& runner,
                                                  const char* suffix) const;
  /// Removes the files of a generation.
  void remove_files(const GraphId& id, const Version& version) const;

  /// The runners of a plan that are processes of their own.
  [[nodiscard]] std::set<RunnerId> runners_of(const Plan& plan) const;

 private:
  [[nodiscard]] std::string generation_name(const GraphId& id, const Version& version) const;

  const AgentConfig config_;
  const Patience patience_;
  const std::shared_ptr<spdlog::logger> log_;
  Journal journal_;
  EventLog events_;
};

}  // namespace unf::agent
