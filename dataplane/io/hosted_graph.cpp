#include "dataplane/io/hosted_graph.h"

#include <algorithm>

#include "dataplane/net/headers.h"

namespace unf::dataplane {
namespace {

/// Of `nodes`, the one that is of `node`'s type and shares an owner with it; rather the one of the same id.
std::optional<std::size_t> related(const Plan::Node& node, const std::vector<Plan::Node>& nodes) {
  std::optional<std::size_t> found;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (nodes[n].type != node.type) continue;
    if (nodes[n].id == node.id) return n;
    const auto owns = [&](const OwnerPath& owner) {
      return std::ranges::find(node.owners, owner) != node.owners.end();
    };
    if (!found && std::ranges::any_of(nodes[n].owners, owns)) found = n;
  }
  return found;
}

}  // namespace

HostedGraph::HostedGraph(const UnfCatalog& unfs, Plan plan, CounterFile counters, std::unique_ptr<Memory> memory,
                         PacketPool& pool)
    : unfs_(unfs), plan_(std::move(plan)), counters_(std::move(counters)), memory_(std::move(memory)), pool_(&pool) {}

Result<std::unique_ptr<HostedGraph>> HostedGraph::make(const UnfCatalog& unfs, Plan plan, const Host& host,
                                                       CounterFile counters, const std::vector<Device*>& devices,
                                                       std::unique_ptr<Memory> memory, SharedObjects& objects,
                                                       PacketPool& pool) {
  std::unique_ptr<HostedGraph> graph{
      new HostedGraph{unfs, std::move(plan), std::move(counters), std::move(memory), pool}};
  if (auto built = graph->build_state(objects); !built) return fail(std::move(built.error()));
  if (auto built = graph->build_stages(); !built) return fail(std::move(built.error()));
  if (auto built = graph->build_rings(); !built) return fail(std::move(built.error()));

  std::vector<GraphIo::Port> ports;
  for (std::size_t i = 0; i < host.nics.size(); ++i) {
    const auto& nic = host.nics[i];
    GraphIo::Port port{.name = nic.name, .device = devices[i]};
    if (nic.pair) {
      const auto pair = std::ranges::find(host.nics, *nic.pair, &Nic::name);
      if (pair != host.nics.end()) port.pair = static_cast<std::size_t>(pair - host.nics.begin());
    }
    if (nic.next_hop) {
      port.next_hop = parse_mac(*nic.next_hop);
      if (!port.next_hop) {
        return fail(Errc::malformed, "next_hop {}: expected a MAC address such as 02:00:00:00:00:01", *nic.next_hop);
      }
    }
    ports.push_back(port);
  }
  auto io = GraphIo::make(
      unfs, graph->plan_, graph->counters_.layout(), graph->counters_.block(RunnerId{std::string{kIoRunner}}),
      std::move(ports), graph->ports_, graph->stages_, [&](std::size_t node) { return graph->make_unf(node); }, pool);
  if (!io) return fail(std::move(io.error()));
  graph->io_ = std::move(*io);
  return graph;
}

Result<void> HostedGraph::build_state(SharedObjects& objects) {
  state_.resize(plan_.nodes.size());
  shared_.resize(plan_.nodes.size());
  for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
    const auto& node = plan_.nodes[n];
    const auto* type = unfs_.find(node.type);
    if (type == nullptr) return fail(Errc::not_found, "{}: no uNF type {} is linked in", node.id.get(), node.type);
    if (type->state_bytes != nullptr) {
      const auto bytes = type->state_bytes(node.config);
      auto* at = static_cast<std::byte*>(memory_->allocate(bytes));
      if (at == nullptr) return fail(Errc::no_capacity, "{}: no memory for {} bytes of state", node.id.get(), bytes);
      state_[n] = {at, bytes};
    }
    if (type->build_shared != nullptr) {
      auto shared = objects.get(*type, node.config, plan_.artifacts);
      if (!shared) return fail(std::move(shared.error()));
      shared_[n] = std::move(*shared);
    }
  }
  return {};
}

Result<std::unique_ptr<Unf>> HostedGraph::make_unf(std::size_t node) const {
  const auto& planned = plan_.nodes[node];
  return type_of(planned).make(
      {.config = planned.config, .artifacts = plan_.artifacts, .state = state_[node], .shared = shared_[node].get()});
}

Result<void> HostedGraph::build_stages() {
  for (const auto& members : plan_.stages) {
    void* at = memory_->allocate(StageRing::bytes(kRing, members.size()));
    if (at == nullptr) return fail(Errc::no_capacity, "no memory for the ring of a stage");
    stages_.push_back(StageRing::create(at, kRing, members.size()));
    packet_rings_.push_back(&stages_.back()->order());
  }
  return {};
}

Result<void> HostedGraph::build_rings() {
  const auto pool_size = pool_->size();
  const RunnerId self{std::string{kIoRunner}};
  const auto ring = [&](std::size_t packets) -> SpscRing* {
    const auto capacity = ring_capacity(packets);
    void* at = memory_->allocate(SpscRing::bytes(capacity));
    return at == nullptr ? nullptr : SpscRing::create(at, capacity);
  };

  for (const auto& id : runners()) {
    auto& wiring = wirings_[id];
    wiring.free = ring(pool_size);  // never full: it can hold every packet there is
    wiring.spare = ring(kMaxBurst);
    wiring.block = static_cast<RunnerBlock*>(memory_->allocate(sizeof(RunnerBlock)));
    wiring.state = state_;
    for (const auto& object : shared_) wiring.shared.push_back(object.get());
    ports_.push_back({.runner = id, .free = wiring.free, .spare = wiring.spare});
    if (wiring.free == nullptr || wiring.spare == nullptr || wiring.block == nullptr) {
      return fail(Errc::no_capacity, "no memory for the rings of runner {}", id.get());
    }
  }
  const auto port_of = [&](const RunnerId& id) { return std::ranges::find(ports_, id, &GraphIo::RunnerPort::runner); };
  const auto has_input_from_rx = [&](const RunnerId& id) {
    const auto runner_of = [&](const NodeId& node) { return plan_.find(node)->runner; };
    return std::ranges::any_of(plan_.classifiers, [&](const auto& c) { return runner_of(c.to) == id; }) ||
           std::ranges::any_of(plan_.edges, [&](const auto& edge) {
             return edge.to && edge.port != Plan::Port::branch && runner_of(*edge.to) == id &&
                    runner_of(edge.from) == self;
           });
  };
  for (auto& [id, wiring] : wirings_) {
    if (!has_input_from_rx(id)) continue;
    auto* input = ring(kRing);
    if (input == nullptr) return fail(Errc::no_capacity, "no memory for the rings of runner {}", id.get());
    port_of(id)->input = input;
    wiring.inputs.push_back(input);
  }
  // Each runner's outputs, in the order its pipeline has them.
  for (auto& [id, wiring] : wirings_) {
    const auto shape = Pipeline::shape(unfs_, plan_, id);
    if (!shape) return fail(shape.error());
    replay_[id] = shape->replay;
    if (const auto& of = shape->member_of) wiring.member_of = {stages_[of->stage], of->member};
    for (const auto stage : shape->joins) wiring.joins.push_back(stages_[stage]);
    for (const auto& [to, stage] : shape->outputs) {
      if (stage) {
        wiring.outputs.push_back(&stages_[*stage]->order());
        continue;
      }
      auto* output = ring(to == self ? pool_size : kRing);
      if (output == nullptr) return fail(Errc::no_capacity, "no memory for the rings of runner {}", id.get());
      wiring.outputs.push_back(output);
      if (to == self) {
        port_of(id)->output = output;
      } else {
        wirings_.at(to).inputs.push_back(output);
      }
    }
  }
  for (const auto& [id, wiring] : wirings_) {
    packet_rings_.insert(packet_rings_.end(), wiring.inputs.begin(), wiring.inputs.end());
    packet_rings_.insert(packet_rings_.end(), wiring.outputs.begin(), wiring.outputs.end());
    packet_rings_.push_back(wiring.free);
  }
  return {};
}

std::vector<RunnerId> HostedGraph::runners() const {
  const auto& writers = counters_.layout().writers();
  return {writers.begin() + 1, writers.end()};
}

Result<Runner> HostedGraph::make_runner(const RunnerId& runner, Runner::Options options) const {
  return Runner::make(unfs_, plan_, runner, counters_.layout(), wirings_.at(runner), counters_.block(runner), options);
}

void HostedGraph::recover(const RunnerId& runner) {
  io_->count_given_up(finish_for(wirings_.at(runner), replay_.at(runner)));
}

bool HostedGraph::drained() const {
  if (io_->on_their_way() != 0) return false;
  // A packet stays on the ring it came by until it is on the next. So if all are empty, and nothing was put on one from
  // before the first was looked at until after the last, there was a moment when all were.
  const auto published = [&] {
    std::uint32_t sum = 0;
    for (const auto* ring : packet_rings_) sum += ring->tail();
    return sum;
  };
  const auto before = published();
  const bool empty = std::ranges::all_of(packet_rings_, [](const auto* ring) { return ring->size() == 0; });
  return empty && published() == before;
}

void HostedGraph::give_up() {
  for (const auto& [id, wiring] : wirings_) {
    if (wiring.member_of.stage == nullptr) recover(id);  // what a member has in hand is its stage's
  }
  while (io_->transmit() != 0) {
  }
  std::array<Packet*, kMaxBurst> burst;
  const auto give_up = [&](SpscRing& ring) {
    PointToPointIngress ingress{ring};
    while (const auto count = ingress.take(burst)) io_->give_up(std::span{burst}.first(count));
  };
  for (const auto& [id, wiring] : wirings_) {
    for (auto* input : wiring.inputs) give_up(*input);
  }
  for (auto* stage : stages_) give_up(stage->order());
  std::ignore = io_->transmit();
  for (const auto& [id, wiring] : wirings_) {
    PointToPointIngress ingress{*wiring.spare};
    while (const auto count = ingress.take(burst)) pool_->give_back(std::span{burst}.first(count));
  }
}

void HostedGraph::inherit(const std::vector<const HostedGraph*>& before) {
  for (const auto* old : before) {
    io_->count_on_from(*old->io_);
    inherit_sums(*old);
  }
  inherit_copies(before);
}

/// Each of the old nodes has one heir, so nothing counts twice.
void HostedGraph::inherit_sums(const HostedGraph& before) {
  for (std::size_t o = 0; o < before.plan_.nodes.size(); ++o) {
    const auto& old = before.plan_.nodes[o];
    const auto absorb = type_of(old).absorb;
    if (absorb == nullptr) continue;
    if (const auto heir = related(old, plan_.nodes)) absorb(state_[*heir], before.state_[o]);
  }
}

void HostedGraph::inherit_copies(const std::vector<const HostedGraph*>& before) {
  for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
    if (state_[n].empty() || type_of(plan_.nodes[n]).absorb != nullptr) continue;
    for (const auto* old : before) {
      const auto from = related(plan_.nodes[n], old->plan_.nodes);
      if (!from || old->state_[*from].size() != state_[n].size()) continue;
      std::ranges::copy(old->state_[*from], state_[n].begin());
      break;
    }
  }
}

nlohmann::json HostedGraph::report() const {
  const auto& counts = io_->counts();
  nlohmann::json json{{"unmatched", counts.unmatched},      {"bridged", counts.bridged},
                      {"sync_full", counts.sync_full},      {"unpaired", counts.unpaired},
                      {"given_up", counts.given_up},        {"nics", nlohmann::json::object()},
                      {"reports", nlohmann::json::object()}};
  for (std::size_t i = 0; i < io_->ports().size(); ++i) {
    const auto& port = io_->ports()[i];
    const auto& of_port = io_->port_counts(i);
    auto& nic = json["nics"][port.name.get()];
    nic = port.device == nullptr ? nlohmann::json::object() : port.device->counts();
    nic.update({{"rx", of_port.rx},
                {"rx_bytes", of_port.rx_bytes},
                {"tx", of_port.tx},
                {"tx_bytes", of_port.tx_bytes},
                {"tx_dropped", of_port.tx_dropped}});
  }
  for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
    const auto& type = type_of(plan_.nodes[n]);
    if (type.report != nullptr)
      json["reports"][plan_.nodes[n].id.get()] = type.report(plan_.nodes[n].config, state_[n]);
  }
  return json;
}

}  // namespace unf::dataplane
