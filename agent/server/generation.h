#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/process.h"
#include "agent/server/cell.h"
#include "agent/server/io_run.h"
#include "agent/server/journal.h"
#include "agent/server/restarts.h"
#include "agent/server/views.h"
#include "agent/server/watch.h"
#include "dataplane/wire/counters.h"
#include "graph/model/plan.h"

namespace unf::agent {

/// A generation of a graph: its plan, its counters, its runners, and what unf-io has of it. One thread at a time. Where
/// a function talks to unf-io, its caller has an IoRun::Use. The processes outlive this value.
class Generation {
 public:
  /// What unf-io has of it.
  enum class Step { absent, prepared, serving };
  /// What unf-io has of all generations.
  using Held = std::vector<dataplane::wire::Generation>;

  /// Nothing is started yet. Errors: malformed, for what is no plan of this graph and host.
  [[nodiscard]] static Result<Generation> make(Cell& cell, IoRun& io, const GraphId& id, Version version,
                                               const std::string& plan_json);
  [[nodiscard]] static Step step_of(const Held& held, const GraphId& id, const Version& version);

  [[nodiscard]] const GraphId& id() const { return id_; }
  [[nodiscard]] const Version& version() const { return version_; }
  void set_version(const Version& version) { version_ = version; }
  [[nodiscard]] const Plan& plan() const { return *plan_; }
  [[nodiscard]] const std::string& plan_text() const { return plan_text_; }
  [[nodiscard]] Step step() const { return step_; }
  /// Whether one of its runners is this process.
  [[nodiscard]] bool has(const ProcessId& process) const;
  [[nodiscard]] std::vector<std::shared_ptr<Fd>> pidfds() const;
  /// What the graph's owners have counted, in this generation and before.
  [[nodiscard]] OwnerCounts counts() const;
  [[nodiscard]] Journal::Graph entry() const;
  [[nodiscard]] View view() const;

  /// Goes on from what a journal says of it.
  void continue_from(const Journal::Graph& entry);
  /// Finds what there is of it: its counters, what unf-io has of it, its runners. `known` are the runners that the
  /// journal knows.
  void adopt(const std::map<RunnerId, ProcessId>& known, const Held& held);

  /// Has unf-io prepare it, and starts its runners. `replaces` are other graphs that it will take over from.
  [[nodiscard]] Result<void> prepare(const std::vector<GraphId>& replaces);
  /// Waits until every runner is ready. Errors: unavailable, naming the one that is not, or unf-io, if that has died.
  [[nodiscard]] Result<void> settle();
  /// unf-io has switched over to it; `before` is what owners had counted where it took over from.
  void serves(OwnerCounts before);

  /// Looks once: a runner that died gets its successor, and a generation that unf-io does not have is prepared anew and
  /// switched over to once its runners are ready. Answers when to look again.
  Watch::Clock::time_point keep();
  /// Writes its entry in the journal; what that says of a change of the graph that is under way stays.
  void record();
  void set_detail(const std::string& detail) { detail_ = detail; }

  /// Lets out the packets that are in a generation that shall go; what is stuck in it is given up.
  void drain();
  /// Ends runners that do not let go of their packets.
  void end_hung();
  /// unf-io has died: ends the runners, which pin its memory. They are started again when there is a new unf-io.
  void io_died();
  /// Ends the runners and takes the generation from unf-io.
  void unload();
  /// As unload, and removes the files.
  void discard();

 private:
  using Clock = Watch::Clock;
  struct Runner {
    std::optional<Process> process;
    bool ready = false;
    Restarts restarts;
  };

  Generation(Cell& cell, IoRun& io, GraphId id, Version version, std::string plan_text, Plan plan);

  Result<void> start_runner(const RunnerId& name, const std::string& spec);
  Clock::time_point put_off(const Error& error);
  Result<void> reload();
  Clock::time_point keep(const RunnerId& name, Runner& runner);
  Result<void> succeed(const RunnerId& name);
  void end_runners(std::chrono::milliseconds patience);
  [[nodiscard]] bool says_ready(const RunnerId& name, const Process& process) const;
  [[nodiscard]] bool all_ready() const;
  [[nodiscard]] dataplane::WriterLine& line_of(const RunnerId& name) const;

  Cell* cell_;
  IoRun* io_;
  GraphId id_;
  Version version_;
  std::string plan_text_;
  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const dataplane::CounterFile> counters_;  ///< null until it is prepared or adopted
  OwnerCounts base_;                                        ///< what the plan's owners had counted when it began
  OwnerCounts departed_;                                    ///< the last counts of those who left with it
  Step step_ = Step::absent;
  std::map<RunnerId, Runner> runners_;
  std::string detail_;  ///< why it does not run, for a person
  Restarts loads_;      ///< of preparing it anew
};

}  // namespace unf::agent
