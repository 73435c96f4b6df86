#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataplane/io/graph_io.h"
#include "dataplane/io/shared_objects.h"
#include "dataplane/runner/runner.h"
#include "dataplane/runner/wiring.h"
#include "dataplane/unf/memory.h"
#include "dataplane/wire/counters.h"
#include "graph/model/inventory.h"

namespace unf::dataplane {

/// A graph's part on one host, in the process that owns the memory: its rings, its uNFs' state and shared objects, its
/// Rx and Tx services. Runners are made here (threads, unf-replay) or in processes of their own that are sent their
/// wiring.
class HostedGraph {
 public:
  static constexpr std::uint32_t kRing = 1024;  ///< packets between two runners, and from Rx to a runner

  /// `plan` is the host's part, of types in `unfs`, which outlives it. `devices` are those of `host.nics`, in their
  /// order; null: the NIC is not used. Errors: malformed, not_found, no_capacity, each with the node or NIC it is
  /// about.
  [[nodiscard]] static Result<std::unique_ptr<HostedGraph>> make(const UnfCatalog& unfs, Plan plan, const Host& host,
                                                                 CounterFile counters,
                                                                 const std::vector<Device*>& devices,
                                                                 std::unique_ptr<Memory> memory, SharedObjects& objects,
                                                                 PacketPool& pool);
  HostedGraph(const HostedGraph&) = delete;
  HostedGraph& operator=(const HostedGraph&) = delete;

  [[nodiscard]] GraphIo& io() { return *io_; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] const CounterFile& counters() const { return counters_; }
  [[nodiscard]] std::vector<RunnerId> runners() const;
  [[nodiscard]] const RunnerWiring& wiring(const RunnerId& runner) const { return wirings_.at(runner); }

  /// A runner in this process. Errors as Runner::make.
  [[nodiscard]] Result<Runner> make_runner(const RunnerId& runner, Runner::Options options = {}) const;

  /// Ends what a dead runner had in hand (finish_for). What that gives up is counted.
  void recover(const RunnerId& runner);

  /// Whether no packet is on its way through it. Rx must have stopped.
  [[nodiscard]] bool drained() const;
  /// Empties it without its runners, which must have ended: sends what they were done with, drops and counts what they
  /// were not, and takes back their spare packets.
  void give_up();
  /// Takes over what earlier generations know, which have drained: counts, and state by owner path. A node gets the
  /// state of an old one of its type that it shares an owner with, rather that of its own id. Where several become one
  /// (merge, scale in), UnfType::absorb adds them up; of a type without it, the first that fits is kept. Where one
  /// becomes several (un-merge, scale out), a sum stays whole with one of them, and other state, such as a table of
  /// flows, is copied to each. Its runners must not have had a packet.
  void inherit(const std::vector<const HostedGraph*>& before);

  /// {"nics": {name: {…}}, "unmatched": n, …, "reports": {node: what its state says}}
  [[nodiscard]] nlohmann::json report() const;

 private:
  HostedGraph(const UnfCatalog& unfs, Plan plan, CounterFile counters, std::unique_ptr<Memory> memory,
              PacketPool& pool);
  Result<void> build_state(SharedObjects& objects);
  void inherit_sums(const HostedGraph& before);
  void inherit_copies(const std::vector<const HostedGraph*>& before);
  Result<void> build_stages();
  Result<void> build_rings();
  [[nodiscard]] Result<std::unique_ptr<Unf>> make_unf(std::size_t node) const;

  [[nodiscard]] const UnfType& type_of(const Plan::Node& node) const { return *unfs_.find(node.type); }

  const UnfCatalog& unfs_;
  Plan plan_;
  CounterFile counters_;
  std::unique_ptr<Memory> memory_;
  PacketPool* pool_;
  std::vector<std::span<std::byte>> state_;
  std::vector<std::shared_ptr<void>> shared_;
  std::vector<StageRing*> stages_;  // of the plan
  std::map<RunnerId, RunnerWiring> wirings_;
  std::map<RunnerId, Replay> replay_;
  std::vector<const SpscRing*> packet_rings_;  // all but those of spare packets
  std::vector<GraphIo::RunnerPort> ports_;
  std::unique_ptr<GraphIo> io_;
};

}  // namespace unf::dataplane
