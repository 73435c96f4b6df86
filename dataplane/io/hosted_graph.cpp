#include "dataplane/io/hosted_graph.h"

#include <algorithm>
#include <charconv>

#include "dataplane/catalog.h"

namespace unf::dataplane {
namespace {

Result<std::array<std::uint8_t, 6>> parse_mac(const std::string& text) {
  std::array<std::uint8_t, 6> mac{};
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const auto* at = text.data() + 3 * i;
    const bool shaped = text.size() == 17 && (i == 5 || at[2] == ':');
    if (!shaped || std::from_chars(at, at + 2, mac[i], 16).ptr != at + 2) {
      return fail(Errc::malformed, "next_hop {}: expected a MAC address such as 02:00:00:00:00:01", text);
    }
  }
  return mac;
}

}  // namespace

HostedGraph::HostedGraph(Plan plan, CounterFile counters, std::unique_ptr<Memory> memory)
    : plan_(std::move(plan)), counters_(std::move(counters)), memory_(std::move(memory)) {}

HostedGraph::~HostedGraph() {
  for (std::size_t n = 0; n < shared_.size(); ++n) {
    if (shared_[n] == nullptr) continue;
    if (const auto* type = find_unf(plan_.nodes[n].type); type->free_shared != nullptr) type->free_shared(shared_[n]);
  }
}

Result<std::unique_ptr<HostedGraph>> HostedGraph::make(Plan plan, const Host& host, CounterFile counters,
                                                       const std::vector<Device*>& devices,
                                                       std::unique_ptr<Memory> memory, PacketPool& pool) {
  std::unique_ptr<HostedGraph> graph{new HostedGraph{std::move(plan), std::move(counters), std::move(memory)}};
  if (auto built = graph->build_state(); !built) return fail(std::move(built.error()));
  if (auto built = graph->build_rings(pool.size()); !built) return fail(std::move(built.error()));

  std::vector<GraphIo::Port> ports;
  for (std::size_t i = 0; i < host.nics.size(); ++i) {
    const auto& nic = host.nics[i];
    GraphIo::Port port{.name = nic.name, .device = devices[i]};
    if (nic.pair) {
      const auto pair = std::ranges::find(host.nics, *nic.pair, &Nic::name);
      if (pair != host.nics.end()) port.pair = static_cast<std::size_t>(pair - host.nics.begin());
    }
    if (nic.next_hop) {
      const auto mac = parse_mac(*nic.next_hop);
      if (!mac) return fail(mac.error());
      port.next_hop = *mac;
    }
    ports.push_back(port);
  }
  auto io =
      GraphIo::make(graph->plan_, graph->counters_.layout(), graph->counters_.block(RunnerId{std::string{kIoRunner}}),
                    std::move(ports), graph->ports_, pool);
  if (!io) return fail(std::move(io.error()));
  graph->io_ = std::move(*io);
  return graph;
}

Result<void> HostedGraph::build_state() {
  state_.resize(plan_.nodes.size());
  shared_.resize(plan_.nodes.size(), nullptr);
  for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
    const auto& node = plan_.nodes[n];
    const auto* type = find_unf(node.type);
    if (type == nullptr) return fail(Errc::not_found, "{}: no uNF type {} is linked in", node.id.get(), node.type);
    if (type->state_bytes != nullptr) {
      const auto bytes = type->state_bytes(node.config);
      auto* at = static_cast<std::byte*>(memory_->allocate(bytes));
      if (at == nullptr) return fail(Errc::no_capacity, "{}: no memory for {} bytes of state", node.id.get(), bytes);
      state_[n] = {at, bytes};
    }
    if (type->build_shared != nullptr) {
      auto shared = type->build_shared(node.config, plan_.artifacts, *memory_);
      if (!shared) return fail(std::move(shared.error()));
      shared_[n] = *shared;
    }
  }
  return {};
}

Result<void> HostedGraph::build_rings(std::size_t pool_size) {
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
    wiring.shared = shared_;
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
             return edge.to && runner_of(*edge.to) == id && runner_of(edge.from) == self;
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
    const auto shape = Pipeline::shape(plan_, id);
    if (!shape) return fail(shape.error());
    replay_[id] = shape->replay;
    for (const auto& to : shape->outputs) {
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
  return {};
}

std::vector<RunnerId> HostedGraph::runners() const {
  const auto& writers = counters_.layout().writers();
  return {writers.begin() + 1, writers.end()};
}

Result<Runner> HostedGraph::make_runner(const RunnerId& runner, Runner::Options options) const {
  return Runner::make(plan_, runner, counters_.layout(), wirings_.at(runner), counters_.block(runner), options);
}

std::uint32_t HostedGraph::recover(const RunnerId& runner) {
  return finish_for(wirings_.at(runner), replay_.at(runner));
}

nlohmann::json HostedGraph::report() const {
  const auto& counts = io_->counts();
  nlohmann::json json{{"unmatched", counts.unmatched},    {"bridged", counts.bridged},
                      {"sync_full", counts.sync_full},    {"unpaired", counts.unpaired},
                      {"nics", nlohmann::json::object()}, {"reports", nlohmann::json::object()}};
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
    const auto* type = find_unf(plan_.nodes[n].type);
    if (type->report != nullptr)
      json["reports"][plan_.nodes[n].id.get()] = type->report(plan_.nodes[n].config, state_[n]);
  }
  return json;
}

}  // namespace unf::dataplane
