#include "dataplane/runner/pipeline.h"

#include <emmintrin.h>

#include <algorithm>
#include <cassert>
#include <deque>
#include <map>

namespace unf::dataplane {
namespace {

/// Bit i: gates[i] is `gate`, for all kMaxBurst of them.
std::uint64_t packets_at(const Gate* gates, Gate gate) noexcept {
  static_assert(kMaxBurst == 64);
  const auto wanted = _mm_set1_epi8(static_cast<char>(gate));
  std::uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    const auto some = _mm_load_si128(reinterpret_cast<const __m128i*>(gates) + i);
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(some, wanted)));
    mask |= std::uint64_t{bits} << (16 * i);
  }
  return mask;
}

/// The runner's nodes so that each stands behind those that lead to it; cycles (of different paths) are cut in plan
/// order.
std::vector<std::size_t> topological_order(const Plan& plan, const RunnerId& runner,
                                           const std::map<NodeId, std::size_t>& index_of) {
  std::map<std::size_t, std::size_t> waiting;
  std::multimap<std::size_t, std::size_t> next;
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    if (plan.nodes[n].runner == runner) waiting[n] = 0;
  }
  for (const auto& edge : plan.edges) {
    if (!edge.to) continue;
    const auto from = index_of.at(edge.from), to = index_of.at(*edge.to);
    if (from == to || !waiting.contains(from) || !waiting.contains(to)) continue;
    next.emplace(from, to);
    ++waiting[to];
  }
  std::vector<std::size_t> order;
  while (!waiting.empty()) {
    auto ready = std::ranges::find(waiting, std::size_t{0}, [](const auto& entry) { return entry.second; });
    if (ready == waiting.end()) ready = waiting.begin();
    const auto node = ready->first;
    waiting.erase(ready);
    order.push_back(node);
    const auto [first, last] = next.equal_range(node);
    for (auto edge = first; edge != last; ++edge) {
      if (const auto left = waiting.find(edge->second); left != waiting.end()) --left->second;
    }
  }
  return order;
}

}  // namespace

std::size_t Work::in_order(std::uint64_t mask, Packet** into) const noexcept {
  std::size_t n = 0;
  if (mask == first_bits(count) && count == taken) {
    std::copy_n(packets.data(), count, into);
    return count;
  }
  const auto emitted = mask & ~first_bits(taken);
  if (emitted == 0) {
    for (auto left = mask; left != 0; left &= left - 1)
      into[n++] = packets[static_cast<std::size_t>(std::countr_zero(left))];
    return n;
  }
  for (std::size_t i = 0; i < taken; ++i) {
    if ((mask >> i) & 1U) into[n++] = packets[i];
    for (auto left = emitted; left != 0; left &= left - 1) {
      const auto e = static_cast<std::size_t>(std::countr_zero(left));
      if (root[e] == i) into[n++] = packets[e];
    }
  }
  return n;
}

/// Hands out spare packets and remembers who caused them.
class Pipeline::RunContext final : public Context {
 public:
  RunContext(Work& work, Spare& spare, bool ordered, std::uint64_t now) noexcept
      : Context(&give), work_(work), spare_(spare), ordered_(ordered) {
    now_ = now;
  }
  void enter(Gate* gates, std::uint64_t* counts) noexcept {
    gates_ = gates;
    counts_ = counts;
  }

 private:
  static Packet* give(Context& context, Packet& cause, Gate gate, std::uint32_t length) noexcept {
    auto& self = static_cast<RunContext&>(context);
    auto& work = self.work_;
    auto& spare = self.spare_;
    if (work.count == kMaxBurst || spare.used == spare.packets.size()) return nullptr;
    Packet* fresh = spare.packets[spare.used];
    if (length > fresh->room) return nullptr;
    ++spare.used;
    *fresh = Packet{.data = fresh->data,
                    .length = length,
                    .room = fresh->room,
                    .path = cause.path,
                    .in_nic = cause.in_nic,
                    .arrival = cause.arrival,
                    .slots = cause.slots};
    const auto at =
        std::find(work.packets.begin(), work.packets.begin() + static_cast<std::ptrdiff_t>(work.count), &cause);
    const auto index = static_cast<std::size_t>(at - work.packets.begin());
    work.root[work.count] = index < work.taken ? static_cast<std::uint8_t>(index) : work.root[index];
    if (self.ordered_) {
      Packet* last = &cause;
      while (last->next_emitted != nullptr) last = last->next_emitted;
      last->next_emitted = fresh;
    }
    self.gates_[work.count] = gate;
    work.packets[work.count++] = fresh;
    return fresh;
  }

  Work& work_;
  Spare& spare_;
  bool ordered_;
  Gate* gates_ = nullptr;
};

Result<Pipeline::Shape> Pipeline::shape(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner) {
  Shape shape;
  const auto is_here = [&](std::size_t node) { return plan.nodes[node].runner == runner; };
  const auto leads_to = [&](const Output& output) {
    if (std::ranges::find(shape.outputs, output) == shape.outputs.end()) shape.outputs.push_back(output);
  };
  std::vector<PlannedStage> stages;
  for (const auto& node : plan.nodes) {
    if (unfs.find(node.type) == nullptr)
      return fail(Errc::not_found, "{}: no uNF type {} is linked in", node.id.get(), node.type);
    if (node.runner == runner && node.type == kNicEgress) leads_to({RunnerId{std::string{kIoRunner}}});
  }
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    auto stage = planned_stage(plan, s);
    if (!stage) return fail(std::move(stage.error()));
    stages.push_back(std::move(*stage));
  }
  for (const auto& edge : plan.edges) {
    if (!edge.to || plan.find(edge.from)->runner != runner) continue;
    const auto& to = plan.find(*edge.to)->runner;
    if (edge.port != Plan::Port::branch && to != runner) leads_to({to});
  }

  std::vector<std::size_t> nodes;  // whose effects happen here
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    if (is_here(n)) nodes.push_back(n);
  }
  for (std::size_t s = 0; s < stages.size(); ++s) {
    const auto& stage = stages[s];
    if (is_here(stage.split)) leads_to({plan.nodes[stage.join].runner, s});
    if (is_here(stage.join)) shape.joins.push_back(s);
    for (std::size_t m = 0; m < stage.members.size(); ++m) {
      const auto node = stage.members[m].node;
      const auto& descriptor = unfs.find(plan.nodes[node].type)->descriptor;
      if (descriptor.gates.size() != 2 || descriptor.emits != Emits::none) {
        return fail(Errc::malformed, "stages[{}]: {} {}, no {} can be a member", s, descriptor.type,
                    descriptor.emits != Emits::none ? "emits" : "has several gates", descriptor.type);
      }
      const bool deferred = is_deferred(unfs, plan, stage, m);
      if (deferred && is_here(stage.join)) nodes.push_back(node);
      if (!is_here(node)) continue;
      shape.member_of = {s, m};
      shape.outputs.clear();
      if (deferred) nodes.clear();
    }
  }
  for (const auto node : nodes)
    shape.replay = std::max(shape.replay, unfs.find(plan.nodes[node].type)->descriptor.replay);
  if (shape.outputs.size() > Work::kMaxOutputs) {
    return fail(Errc::no_capacity, "runner {} leads to {} others, at most {}", runner.get(), shape.outputs.size(),
                Work::kMaxOutputs);
  }
  return shape;
}

Result<Pipeline> Pipeline::make(const UnfCatalog& unfs, const Plan& plan, const RunnerId& runner,
                                const CounterLayout& layout, const MakeUnf& make_unf) {
  std::map<NodeId, std::size_t> index_of;
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) index_of[plan.nodes[n].id] = n;

  auto shape = Pipeline::shape(unfs, plan, runner);
  if (!shape) return fail(std::move(shape.error()));
  Pipeline pipeline;
  pipeline.outputs_ = std::move(shape->outputs);
  pipeline.counts_ = BurstCounts{layout};
  pipeline.ordered_ = plan.reorders();

  const auto order = topological_order(plan, runner, index_of);
  std::vector<std::uint32_t> step_of_node(plan.nodes.size(), 0);
  for (std::size_t s = 0; s < order.size(); ++s) step_of_node[order[s]] = static_cast<std::uint32_t>(s);
  pipeline.steps_.resize(order.size());
  pipeline.pending_.assign(order.size(), 0);
  pipeline.step_of_edge_.resize(EdgeCode::count(plan));
  for (std::size_t e = 0; e < plan.edges.size(); ++e) {
    if (plan.edges[e].to) pipeline.step_of_edge_[e] = step_of_node[index_of.at(*plan.edges[e].to)];
  }
  for (std::size_t n = 0; n < plan.nodes.size(); ++n)
    pipeline.step_of_edge_[EdgeCode::at_node(plan, n)] = step_of_node[n];

  std::map<NodeId, std::size_t> stage_of_first;  // by its first member, which packets are counted to
  for (std::size_t s = 0; s < plan.stages.size(); ++s) stage_of_first[plan.stages[s].front()] = s;

  const auto output_to = [&](const Output& to) {
    return static_cast<std::uint32_t>(std::ranges::find(pipeline.outputs_, to) - pipeline.outputs_.begin());
  };
  const auto path_id = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(layout.paths(), name) - layout.paths().begin());
  };

  std::vector<std::vector<Route>> balanced;  // a gate's, by instance
  for (const auto node : order) {
    const auto& planned = plan.nodes[node];
    const auto* type = unfs.find(planned.type);
    auto unf = make_unf(node);
    if (!unf) return fail(std::move(unf.error()));

    auto& step = pipeline.steps_[step_of_node[node]];
    const auto& descriptor = type->descriptor;
    step.unf = std::move(*unf);
    step.named = pipeline.counts_.named(node);
    step.resizes = descriptor.writes.contains(Field::payload_len) || descriptor.emits != Emits::none;
    pipeline.emits_ |= descriptor.emits != Emits::none;
    pipeline.counts_.uses_named(node, descriptor.counters.size());

    step.gates.resize(descriptor.gates.size());
    std::map<std::pair<Gate, std::vector<std::string>>, std::size_t> balance_of;
    for (std::size_t e = 0; e < plan.edges.size(); ++e) {
      const auto& edge = plan.edges[e];
      if (edge.from != planned.id) continue;
      const auto gate = descriptor.gates.index_of(edge.gate);
      if (!gate) return fail(Errc::malformed, "{}: {} has no gate {}", planned.id.get(), planned.type, edge.gate);
      Route route{.edge = static_cast<std::uint32_t>(e), .slot = static_cast<std::uint32_t>(layout.slot(e))};
      if (!edge.becomes.empty()) {
        route.becomes = static_cast<std::uint16_t>(path_id(edge.becomes));
        pipeline.redirects_ = true;
      }
      if (edge.port == Plan::Port::branch) {  // one ring for all of them
        const auto stage = stage_of_first.find(*edge.to);
        if (stage == stage_of_first.end()) continue;
        const auto output = std::ranges::find(pipeline.outputs_, std::optional{stage->second}, &Output::stage);
        route.kind = RouteKind::output;
        route.target = static_cast<std::uint32_t>(output - pipeline.outputs_.begin());
      } else if (edge.to) {
        const auto to = index_of.at(*edge.to);
        const bool here = plan.nodes[to].runner == runner;
        route.kind = here ? RouteKind::step : RouteKind::output;
        route.target = here ? step_of_node[to] : output_to({plan.nodes[to].runner});
      }
      pipeline.counts_.uses_edge(e);
      if (edge.port == Plan::Port::balance) {
        const auto [at, first] = balance_of.try_emplace({*gate, edge.paths}, balanced.size());
        if (first) balanced.emplace_back();
        balanced[at->second].push_back(route);
        if (!first) continue;
        route = {.kind = RouteKind::balance, .target = static_cast<std::uint32_t>(at->second)};
      }
      auto& routes = step.gates[*gate];
      if (edge.paths.empty()) {
        routes.all = route;
        continue;
      }
      routes.by_path.resize(std::max(layout.paths().size(), routes.by_path.size()), routes.all);
      for (const auto& path : edge.paths) {
        if (const auto id = path_id(path); id < routes.by_path.size()) routes.by_path[id] = route;
      }
    }
    // Where a NicEgress has nothing behind it, the packet leaves the host.
    if (planned.type == kNicEgress) {
      const Route leave{.kind = RouteKind::output,
                        .target = output_to({RunnerId{std::string{kIoRunner}}}),
                        .edge = EdgeCode::at_node(plan, node)};
      const auto is_open = [](const Route& route) { return route.kind == RouteKind::drop && route.slot == kNoCount; };
      auto& routes = step.gates[*descriptor.gates.index_of("out")];
      for (auto& route : routes.by_path) {
        if (is_open(route)) route = leave;
      }
      if (is_open(routes.all)) routes.all = leave;
    }
  }
  for (auto& routes : balanced) {
    const auto count = routes.size();
    if (count > LoadBalancedEgress::kMaxInstances) {
      return fail(Errc::no_capacity, "runner {} balances over {} instances, at most {}", runner.get(), count,
                  LoadBalancedEgress::kMaxInstances);
    }
    pipeline.balances_.push_back({LoadBalancedEgress{count}, std::move(routes), std::vector<std::uint64_t>(count)});
  }
  // Where packets can come in: from a classifier, or by an edge of another runner.
  std::vector<std::uint32_t> entries;
  const auto enters = [&](const NodeId& id) {
    const auto step = step_of_node[index_of.at(id)];
    if (std::ranges::find(entries, step) == entries.end()) entries.push_back(step);
  };
  for (const auto& classifier : plan.classifiers) {
    if (plan.nodes[index_of.at(classifier.to)].runner == runner) enters(classifier.to);
  }
  for (const auto& edge : plan.edges) {
    if (!edge.to || plan.nodes[index_of.at(*edge.to)].runner != runner) continue;
    if (plan.nodes[index_of.at(edge.from)].runner != runner) enters(*edge.to);
  }
  pipeline.one_entry_ = entries.size() == 1;
  pipeline.redirects_ |= !pipeline.one_entry_;
  if (pipeline.one_entry_) pipeline.entry_ = entries.front();
  return pipeline;
}

void Pipeline::deliver(Work& work, const Route& route, std::uint64_t mask) noexcept {
  if (route.slot != kNoCount) counts_.add(route.slot, work.packets.data(), mask);
  if (route.becomes) {
    Burst{work.packets.data(), nullptr, mask}.each(
        [&](std::size_t i) noexcept { work.packets[i]->path = *route.becomes; });
  }
  switch (route.kind) {
    case RouteKind::step:
      pending_[route.target] |= mask;
      break;
    case RouteKind::output:
      work.outputs[route.target] |= mask;
      Burst{work.packets.data(), nullptr, mask}.each(
          [&](std::size_t i) noexcept { work.packets[i]->edge = route.edge; });
      break;
    case RouteKind::drop:
      work.dropped |= mask;
      break;
    case RouteKind::balance:
      deliver_balanced(work, balances_[route.target], mask);
      break;
  }
}

void Pipeline::deliver_balanced(Work& work, Balance& balance, std::uint64_t mask) noexcept {
  Burst{work.packets.data(), nullptr, mask}.each([&](std::size_t i) noexcept {
    balance.shares[balance.egress.instance_of(*work.packets[i])] |= std::uint64_t{1} << i;
  });
  for (std::size_t k = 0; k < balance.routes.size(); ++k) {
    const auto share = std::exchange(balance.shares[k], 0);
    if (share != 0) deliver(work, balance.routes[k], share);
  }
}

void Pipeline::deliver_by_path(Work& work, const GateRoutes& routes, std::uint64_t mask) noexcept {
  while (mask != 0) {
    const auto path = work.packets[static_cast<std::size_t>(std::countr_zero(mask))]->path;
    std::uint64_t same = 0;
    Burst{work.packets.data(), nullptr, mask}.each([&](std::size_t i) noexcept {
      if (work.packets[i]->path == path) same |= std::uint64_t{1} << i;
    });
    deliver(work, path < routes.by_path.size() ? routes.by_path[path] : routes.all, same);
    mask &= ~same;
  }
}

void Pipeline::run(Work& work, Spare& spare, std::uint64_t now) noexcept {
  alignas(16) std::array<Gate, kMaxBurst> gates;
  RunContext context{work, spare, ordered_, now};
  work.count = work.taken;
  work.outputs.fill(0);
  counts_.sizes_changed();

  const auto entering = first_bits(work.taken) & ~work.dropped;
  if (one_entry_) {
    pending_[entry_] = entering;
  } else {
    Burst{work.packets.data(), nullptr, entering}.each(
        [&](std::size_t i) noexcept { pending_[step_of_edge_[work.packets[i]->edge]] |= std::uint64_t{1} << i; });
  }
  // A path crosses each node at most once and every round takes each packet at least one node further; what is left
  // after as many rounds as there are nodes goes in a circle.
  bool again = true;
  for (std::size_t round = 0; again && round < steps_.size(); ++round) {
    again = false;
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      auto left = std::exchange(pending_[s], 0);
      if (left == 0) continue;
      auto& step = steps_[s];
      const auto before = work.count;
      context.enter(gates.data(), step.named);
      step.unf->process({work.packets.data(), gates.data(), left}, context);
      left |= first_bits(work.count) & ~first_bits(before);
      if (step.resizes) counts_.sizes_changed();
      // The drop gate last: it is the rarest.
      for (std::size_t n = 1; n <= step.gates.size() && left != 0; ++n) {
        const auto gate = n == step.gates.size() ? kDropGate : static_cast<Gate>(n);
        const auto mask = packets_at(gates.data(), gate) & left;
        if (mask == 0) continue;
        left &= ~mask;
        const auto& routes = step.gates[gate];
        if (routes.by_path.empty()) {
          deliver(work, routes.all, mask);
        } else {
          deliver_by_path(work, routes, mask);
        }
      }
      assert(left == 0);
    }
    for (const auto mask : pending_) again |= mask != 0;
  }
  for (auto& mask : pending_) work.dropped |= std::exchange(mask, 0);
}

void Pipeline::count_lost(Packet* const* packets, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) counts_.lose(*packets[i]);
}

}  // namespace unf::dataplane
