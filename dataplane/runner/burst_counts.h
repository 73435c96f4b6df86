#pragma once

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include "dataplane/unf/unf_type.h"
#include "dataplane/wire/counters.h"

namespace unf::dataplane {

/// What one writer counts while it works on a burst. It takes effect once the burst is committed.
class BurstCounts {
 public:
  BurstCounts() = default;
  explicit BurstCounts(const CounterLayout& layout)
      : per_path_(layout.per_path()),
        stride_(layout.stride()),
        edges_(layout.slots() / layout.stride()),
        slots_(layout.slots()),
        named_(layout.named_count()) {}

  /// What the writer may count: nothing else is committed. Indexes are those of the plan.
  void uses_edge(std::size_t edge) {
    for (std::size_t p = 0; p < stride_; ++p) used_slots_.push_back(static_cast<std::uint32_t>(edge * stride_ + p));
  }
  void uses_named(std::size_t node, std::size_t counters) {
    for (std::size_t i = 0; i < counters; ++i)
      used_named_.push_back(static_cast<std::uint32_t>(CounterLayout::named(node) + i));
  }

  /// The packets are others now, or not as long as they were.
  void sizes_changed() noexcept { known_mask_ = known_bytes_ = 0; }
  [[nodiscard]] std::size_t slot(std::size_t edge) const noexcept { return edge * stride_; }
  /// The packets of `mask` on the edge that has the slot.
  void add(std::size_t slot_of_edge, Packet* const* packets, std::uint64_t mask) noexcept {
    auto* const slots = slots_.data() + slot_of_edge;
    if (per_path_) {
      Burst{packets, nullptr, mask}.each([&](std::size_t i) noexcept {
        auto& counted = slots[packets[i]->path];
        ++counted.packets;
        counted.bytes += packets[i]->length;
      });
    } else {
      slots->packets += static_cast<std::uint64_t>(std::popcount(mask));
      slots->bytes += bytes_of(packets, mask);
    }
  }
  /// A packet that was counted on the edge it left by, and found no room there.
  void lose(const Packet& packet) noexcept {
    if (packet.edge >= edges_) return;  // leaves by no edge
    auto& counted = slots_[slot(packet.edge) + (per_path_ ? packet.path : 0)];
    --counted.packets;
    counted.bytes -= packet.length;
    ++counted.drops;
  }
  /// The named counters of a node.
  [[nodiscard]] std::uint64_t* named(std::size_t node) noexcept { return named_.data() + CounterLayout::named(node); }

  void commit(const CounterBlock& block) noexcept {
    for (const auto i : used_slots_) {
      auto& counted = slots_[i];
      if (counted.packets != 0) {
        CounterBlock::add(block.slots[i].packets, counted.packets);
        CounterBlock::add(block.slots[i].bytes, counted.bytes);
      }
      if (counted.drops != 0) CounterBlock::add(block.slots[i].drops, counted.drops);
      counted = {};
    }
    for (const auto i : used_named_) {
      if (named_[i] != 0) CounterBlock::add(block.named[i], std::exchange(named_[i], 0));
    }
  }

 private:
  [[nodiscard]] std::uint64_t bytes_of(Packet* const* packets, std::uint64_t mask) noexcept {
    if (mask == known_mask_) return known_bytes_;
    std::uint64_t bytes = 0;
    Burst{packets, nullptr, mask}.each([&](std::size_t i) noexcept { bytes += packets[i]->length; });
    known_mask_ = mask;
    known_bytes_ = bytes;
    return bytes;
  }

  bool per_path_ = false;
  std::size_t stride_ = 1;
  std::size_t edges_ = 0;
  std::vector<CounterBlock::Slot> slots_;
  std::vector<std::uint32_t> used_slots_;
  std::vector<std::uint64_t> named_;
  std::vector<std::uint32_t> used_named_;
  std::uint64_t known_mask_ = 0, known_bytes_ = 0;
};

}  // namespace unf::dataplane
