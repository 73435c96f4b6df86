#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dataplane/io/dpdk.h"
#include "dataplane/io/hosted_graph.h"
#include "dataplane/io/pool_reserve.h"
#include "graph/model/inventory.h"

namespace unf::dataplane {

/// The NICs of a host that a plan needs: its classifiers', its nodes', and the other side of each.
[[nodiscard]] std::set<NicName> nics_of(const Plan& plan, const Host& host);

/// A generation of a graph in unf-io: its hosted graph, and what it stands on. NICs that are open, and the buffers that
/// they fill, go from one generation to the next: closing a device would lose what it has queued.
class Generation {
 public:
  /// Others' packets wait for `prepared` to take over from what is `serving`; what is `retired` holds none.
  enum class Step { prepared, serving, retired };
  struct Options {
    std::string prefix;    ///< of the EAL, for the runners
    bool threads = false;  ///< runners are threads of this process
    std::size_t packets = 16'383;
    std::uint32_t room = 2048;  ///< for a frame, at least [bytes]
  };
  using Predecessors = std::vector<std::shared_ptr<Generation>>;

  /// Opens the NICs that the plan needs and none of `before` has. Its runners, where they are threads, run when it
  /// returns. Errors: those of HostedGraph::make, CounterFile::open and open_device.
  [[nodiscard]] static Result<std::shared_ptr<Generation>> make(const UnfCatalog& unfs, Plan plan, const Host& host,
                                                                std::string counters_path, const Predecessors& before,
                                                                SharedObjects& objects, PoolReserve& reserve,
                                                                Options options);
  ~Generation();
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  [[nodiscard]] HostedGraph& graph() { return *graph_; }
  [[nodiscard]] bool has(const NicName& nic) const { return nics_.contains(nic); }
  /// The RunnerSpec of a runner of the plan.
  [[nodiscard]] std::string spec(const RunnerId& runner) const;
  /// Ends the runners that are threads.
  void stop_threads();

  Step step = Step::prepared;  ///< the control threads'
  bool receives = true;        ///< the serving thread's: whether Rx is on

 private:
  struct OpenNic {
    std::string description;         ///< Nic::device
    std::shared_ptr<MbufPool> pool;  ///< it fills these; outlives the device
    std::unique_ptr<Device> device;
  };

  explicit Generation(Options options) : options_(std::move(options)) {}
  Result<void> take_pools(const Host& host, const Predecessors& before, PoolReserve& reserve);
  Result<void> take_nics(const Plan& plan, const Host& host, const Predecessors& before);
  Result<void> start_threads();

  Options options_;
  std::string counters_path_;
  PoolSet pools_;
  std::map<NicName, std::shared_ptr<OpenNic>> nics_;
  std::unique_ptr<HostedGraph> graph_;
  std::vector<CoreId> cores_;  // of the runners, as HostedGraph::runners()
  std::atomic<bool> stop_threads_{false};
  std::vector<std::jthread> threads_;
};

}  // namespace unf::dataplane
