#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "graph/terms/pass.h"

namespace unf::graph {

/// What of a host's cores is taken, and the runners there.
class Cores {
 public:
  /// What one graph takes.
  struct Share {
    struct Load {
      std::size_t core = 0;  ///< its index
      double demand = 0;     ///< [cycles/s]
      std::size_t runner = 0;
    };
    std::vector<Load> loads;
    std::set<std::pair<std::size_t, std::size_t>> links;  ///< from runner to runner
  };

  static constexpr std::size_t kIoRunner = 0;

  explicit Cores(const Host& host);

  [[nodiscard]] const Host& host() const { return *host_; }
  [[nodiscard]] std::size_t count() const { return cores_.size(); }
  /// What is not taken of a core [cycles/s].
  [[nodiscard]] double room(std::size_t core) const { return host_->cores[core].capacity() - cores_[core].used; }
  [[nodiscard]] bool fits(std::size_t core, double demand) const;
  [[nodiscard]] bool is_free(std::size_t core) const { return cores_[core].loads == 0; }
  [[nodiscard]] bool has_runner_each() const { return runner_each_; }

  /// The runner for what is put on `core`: its own, or where each uNF has one a new one. Numbers count from 1.
  [[nodiscard]] std::size_t runner_for(std::size_t core) const;
  void take(const Share::Load& load);
  void link(std::size_t from, std::size_t to) { ++links_[from][to]; }
  /// How many runners and `io` a runner leads to.
  [[nodiscard]] std::size_t outputs(std::size_t runner) const;

  void take(const Share& share);
  void release(const Share& share);

 private:
  struct CoreState {
    double used = 0;  // [cycles/s]
    std::size_t loads = 0;
    std::size_t runner = 0;
  };

  const Host* host_;
  bool runner_each_;
  std::vector<CoreState> cores_;
  std::map<std::size_t, std::size_t> loads_of_;  // by runner
  std::set<std::size_t> free_runners_{1};        // the largest and all behind it are free
  std::map<std::size_t, std::map<std::size_t, std::size_t>> links_;
};

struct Placed : Rewrite {
  Cores::Share share;
};

/// Gives each uNF a core and a runner of its host (paper IV-D.2), unit by unit (see replicate): next fit, in the order
/// in which packets pass, a core of the same NUMA node rather than one of another; the replicas of a unit on different
/// cores where there are any, the members of a stage on free cores of the NUMA node where it begins and ends. It begins
/// at `core_before`, if all of it fits there, else at the first core for which that is so, else at the first. Demand is
/// what packets cost in uNFs and on links (links.h) [cycles/packet] x their rate [packets/s], met from a core's clock
/// [cycles/s]. NicIngress and NicEgress are the `io` runner's. Mode `isolated` (and `container`) has a runner for each
/// uNF; else one a core: neighbours there call each other (R14), and the report says what rings are left, and why.
/// Errors: no_capacity names the first uNF that fits nowhere, or a runner that would lead to more others than
/// Plan::kMaxOutputs; `cores` is as before then.
[[nodiscard]] Result<Placed> place(UnfGraph graph, Cores& cores, std::optional<std::size_t> core_before = {});

}  // namespace unf::graph
