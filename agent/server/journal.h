#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/process.h"
#include "agent/wire/agent.h"
#include "graph/model/ids.h"
#include "graph/model/result.h"
#include "graph/model/stats.h"

namespace unf::agent {

/// What the host shall run, and what was started for it: a file per graph, each replaced in one step. An agent that
/// starts reads it and goes on from there. One agent has it open at a time. Any thread; the entry of a graph is written
/// by whoever holds the lock of the graph, that of the cell by whoever starts and ends unf-io.
class Journal {
 public:
  /// A change that was begun. Whether it was made, unf-io knows.
  struct Next {
    Version version;
    std::string plan;
    std::vector<GraphId> replaces;
  };
  struct Graph {
    Version version;
    std::string plan;  ///< empty: removed; its version still refuses what is older
    std::map<RunnerId, ProcessId> runners;
    OwnerCounts base;               ///< what its owners had counted when this generation began
    OwnerCounts departed;           ///< the last counts of those who left with it
    std::vector<GraphId> replaced;  ///< graphs that went into it and are not yet cleared away
    std::optional<Next> next;
  };
  /// Of the cell: its unf-io.
  struct Cell {
    ProcessId io;
    std::uint32_t io_number = 0;  ///< rises with every unf-io; its prefix is new each time
  };

  /// Makes the directory if need be. A file that cannot be read is put aside as NAME.bad and told in `notes`.
  /// Errors: unavailable; conflict, if another agent has it open.
  [[nodiscard]] static Result<Journal> open(const std::filesystem::path& directory, std::vector<std::string>& notes);

  [[nodiscard]] std::map<GraphId, Graph> graphs() const;
  [[nodiscard]] std::optional<Graph> find(const GraphId& id) const;
  [[nodiscard]] Cell cell() const;
  /// The highest epoch that was ever applied.
  [[nodiscard]] std::int64_t epoch() const;

  /// On the disk when they return. Errors: unavailable.
  [[nodiscard]] Result<void> put(const GraphId& id, Graph graph);
  [[nodiscard]] Result<void> put(const Cell& cell);
  [[nodiscard]] Result<void> forget(const GraphId& id);
  /// Refuses older epochs from now on, and forgets what was removed in them and is not coming back right now.
  [[nodiscard]] Result<void> raise_epoch(std::int64_t epoch);

 private:
  Journal(std::filesystem::path directory, std::shared_ptr<void> lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}
  [[nodiscard]] std::filesystem::path file_of(const GraphId& id) const;
  [[nodiscard]] Result<void> write_host() const;

  std::filesystem::path directory_;
  std::shared_ptr<void> lock_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();  ///< of the next three, and of the files
  std::map<GraphId, Graph> graphs_;
  Cell cell_;
  std::int64_t epoch_ = 0;
};

}  // namespace unf::agent
