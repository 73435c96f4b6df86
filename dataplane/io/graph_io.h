#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/io/device.h"
#include "dataplane/ports/load_balanced_egress.h"
#include "dataplane/ports/point_to_point.h"
#include "dataplane/ports/sync.h"
#include "dataplane/runner/pipeline.h"
#include "dataplane/runner/stage.h"
#include "dataplane/tables/classifier.h"
#include "dataplane/wire/counters.h"
#include "graph/model/inventory.h"

namespace unf::dataplane {

/// The Rx and Tx services of one graph on one host (paper IV-C.4 and 5): takes packets from the NICs, hands each to the
/// first uNF of the path that its classifier names, takes back what the runners are done with, sends it or frees it.
/// Knows packets, rings and devices; the same code serves DPDK ports in unf-io and captures in unf-replay. One thread
/// uses it.
class GraphIo {
 public:
  /// A NIC of the host, in the order that Packet::in_nic counts.
  struct Port {
    NicName name;
    Device* device = nullptr;
    std::optional<std::size_t> pair;                      ///< index of the other side of a bump in the wire
    std::optional<std::array<std::uint8_t, 6>> next_hop;  ///< destination MAC at egress
  };
  /// The rings between unf-io and a runner.
  struct RunnerPort {
    RunnerId runner;
    SpscRing* input = nullptr;   ///< to it; null: nothing enters there
    SpscRing* output = nullptr;  ///< from it, to be sent; null: nothing leaves there
    SpscRing* free = nullptr;
    SpscRing* spare = nullptr;
  };
  struct Counts {
    std::uint64_t unmatched = 0;  ///< no classifier took them; dropped
    std::uint64_t bridged = 0;    ///< passed a bump in the wire beside the graph
    std::uint64_t sync_full = 0;  ///< dropped at Rx: too many on their way
    std::uint64_t unpaired = 0;   ///< no NIC to leave by
    std::uint64_t given_up = 0;   ///< dropped with a runner that died or hung while it had them
    Counts& operator+=(const Counts& other) noexcept;
  };
  struct PortCounts {
    std::uint64_t rx = 0, rx_bytes = 0, tx = 0, tx_bytes = 0, tx_dropped = 0;
    PortCounts& operator+=(const PortCounts& other) noexcept;
  };

  /// `stages` are the plan's: Rx may split for them and Tx be where they join. `make_unf` makes the uNFs of deferred
  /// members of the latter.
  /// Errors: malformed where the plan names a NIC that is not among `ports`, or its classifiers cannot be built;
  /// no_capacity where the table does not fit the memory, or packets are dealt over too many replicas; what make_unf
  /// says.
  [[nodiscard]] static Result<std::unique_ptr<GraphIo>> make(const UnfCatalog& unfs, const Plan& plan,
                                                             const CounterLayout& layout, const CounterBlock& counters,
                                                             std::vector<Port> ports,
                                                             const std::vector<RunnerPort>& runners,
                                                             const std::vector<StageRing*>& stages,
                                                             const MakeUnf& make_unf, PacketPool& pool);

  /// Takes a burst from each NIC and hands it on. Returns how many packets.
  std::size_t receive() noexcept;
  /// Takes a burst from each runner and sends or frees it, and keeps the runners in spare packets. Returns how many
  /// packets.
  std::size_t transmit() noexcept;
  /// Classifies packets of one NIC and hands them on, as receive does with what a device gave.
  void enter(std::span<Packet* const> burst, std::size_t port) noexcept;
  /// Drops packets that no runner will give back any more.
  void give_up(std::span<Packet* const> packets) noexcept;
  void count_given_up(std::size_t packets) noexcept { counts_.given_up += packets; }
  /// Goes on counting from where `before` is.
  void count_on_from(const GraphIo& before) noexcept;

  /// Packets that entered and have neither left nor been freed, where the plan orders them; else 0.
  [[nodiscard]] std::size_t on_their_way() const noexcept { return sync_ ? sync_->size() : 0; }
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const PortCounts& port_counts(std::size_t port) const noexcept { return queues_[port].counts; }
  [[nodiscard]] const std::vector<Port>& ports() const noexcept { return ports_; }

 private:
  static constexpr std::size_t kSpares = 64;  // kept in each spare ring
  static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

  /// A way from a NIC into the graph.
  struct Way {
    std::uint32_t edge = kNowhere;    // Packet::edge
    std::uint32_t runner = kNowhere;  // or to a stage, or by the egress
    std::uint32_t stage = kNowhere;
    std::uint32_t slot = kNowhere;  // counted by unf-io
    bool drop = false;
  };
  /// Where the packets of a classifier enter their path.
  struct PathEntry {
    std::uint16_t path = 0;
    std::vector<Way> ways;  // several: to the replicas of a uNF
    LoadBalancedEgress egress;

    [[nodiscard]] const Way& way_of(const Packet& packet) const noexcept {
      return ways.size() == 1 ? ways.front() : ways[egress.instance_of(packet)];
    }
  };
  /// Our ends of a runner's rings.
  struct RunnerEnds {
    std::optional<PointToPointEgress> input;
    std::optional<PointToPointIngress> output;
    PointToPointIngress free;
    PointToPointEgress spare;
    SpscRing* spare_ring;
  };
  /// What leaves by a NIC next.
  struct TxQueue {
    std::array<Packet*, 4 * kMaxBurst> packets;
    std::size_t count = 0;
    PortCounts counts;
  };

  [[nodiscard]] static std::vector<Way> ways_of(const Plan& plan, const Plan::Classifier& classifier,
                                                const CounterLayout& layout, const std::vector<RunnerPort>& runners);
  GraphIo(const CounterLayout& layout, const CounterBlock& counters, std::vector<Port> ports, PacketPool& pool)
      : layout_(layout), counters_(counters), ports_(std::move(ports)), queues_(ports_.size()), pool_(&pool) {}

  Result<void> make_joins(const UnfCatalog& unfs, const Plan& plan, const std::vector<StageRing*>& stages,
                          const MakeUnf& make_unf);
  [[nodiscard]] PointToPointEgress& ring_of(const Way& way) noexcept {
    return way.stage == kNowhere ? *runners_[way.runner].input : branches_[way.stage];
  }
  std::size_t join(StageJoin& join) noexcept;
  void beside_the_graph(Packet& packet, std::size_t port) noexcept;
  void take_back(Packet& packet, Packet::Mark mark) noexcept;
  void leave(Packet& packet) noexcept;
  void queue(Packet& packet, std::size_t port) noexcept;
  void flush(std::size_t port) noexcept;
  void free(Packet& packet) noexcept;
  void flush_free() noexcept;
  void close_in_order() noexcept;
  void refill(RunnerEnds& runner) noexcept;
  [[nodiscard]] CounterBlock::Slot* slot_of(const Packet& packet) noexcept;

  CounterLayout layout_;
  CounterBlock counters_;
  std::vector<Port> ports_;
  std::vector<TxQueue> queues_;
  PacketPool* pool_;
  std::optional<Classifier> classifier_;
  std::vector<PathEntry> entries_;                  // by classifier
  std::vector<std::optional<std::size_t>> egress_;  // by Packet::edge: the port, none: the pair
  std::vector<RunnerEnds> runners_;
  std::vector<BranchEgress> branches_;  // by stage; those that Rx splits for are used
  std::vector<StageJoin> joins_;        // of the stages that Tx joins
  std::optional<Sync> sync_;
  bool bridge_ = false;
  Counts counts_;
  std::array<Packet*, 4 * kMaxBurst> freed_;
  std::size_t freed_count_ = 0;
};

}  // namespace unf::dataplane
