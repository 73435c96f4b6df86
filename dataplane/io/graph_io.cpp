#include "dataplane/io/graph_io.h"

#include <algorithm>
#include <cstring>

#include "dataplane/net/headers.h"

namespace unf::dataplane {

Result<std::unique_ptr<GraphIo>> GraphIo::make(const UnfCatalog& unfs, const Plan& plan, const CounterLayout& layout,
                                               const CounterBlock& counters, std::vector<Port> ports,
                                               const std::vector<RunnerPort>& runners,
                                               const std::vector<StageRing*>& stages, const MakeUnf& make_unf,
                                               PacketPool& pool) {
  std::unique_ptr<GraphIo> io{new GraphIo{layout, counters, std::move(ports), pool}};

  const auto port_of = [&](const NicName& nic) -> Result<std::size_t> {
    const auto at = std::ranges::find(io->ports_, nic, &Port::name);
    if (at == io->ports_.end())
      return fail(Errc::malformed, "the plan needs NIC {}, which this host does not have", nic.get());
    return static_cast<std::size_t>(at - io->ports_.begin());
  };

  io->egress_.resize(EdgeCode::count(plan));
  for (std::size_t n = 0; n < plan.nodes.size(); ++n) {
    const auto& node = plan.nodes[n];
    if (!node.nic || node.type != kNicEgress) continue;
    const auto port = port_of(*node.nic);
    if (!port) return fail(port.error());
    io->egress_[EdgeCode::at_node(plan, n)] = *port;
    for (std::size_t e = 0; e < plan.edges.size(); ++e) {
      if (plan.edges[e].to == node.id) io->egress_[e] = *port;
    }
  }
  if (plan.reorders()) io->sync_.emplace(pool.size());
  io->bridge_ = plan.default_action == Plan::Default::bridge;

  std::vector<ClassifierRule> rules;
  for (const auto& planned : plan.classifiers) {
    const auto port = port_of(planned.in);
    if (!port) return fail(port.error());
    rules.push_back({.match = planned.match, .nic = static_cast<std::uint8_t>(*port)});
  }
  auto classifier = Classifier::build(rules);
  if (!classifier) return fail(std::move(classifier.error()));
  io->classifier_.emplace(std::move(*classifier));

  for (const auto& planned : plan.classifiers) {
    auto ways = ways_of(plan, planned, layout, runners);
    if (ways.size() > LoadBalancedEgress::kMaxInstances) {
      return fail(Errc::no_capacity, "path {} is balanced over {} instances, at most {}", planned.path, ways.size(),
                  LoadBalancedEgress::kMaxInstances);
    }
    const auto path = std::ranges::find(layout.paths(), planned.path) - layout.paths().begin();
    const LoadBalancedEgress egress{ways.size()};
    io->entries_.push_back({static_cast<std::uint16_t>(path), std::move(ways), egress});
  }
  for (const auto& runner : runners) {
    RunnerEnds mine{.input = {},
                    .output = {},
                    .free = PointToPointIngress{*runner.free},
                    .spare = PointToPointEgress{*runner.spare},
                    .spare_ring = runner.spare};
    if (runner.input != nullptr) mine.input.emplace(*runner.input);
    if (runner.output != nullptr) mine.output.emplace(*runner.output);
    io->runners_.push_back(mine);
    io->refill(io->runners_.back());
  }
  for (auto* stage : stages) io->branches_.emplace_back(*stage);
  if (auto made = io->make_joins(unfs, plan, stages, make_unf); !made) return fail(std::move(made.error()));
  return io;
}

Result<void> GraphIo::make_joins(const UnfCatalog& unfs, const Plan& plan, const std::vector<StageRing*>& stages,
                                 const MakeUnf& make_unf) {
  for (std::size_t s = 0; s < stages.size(); ++s) {
    const auto stage = planned_stage(plan, s);
    if (!stage) return fail(stage.error());
    if (plan.nodes[stage->join].runner != RunnerId{std::string{kIoRunner}}) continue;
    auto join = StageJoin::make(unfs, plan, *stage, layout_, *stages[s], make_unf);
    if (!join) return fail(std::move(join.error()));
    joins_.push_back(std::move(*join));
  }
  return {};
}

GraphIo::Counts& GraphIo::Counts::operator+=(const Counts& other) noexcept {
  unmatched += other.unmatched;
  bridged += other.bridged;
  sync_full += other.sync_full;
  unpaired += other.unpaired;
  given_up += other.given_up;
  return *this;
}

GraphIo::PortCounts& GraphIo::PortCounts::operator+=(const PortCounts& other) noexcept {
  rx += other.rx;
  rx_bytes += other.rx_bytes;
  tx += other.tx;
  tx_bytes += other.tx_bytes;
  tx_dropped += other.tx_dropped;
  return *this;
}

std::vector<GraphIo::Way> GraphIo::ways_of(const Plan& plan, const Plan::Classifier& classifier,
                                           const CounterLayout& layout, const std::vector<RunnerPort>& runners) {
  const auto runner_of = [&](const NodeId& node) {
    const auto at = std::ranges::find(runners, plan.find(node)->runner, &RunnerPort::runner);
    return at == runners.end() ? kNowhere : static_cast<std::uint32_t>(at - runners.begin());
  };
  const auto* node = plan.find(classifier.to);
  const auto at_node = EdgeCode::at_node(plan, static_cast<std::size_t>(node - plan.nodes.data()));
  if (node->runner != RunnerId{std::string{kIoRunner}}) return {{.edge = at_node, .runner = runner_of(node->id)}};

  // Rx is the NicIngress: it follows the edge that the path takes out of it.
  std::vector<Way> ways;
  for (std::size_t e = 0; e < plan.edges.size(); ++e) {
    const auto& edge = plan.edges[e];
    const bool of_path = edge.paths.empty() || std::ranges::find(edge.paths, classifier.path) != edge.paths.end();
    if (edge.from != classifier.to || edge.gate != "out" || !of_path) continue;
    auto stage = kNowhere;
    if (edge.port == Plan::Port::branch) {  // to all members at once, as if to the first
      const auto at = std::ranges::find(plan.stages, *edge.to, [](const auto& members) { return members.front(); });
      if (at == plan.stages.end()) continue;
      stage = static_cast<std::uint32_t>(at - plan.stages.begin());
    }
    ways.push_back({.edge = static_cast<std::uint32_t>(e),
                    .runner = edge.to ? runner_of(*edge.to) : kNowhere,
                    .stage = stage,
                    .slot = static_cast<std::uint32_t>(layout.slot(e)),
                    .drop = !edge.to});
  }
  if (ways.empty()) ways.push_back({.edge = at_node, .drop = true});
  return ways;
}

CounterBlock::Slot* GraphIo::slot_of(const Packet& packet) noexcept {
  const auto slot = layout_.slot(packet.edge);
  if (slot >= layout_.slots()) return nullptr;
  return &counters_.slots[slot + (layout_.stride() > 1 ? packet.path : 0)];
}

std::size_t GraphIo::receive() noexcept {
  std::size_t found = 0;
  for (std::size_t port = 0; port < ports_.size(); ++port) {
    std::array<Packet*, kBurst> burst;
    if (ports_[port].device == nullptr) continue;
    const auto count = ports_[port].device->receive(burst);
    if (count == 0) continue;
    enter(std::span{burst}.first(count), port);
    found += count;
  }
  return found;
}

void GraphIo::enter(std::span<Packet* const> burst, std::size_t port) noexcept {
  auto& counts = queues_[port].counts;
  for (auto* packet : burst) {
    packet->in_nic = static_cast<std::uint8_t>(port);
    packet->next_emitted = nullptr;
    packet->reflect = false;
    counts.rx_bytes += packet->length;
  }
  counts.rx += burst.size();

  while (!burst.empty()) {
    const auto some = burst.first(std::min(burst.size(), kMaxBurst));
    burst = burst.subspan(some.size());
    std::array<std::uint32_t, kMaxBurst> verdicts;
    classifier_->classify(some, verdicts.data());
    for (std::size_t i = 0; i < some.size(); ++i) {
      auto& packet = *some[i];
      if (verdicts[i] == Classifier::kNone) {
        beside_the_graph(packet, port);
        continue;
      }
      const auto& entry = entries_[verdicts[i]];
      const auto& way = entry.way_of(packet);
      packet.path = entry.path;
      packet.edge = way.edge;
      if (sync_ && sync_->full()) {
        ++counts_.sync_full;
        free(packet);
        continue;
      }
      auto* slot = way.slot == kNowhere ? nullptr : slot_of(packet);
      if (slot != nullptr) {
        CounterBlock::add(slot->packets, 1);
        CounterBlock::add(slot->bytes, packet.length);
      }
      if (way.drop) {
        free(packet);
        continue;
      }
      if (sync_) sync_->open(packet);
      if (way.runner == kNowhere) {  // straight to a NicEgress
        if (sync_) {
          Sync::close(packet, Packet::Mark::send);
        } else {
          leave(packet);
        }
        continue;
      }
      Packet* one[] = {&packet};
      if (ring_of(way).offer(one) == 1) continue;
      if (slot != nullptr) {
        CounterBlock::add(slot->packets, ~std::uint64_t{0});
        CounterBlock::add(slot->bytes, ~std::uint64_t{packet.length} + 1);
        CounterBlock::add(slot->drops, 1);
      }
      if (sync_) {
        Sync::close(packet, Packet::Mark::drop);
      } else {
        free(packet);
      }
    }
  }
  for (auto& runner : runners_) {
    if (runner.input) runner.input->publish();
  }
  for (auto& branch : branches_) branch.publish();
  flush_free();
}

void GraphIo::beside_the_graph(Packet& packet, std::size_t port) noexcept {
  if (ports_[port].pair && (bridge_ || is_neighbour_discovery(packet.frame()))) {
    ++counts_.bridged;
    packet.edge = kNowhere;
    queue(packet, *ports_[port].pair);
  } else {
    ++counts_.unmatched;
    free(packet);
  }
}

void GraphIo::leave(Packet& packet) noexcept {
  auto port = packet.reflect                                         ? std::optional<std::size_t>{packet.in_nic}
              : packet.edge < egress_.size() && egress_[packet.edge] ? egress_[packet.edge]
                                                                     : ports_[packet.in_nic].pair;
  if (!port) {
    ++counts_.unpaired;
    free(packet);
    return;
  }
  if (ports_[*port].next_hop && packet.length >= 6) std::memcpy(packet.data, ports_[*port].next_hop->data(), 6);
  queue(packet, *port);
}

void GraphIo::queue(Packet& packet, std::size_t port) noexcept {
  auto& queue = queues_[port];
  packet.out_nic = static_cast<std::uint8_t>(port);
  if (queue.count == queue.packets.size()) flush(port);
  queue.packets[queue.count++] = &packet;
}

void GraphIo::flush(std::size_t port) noexcept {
  auto& queue = queues_[port];
  if (queue.count == 0) return;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < queue.count; ++i) bytes += queue.packets[i]->length;
  const auto all = std::span{queue.packets}.first(queue.count);
  // A device takes packets over: what it has not taken is still ours to look at.
  std::size_t sent = 0;
  for (int tries = 0; tries < 4 && sent < all.size(); ++tries) sent += ports_[port].device->send(all.subspan(sent));
  for (auto* packet : all.subspan(sent)) {
    bytes -= packet->length;
    ++queue.counts.tx_dropped;
    if (auto* slot = packet->edge == kNowhere ? nullptr : slot_of(*packet)) {
      CounterBlock::add(slot->packets, ~std::uint64_t{0});
      CounterBlock::add(slot->bytes, ~std::uint64_t{packet->length} + 1);
      CounterBlock::add(slot->drops, 1);
    }
    free(*packet);
  }
  queue.counts.tx += sent;
  queue.counts.tx_bytes += bytes;
  queue.count = 0;
}

void GraphIo::free(Packet& packet) noexcept {
  if (freed_count_ == freed_.size()) flush_free();
  freed_[freed_count_++] = &packet;
}

void GraphIo::flush_free() noexcept {
  if (freed_count_ != 0) pool_->give_back(std::span{freed_}.first(freed_count_));
  freed_count_ = 0;
}

/// A packet that its runners are done with: in the order of arrival where that is kept, else at once.
void GraphIo::take_back(Packet& packet, Packet::Mark mark) noexcept {
  if (sync_) {
    Sync::close(packet, mark);
  } else if (mark == Packet::Mark::send) {
    leave(packet);
  } else {
    free(packet);
  }
}

void GraphIo::close_in_order() noexcept {
  if (!sync_) return;
  sync_->drain([&](Packet& packet) noexcept {
    if (packet.mark == Packet::Mark::send) {
      leave(packet);
    } else {
      free(packet);
    }
  });
}

void GraphIo::give_up(std::span<Packet* const> packets) noexcept {
  count_given_up(packets.size());
  for (auto* packet : packets) take_back(*packet, Packet::Mark::drop);
}

void GraphIo::count_on_from(const GraphIo& before) noexcept {
  counts_ += before.counts_;
  for (std::size_t port = 0; port < ports_.size(); ++port) {
    const auto was = std::ranges::find(before.ports_, ports_[port].name, &Port::name);
    if (was != before.ports_.end())
      queues_[port].counts += before.port_counts(static_cast<std::size_t>(was - before.ports_.begin()));
  }
}

std::size_t GraphIo::transmit() noexcept {
  std::size_t found = 0;
  const auto drain = [&](PointToPointIngress& ring, Packet::Mark mark) {
    std::array<Packet*, kMaxBurst> burst;
    for (int bursts = 0; bursts < 4; ++bursts) {
      const auto count = ring.take(burst);
      found += count;
      for (auto* packet : std::span{burst}.first(count)) take_back(*packet, mark);
      if (count < burst.size()) return;
    }
  };
  for (auto& runner : runners_) {
    if (runner.output) drain(*runner.output, Packet::Mark::send);
    drain(runner.free, Packet::Mark::drop);
    refill(runner);
  }
  for (auto& stage : joins_) found += join(stage);
  close_in_order();
  for (std::size_t port = 0; port < ports_.size(); ++port) flush(port);
  flush_free();
  return found;
}

/// Takes packets of a stage that meet at a NicEgress.
std::size_t GraphIo::join(StageJoin& join) noexcept {
  std::array<Packet*, kMaxBurst> burst;
  const auto count = join.peek(burst);
  if (count == 0) return 0;
  const auto dropped = join.judge(burst.data(), count);
  join.count(counters_);
  join.release(count);
  for (std::size_t i = 0; i < count; ++i)
    take_back(*burst[i], (dropped >> i & 1) != 0 ? Packet::Mark::drop : Packet::Mark::send);
  return count;
}

void GraphIo::refill(RunnerEnds& runner) noexcept {
  const auto held = runner.spare_ring->size();
  if (held > kSpares / 2) return;
  std::array<Packet*, kSpares> fresh;
  const auto count = pool_->take(std::span{fresh}.first(kSpares - held));
  std::ignore = runner.spare.send(std::span{fresh}.first(count));
}

}  // namespace unf::dataplane
