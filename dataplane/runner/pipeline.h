#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/ports/load_balanced_egress.h"
#include "dataplane/runner/burst_counts.h"
#include "dataplane/runner/stage.h"
#include "dataplane/unf/unf_catalog.h"
#include "dataplane/wire/counters.h"
#include "graph/model/plan.h"

namespace unf::dataplane {

/// The graph's entry and exit of traffic; unf-io does their work.
inline constexpr std::string_view kNicIngress = "NicIngress";
inline constexpr std::string_view kNicEgress = "NicEgress";

/// What Packet::edge says: an index into the plan's edges, or, behind those, the node (by its index) that a packet
/// enters or leaves the graph at without an edge.
struct EdgeCode {
  [[nodiscard]] static std::uint32_t at_node(const Plan& plan, std::size_t node) {
    return static_cast<std::uint32_t>(plan.edges.size() + node);
  }
  [[nodiscard]] static std::size_t count(const Plan& plan) { return plan.edges.size() + plan.nodes.size(); }
};

/// A burst on its way through a runner.
struct Work {
  static constexpr std::size_t kMaxOutputs = Plan::kMaxOutputs;

  std::array<Packet*, kMaxBurst> packets;
  std::size_t taken = 0;  ///< the first `taken` came in; the others were emitted on the way
  std::size_t count = 0;
  std::array<std::uint64_t, kMaxOutputs> outputs{};  ///< bit i: packets[i] leaves by that output
  std::uint64_t dropped = 0;  ///< bit i: packets[i] is dropped; of those taken, also before it came here
  std::array<std::uint8_t, kMaxBurst> root{};  ///< of an emitted packet: which of the taken ones it is due to

  /// Copies the packets of `mask` to `into` in the order they have to leave in: as they arrived, emitted ones behind
  /// those that caused them. Returns how many.
  std::size_t in_order(std::uint64_t mask, Packet** into) const noexcept;
};

/// Takes bursts through the uNFs of one runner. A burst is never partitioned: each uNF works on a mask of it, so what
/// leaves, leaves in the order it came (docs/design/dataplane.md, "Rings and ports"). One thread uses it.
class Pipeline {
 public:
  /// Packets for uNFs to emit. The first `count` that it has are at `packets`; unused ones are found there again.
  struct Spare {
    std::span<Packet* const> packets;
    std::size_t used = 0;
  };

  /// A ring that packets leave by.
  struct Output {
    RunnerId to;                                      ///< `io` for those that leave the host
    std::optional<std::size_t> stage = std::nullopt;  ///< it is the ring of this stage, to its join
    friend bool operator==(const Output&, const Output&) = default;
  };
  /// What is known of a runner's part before its uNFs are made.
  struct Shape {
    std::vector<Output> outputs;     ///< a member of a stage has none
    std::vector<std::size_t> joins;  ///< the stages whose packets go on here
    struct Membership {
      std::size_t stage, member;
    };
    std::optional<Membership> member_of;
    Replay replay = Replay::safe;  ///< the worst of its uNFs: what a successor may do with a burst that was in hand
  };
  /// Errors: not_found for a type that `unfs` has not; no_capacity for more outputs than kMaxOutputs; malformed for a
  /// stage.
  [[nodiscard]] static Result<Shape> shape(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner);

  /// The part of `plan` that `runner` does. `make_unf` makes the uNF of a node, given as its index in the plan.
  /// Errors: those of shape, what make_unf says; malformed for a gate that the type has not; no_capacity for a gate
  /// that is balanced over more than LoadBalancedEgress::kMaxInstances.
  [[nodiscard]] static Result<Pipeline> make(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner,
                                             const CounterLayout& layout, const MakeUnf& make_unf);

  [[nodiscard]] const std::vector<Output>& outputs() const { return outputs_; }
  [[nodiscard]] bool emits() const { return emits_; }
  /// Whether packets, once they were taken through it, would be taken another way.
  [[nodiscard]] bool redirects() const { return redirects_; }

  /// Runs every packet of work.packets[0, taken) that is not dropped through the pipeline, starting at the step that
  /// its Packet::edge names.
  void run(Work& work, Spare& spare, std::uint64_t now) noexcept;

  /// Adds what run counted to `block`, once the burst is committed.
  void count(const CounterBlock& block) noexcept { counts_.commit(block); }
  /// Counts packets that an output had no room for, as lost on the edge they came by.
  void count_lost(Packet* const* packets, std::size_t count) noexcept;

 private:
  enum class RouteKind : std::uint8_t { step, output, drop, balance };
  static constexpr std::uint32_t kNoCount = ~std::uint32_t{0};
  struct Route {
    RouteKind kind = RouteKind::drop;
    std::uint32_t target = 0;  // step, output, or balance
    std::uint32_t edge = 0;    // for Packet::edge
    std::uint32_t slot = kNoCount;
    std::optional<std::uint16_t> becomes{};  // the path that packets go over to
  };
  struct GateRoutes {
    Route all;                   // where every path goes the same way
    std::vector<Route> by_path;  // else the paper's mapping table, by path id
  };
  /// A gate that leads to the replicas of a uNF.
  struct Balance {
    LoadBalancedEgress egress;
    std::vector<Route> routes;          // by instance
    std::vector<std::uint64_t> shares;  // of a burst: scratch
  };
  /// A uNF that packets are taken through.
  struct Step {
    std::unique_ptr<Unf> unf;
    std::vector<GateRoutes> gates;
    std::uint64_t* named = nullptr;
    bool resizes = false;
  };
  class RunContext;

  void deliver(Work& work, const Route& route, std::uint64_t mask) noexcept;
  void deliver_by_path(Work& work, const GateRoutes& routes, std::uint64_t mask) noexcept;
  void deliver_balanced(Work& work, Balance& balance, std::uint64_t mask) noexcept;

  std::vector<Step> steps_;  // in topological order where there is one
  std::vector<Balance> balances_;
  std::vector<std::uint32_t> step_of_edge_;  // by EdgeCode
  std::vector<Output> outputs_;
  std::vector<std::uint64_t> pending_;
  bool redirects_ = false;  // changes what the way of a packet through it follows from: its edge or path
  bool one_entry_ = false;
  std::uint32_t entry_ = 0;
  bool emits_ = false;
  bool ordered_ = false;  // packets wait for those they caused, in Sync
  BurstCounts counts_;
};

}  // namespace unf::dataplane
