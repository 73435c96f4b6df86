#include "dataplane/runner/stage.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace unf::dataplane {

bool is_deferred(const UnfCatalog& unfs, const Plan& plan, const PlannedStage& stage, std::size_t member) {
  const auto descriptor_of = [&](const PlannedStage::Member& m) -> const UnfDescriptor& {
    return unfs.find(plan.nodes[m.node].type)->descriptor;
  };
  const auto before = std::span{stage.members}.first(member);
  return descriptor_of(stage.members[member]).deferrable &&
         std::ranges::any_of(before, [&](const auto& m) { return descriptor_of(m).drops; });
}

/// Notes which packet a named counter is about.
class StageMember::MemberContext final : public Context {
 public:
  MemberContext(Packet* const* packets, std::uint32_t count, std::uint64_t now) noexcept
      : Context(&give_none, &note), packets_(packets, count) {
    now_ = now;
  }
  std::array<Verdict, kBurst> verdicts{};

 private:
  static Packet* give_none(Context&, Packet&, Gate, std::uint32_t) noexcept { return nullptr; }
  static void note(Context& context, const Packet& packet, std::size_t index) noexcept {
    auto& self = static_cast<MemberContext&>(context);
    const auto at = std::ranges::find(self.packets_, &packet);
    if (at == self.packets_.end()) return;
    auto& verdict = self.verdicts[static_cast<std::size_t>(at - self.packets_.begin())];
    verdict = verdict.counting(index);
  }

  std::span<Packet* const> packets_;
};

Result<StageMember> StageMember::make(const UnfCatalog& unfs, const Plan& plan, const PlannedStage& stage,
                                      std::size_t member, StageRing& ring, const MakeUnf& make_unf) {
  StageMember made{ring, member};
  const auto node = stage.members[member].node;
  if (is_deferred(unfs, plan, stage, member)) {
    made.look_ = unfs.find(plan.nodes[node].type)->look;
    return made;
  }
  auto unf = make_unf(node);
  if (!unf) return fail(std::move(unf.error()));
  made.unf_ = std::move(*unf);
  return made;
}

void StageMember::process(Packet* const* packets, std::uint32_t count, std::uint64_t now) noexcept {
  assert(count <= kBurst);
  std::array<Gate, kBurst> gates;
  MemberContext context{packets, count, now};
  const Burst burst{packets, gates.data(), first_bits(count)};
  if (look_ != nullptr) {
    std::array<std::uint64_t, kBurst> findings;
    look_(burst, context, findings.data());
    egress_.offer(std::span{findings}.first(count));
  } else {
    unf_->process(burst, context);
  }
  auto& verdicts = context.verdicts;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (gates[i] == kDropGate) verdicts[i] = verdicts[i].dropping();
  }
  egress_.offer(std::span{verdicts}.first(count));
}

Result<StageJoin> StageJoin::make(const UnfCatalog& unfs, const Plan& plan, const PlannedStage& stage,
                                  const CounterLayout& layout, StageRing& ring, const MakeUnf& make_unf) {
  StageJoin join{layout, ring};
  const auto edges_of = [&](const std::vector<std::size_t>& indexes) {
    Edges edges;
    if (indexes.size() > 1) edges.by_path.resize(layout.paths().size());
    for (const auto index : indexes) {
      const auto e = static_cast<std::uint32_t>(index);
      join.counts_.uses_edge(e);
      if (indexes.size() == 1) edges.by_path = {e};
      for (const auto& path : plan.edges[e].paths) {
        const auto id = static_cast<std::size_t>(std::ranges::find(layout.paths(), path) - layout.paths().begin());
        if (id < edges.by_path.size()) edges.by_path[id] = e;
      }
    }
    return edges;
  };
  for (std::size_t m = 0; m < stage.members.size(); ++m) {
    const auto& planned = stage.members[m];
    JudgedMember member{.node = planned.node,
                        .branch = m == 0 ? Edges{} : edges_of(planned.branch),  // the split counts the first one's
                        .out = edges_of(planned.out),
                        .drop = edges_of(planned.drop),
                        .deferred = nullptr};
    join.counts_.uses_named(planned.node, unfs.find(plan.nodes[planned.node].type)->descriptor.counters.size());
    if (is_deferred(unfs, plan, stage, m)) {
      auto unf = make_unf(planned.node);
      if (!unf) return fail(std::move(unf.error()));
      member.deferred = std::move(*unf);
    }
    join.members_.push_back(std::move(member));
  }
  return join;
}

void StageJoin::count_on(const Edges& edges, Packet* const* packets, std::uint64_t mask) noexcept {
  if (edges.by_path.empty() || mask == 0) return;
  if (edges.by_path.size() == 1) return counts_.add(counts_.slot(edges.by_path.front()), packets, mask);
  for (auto left = mask; left != 0; left &= left - 1) {
    counts_.add(counts_.slot(edges.of(*packets[std::countr_zero(left)])), packets, left & -left);
  }
}

std::uint64_t StageJoin::judge(Packet* const* packets, std::uint32_t count) noexcept {
  const auto all = first_bits(count);
  auto alive = all;
  counts_.sizes_changed();
  for (std::size_t m = 0; m < members_.size() && alive != 0; ++m) {
    auto& member = members_[m];
    count_on(member.branch, packets, alive);
    const auto verdicts = ingress_.verdicts(m);
    std::uint64_t dropped = 0, lost = 0;
    for (auto left = verdicts.remarkable() & alive; left != 0; left &= left - 1) {
      const auto verdict = verdicts.of[static_cast<std::size_t>(std::countr_zero(left))];
      const auto bit = left & -left;
      if (verdict.counts()) ++counts_.named(member.node)[verdict.counter()];
      if (verdict.is_lost())
        lost |= bit;
      else if (verdict.drops())
        dropped |= bit;
    }
    alive &= ~lost;
    if (member.deferred != nullptr && alive != 0) {
      std::array<std::uint64_t, SyncIngress::kMaxBurst> findings;
      ingress_.findings(m, findings);
      member.deferred->settle({packets, nullptr, alive}, findings.data());
    }
    count_on(member.drop, packets, dropped);
    alive &= ~dropped;
    count_on(member.out, packets, alive);
  }
  Burst{packets, nullptr, alive}.each(
      [&](std::size_t i) noexcept { packets[i]->edge = members_.back().out.of(*packets[i]); });
  return all & ~alive;
}

}  // namespace unf::dataplane
