#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataplane/io/graph_io.h"
#include "dataplane/ports/memory.h"
#include "dataplane/runner/runner.h"
#include "dataplane/runner/wiring.h"
#include "dataplane/wire/counters.h"
#include "graph/model/inventory.h"

namespace unf::dataplane {

/// A graph's part on one host, in the process that owns the memory: its rings, its uNFs' state and shared objects, its
/// Rx and Tx services. Runners are made here (threads, unf-replay) or in processes of their own that are sent their
/// wiring.
class HostedGraph {
 public:
  static constexpr std::uint32_t kRing = 1024;  ///< packets between two runners, and from Rx to a runner

  /// `plan` is the host's part. `devices` are those of `host.nics`, in their order; null: the NIC is not used.
  /// Errors: malformed, not_found, no_capacity, each with the node or NIC it is about.
  [[nodiscard]] static Result<std::unique_ptr<HostedGraph>> make(Plan plan, const Host& host, CounterFile counters,
                                                                 const std::vector<Device*>& devices,
                                                                 std::unique_ptr<Memory> memory, PacketPool& pool);
  ~HostedGraph();
  HostedGraph(const HostedGraph&) = delete;
  HostedGraph& operator=(const HostedGraph&) = delete;

  [[nodiscard]] GraphIo& io() { return *io_; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const CounterFile& counters() const { return counters_; }
  [[nodiscard]] std::vector<RunnerId> runners() const;
  [[nodiscard]] const RunnerWiring& wiring(const RunnerId& runner) const { return wirings_.at(runner); }

  /// A runner in this process. Errors as Runner::make.
  [[nodiscard]] Result<Runner> make_runner(const RunnerId& runner, Runner::Options options = {}) const;

  /// Ends what a dead runner had in hand (finish_for). Returns how many packets were given up.
  std::uint32_t recover(const RunnerId& runner);

  /// {"nics": {name: {…}}, "unmatched": n, …, "reports": {node: what its state says}}
  [[nodiscard]] nlohmann::json report() const;

 private:
  HostedGraph(Plan plan, CounterFile counters, std::unique_ptr<Memory> memory);
  Result<void> build_state();
  Result<void> build_rings(std::size_t pool_size);

  Plan plan_;
  CounterFile counters_;
  std::unique_ptr<Memory> memory_;
  std::vector<std::span<std::byte>> state_;
  std::vector<void*> shared_;
  std::map<RunnerId, RunnerWiring> wirings_;
  std::map<RunnerId, Replay> replay_;
  std::vector<GraphIo::RunnerPort> ports_;
  std::unique_ptr<GraphIo> io_;
};

}  // namespace unf::dataplane
