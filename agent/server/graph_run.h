#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/server/cell.h"
#include "agent/server/generation.h"
#include "agent/server/io_run.h"
#include "agent/server/journal.h"
#include "agent/server/views.h"
#include "agent/server/watch.h"

namespace unf::agent {

/// A graph of this host: which of its generations runs, and its change to the next. The deaths of its runners are
/// answered by a thread of its own, under a lock of its own: they wait for nothing that another graph does.
///
/// A change is made before what runs is broken: the new generation is prepared and started beside the old without the
/// lock, and takes over in one step, unf-io's, with it. The journal says before that step that it may be made, and
/// after it that it was; an agent that dies in between leaves it to the next one to ask unf-io.
///
/// The entry of the graph in the journal is written with the lock, or by a change where no generation runs. The locks
/// of several graphs are taken in the order of their ids, after an IoRun::Use.
class GraphRun {
 public:
  using Others = std::vector<std::shared_ptr<GraphRun>>;

  GraphRun(Cell& cell, IoRun& io, Views& views, GraphId id);

  [[nodiscard]] const GraphId& id() const { return id_; }

  // Changes: by one thread at a time, which has a claim on this graph and on `replaced`.

  /// Makes `next` take over from what runs of this graph and of `replaced`. If it fails, what ran runs on.
  /// Errors: those of unf-io; unavailable.
  [[nodiscard]] Result<void> change(Generation next, const Others& replaced);
  /// Ends the graph; the journal remembers its version. Answers the last counts of its owners. Errors: unavailable.
  [[nodiscard]] Result<OwnerCounts> remove(Version version);
  /// Whether the generation that runs has the number of `version`; takes over its epoch if so.
  [[nodiscard]] bool continues_as(Version version);
  /// Whether a generation runs.
  [[nodiscard]] bool has_generation();

  // Adopting: before anything is watched.

  /// Goes on with what the journal says that runs.
  void adopt(const Journal::Graph& entry, const Generation::Held& held);
  /// A change was under way when the last agent died: finishes it where unf-io has made it, else it never was.
  void adopt_change(const Journal::Next& announced, const Generation::Held& held, const Others& replaced);
  /// Ends the graphs that went into this one.
  void clear_replaced(const Others& replaced);
  /// Whether one of its runners is this process.
  [[nodiscard]] bool has(const ProcessId& process);
  /// Whether it runs what unf-io has under this id and number.
  [[nodiscard]] bool wants(const GraphId& id, std::int64_t generation);

  // Of unf-io (IoUsers).
  void io_died();
  void io_failed(const std::string& why);

  /// From now on the deaths of its runners are answered.
  void watch() { watch_.start(); }
  void stop_watching() { watch_.stop(); }
  void wake() const { watch_.wake(); }
  /// Drains and ends what runs. The journal is not written.
  void end();

 private:
  using Left = std::vector<Generation>;

  [[nodiscard]] static std::vector<GraphId> ids_of(const Others& graphs);
  /// This graph and the others, in the order of their ids.
  [[nodiscard]] std::vector<GraphRun*> with(const Others& others);
  Result<Left> take_over(Generation& next, const Others& replaced);
  Result<void> announce(const Generation& next, const Others& replaced);
  void drop_announcement();
  Result<void> switch_over(const Generation& next, const Others& replaced);
  Left finish(Generation next, const Others& replaced);
  void clear(Left left);
  Watch::Found look();
  void show();

  Cell& cell_;
  IoRun& io_;
  Views& views_;
  const GraphId id_;

  std::mutex mutex_;
  std::optional<Generation> generation_;

  Watch watch_;  ///< the last one: its thread uses the others
};

}  // namespace unf::agent
