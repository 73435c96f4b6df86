#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/ports/branch.h"
#include "dataplane/ports/marker_egress.h"
#include "dataplane/ports/sync_ingress.h"
#include "dataplane/runner/burst_counts.h"
#include "dataplane/unf/unf_catalog.h"
#include "graph/model/plan.h"

namespace unf::dataplane {

/// Makes the uNF of a node, given as its index in the plan.
using MakeUnf = std::function<Result<std::unique_ptr<Unf>>(std::size_t node_index)>;

/// Whether what a member does to its state waits for the verdict of those before it: it can, and one of them may drop.
/// Then the join's runner has its state, else its own. `unfs` has all types of the plan.
[[nodiscard]] bool is_deferred(const UnfCatalog& unfs, const Plan& plan, const PlannedStage& stage, std::size_t member);

/// The work of a member's runner: takes a burst through its uNF and marks what became of each packet. It owns no packet
/// and counts nothing. One thread uses it; it may die at any instruction.
class StageMember {
 public:
  /// Errors: what make_unf says.
  [[nodiscard]] static Result<StageMember> make(const UnfCatalog& unfs, const Plan& plan, const PlannedStage& stage,
                                                std::size_t member, StageRing& ring, const MakeUnf& make_unf);

  /// The next packets, at most kBurst.
  [[nodiscard]] std::uint32_t peek(std::span<Packet*> into) noexcept { return ingress_.peek(into); }
  [[nodiscard]] std::uint32_t position() const noexcept { return ingress_.position(); }
  /// Works on the `count` packets that were peeked. Nobody sees it yet.
  void process(Packet* const* packets, std::uint32_t count, std::uint64_t now) noexcept;
  /// Says that it is done with them.
  void release(std::uint32_t count) noexcept {
    egress_.publish(count);
    ingress_.skip(count);
  }

 private:
  class MemberContext;
  StageMember(StageRing& ring, std::size_t member) : ingress_(ring, member), egress_(ring, member) {}

  BranchIngress ingress_;
  MarkerEgress egress_;
  std::unique_ptr<Unf> unf_;
  decltype(UnfType::look) look_ = nullptr;  // of a deferred one, which has no uNF here
};

/// Where the packets of a stage go on: takes those that all members are done with, in the order they entered, and
/// counts what a chain of the members would have counted: a packet is dropped by the first one that says so, and for
/// those behind it has never been. Does that for deferred members' state, too. One thread uses it.
class StageJoin {
 public:
  /// Errors: what make_unf says; it is called for deferred members.
  [[nodiscard]] static Result<StageJoin> make(const UnfCatalog& unfs, const Plan& plan, const PlannedStage& stage,
                                              const CounterLayout& layout, StageRing& ring, const MakeUnf& make_unf);

  [[nodiscard]] std::uint32_t peek(std::span<Packet*> into) noexcept { return ingress_.peek(into); }
  [[nodiscard]] std::uint32_t head() const noexcept { return ingress_.head(); }
  /// Judges the packets that were peeked, before anybody changes them. Bit i: packet i is dropped. The others come by
  /// the last member's edge.
  [[nodiscard]] std::uint64_t judge(Packet* const* packets, std::uint32_t count) noexcept;
  /// Adds what judge counted to `block`, once the burst is committed.
  void count(const CounterBlock& block) noexcept { counts_.commit(block); }
  void release(std::uint32_t count) noexcept { ingress_.release(count); }

 private:
  /// The edges that a gate's packets are counted on: one, or one for each path.
  struct Edges {
    std::vector<std::uint32_t> by_path;  // by path id; a single one: of all
    [[nodiscard]] std::uint32_t of(const Packet& packet) const noexcept {
      return packet.path < by_path.size() ? by_path[packet.path] : by_path.front();
    }
  };
  /// What a member's verdicts are counted on.
  struct JudgedMember {
    std::size_t node = 0;
    Edges branch, out, drop;
    std::unique_ptr<Unf> deferred;  // with its state
  };

  explicit StageJoin(const CounterLayout& layout, StageRing& ring) : ingress_(ring), counts_(layout) {}
  void count_on(const Edges& edges, Packet* const* packets, std::uint64_t mask) noexcept;

  SyncIngress ingress_;
  BurstCounts counts_;
  std::vector<JudgedMember> members_;
};

}  // namespace unf::dataplane
