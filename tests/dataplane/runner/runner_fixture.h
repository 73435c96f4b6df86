#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "dataplane/catalog/catalog.h"
#include "dataplane/io/heap_pool.h"
#include "dataplane/runner/runner.h"
#include "dataplane/unf/memory.h"
#include "tests/support/frames.h"
#include "tests/support/runtime_plan.h"

namespace unf::testing_support {

/// One runner of a plan, wired to rings that the test holds the other ends of.
class WiredRunner {
 public:
  explicit WiredRunner(Plan plan, const std::string& runner = "r1")
      : plan_(std::move(plan)), id_(runner), counters_(dataplane::CounterFile::in_memory(plan_)), pool_(256, 2048) {
    const auto shape = dataplane::Pipeline::shape(dataplane::builtin_unfs(), plan_, id_).value();
    wiring_.inputs = {ring(256)};
    for (std::size_t i = 0; i < shape.outputs.size(); ++i) wiring_.outputs.push_back(ring(output_capacity));
    wiring_.free = ring(256);
    wiring_.spare = ring(64);
    wiring_.block = static_cast<dataplane::RunnerBlock*>(memory_.allocate(sizeof(dataplane::RunnerBlock)));
    for (const auto& node : plan_.nodes) {
      const auto* type = dataplane::builtin_unfs().find(node.type);
      const auto bytes = type->state_bytes == nullptr ? 0 : type->state_bytes(node.config);
      wiring_.state.emplace_back(static_cast<std::byte*>(bytes == 0 ? nullptr : memory_.allocate(bytes)), bytes);
      wiring_.shared.push_back(nullptr);
    }
    std::array<dataplane::Packet*, 32> spares{};
    const auto count = pool_.take(spares);
    std::ignore = dataplane::PointToPointEgress{*wiring_.spare}.send(std::span{spares}.first(count));
  }

  /// Makes the runner, or its successor.
  dataplane::Runner make() {
    return dataplane::Runner::make(dataplane::builtin_unfs(), plan_, id_, counters_.layout(), wiring_,
                                   counters_.block(id_))
        .value();
  }

  /// A packet with the frame, entering by the plan's first edge.
  dataplane::Packet* packet(const Bytes& frame, std::uint16_t path = 0) {
    dataplane::Packet* packet = nullptr;
    std::ignore = pool_.take(std::span{&packet, 1});
    std::ranges::copy(frame, packet->data);
    packet->length = static_cast<std::uint32_t>(frame.size());
    packet->path = path;
    return packet;
  }
  void enter(std::vector<dataplane::Packet*> packets) {
    std::ignore = dataplane::PointToPointEgress{*wiring_.inputs[0]}.send(packets);
  }
  std::vector<dataplane::Packet*> take(dataplane::SpscRing* ring) {
    std::vector<dataplane::Packet*> packets(256);
    packets.resize(dataplane::PointToPointIngress{*ring}.take(packets));
    return packets;
  }
  std::vector<dataplane::Packet*> sent(std::size_t output = 0) { return take(wiring_.outputs[output]); }
  std::vector<dataplane::Packet*> freed() { return take(wiring_.free); }

  EdgeCount edge(std::uint32_t id, const std::string& path = "") {
    return counters_.stats(plan_, dataplane::builtin_unfs().descriptors()).edges.at({EdgeId{id}, path});
  }
  dataplane::RunnerWiring& wiring() { return wiring_; }
  const Plan& plan() const { return plan_; }

  static constexpr std::uint32_t output_capacity = 64;

 private:
  dataplane::SpscRing* ring(std::uint32_t capacity) {
    return dataplane::SpscRing::create(memory_.allocate(dataplane::SpscRing::bytes(capacity)), capacity);
  }

  Plan plan_;
  RunnerId id_;
  dataplane::CounterFile counters_;
  dataplane::HeapMemory memory_;
  dataplane::HeapPool pool_;
  dataplane::RunnerWiring wiring_;
};

}  // namespace unf::testing_support
