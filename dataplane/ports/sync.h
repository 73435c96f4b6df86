#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/net/packet.h"

namespace unf::dataplane {

/// Keeps the order of arrival where packets reach the egress by several chains of runners, each packet by one of them
/// (the paper's SyncIngressPort, VI-D.5, with an order ring). Where each takes all ways: SyncIngress.
/// `unf-io` opens each packet at Rx and closes it when a runner gives it back, to send or dropped; a packet leaves once
/// it, all before it, and all that uNFs made on its account are closed.
class Sync {
 public:
  /// Holds at most `capacity` packets.
  explicit Sync(std::size_t capacity) : order_(capacity) {}

  [[nodiscard]] bool full() const noexcept { return count_ == order_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  /// Must not be full.
  void open(Packet& packet) noexcept {
    packet.mark = Packet::Mark::open;
    order_[(first_ + count_++) % order_.size()] = &packet;
  }
  static void close(Packet& packet, Packet::Mark mark) noexcept { packet.mark = mark; }

  /// Gives `leave(Packet&)` every packet that may leave now, in order, each before those it caused. It may free them.
  template <typename Leave>
  void drain(Leave leave) noexcept {
    while (count_ != 0 && closed(*order_[first_])) {
      for (Packet* packet = order_[first_]; packet != nullptr;) {
        Packet* next = packet->next_emitted;
        packet->next_emitted = nullptr;
        leave(*packet);
        packet = next;
      }
      first_ = (first_ + 1) % order_.size();
      --count_;
    }
  }

 private:
  static bool closed(const Packet& packet) noexcept {
    for (const Packet* p = &packet; p != nullptr; p = p->next_emitted) {
      if (p->mark == Packet::Mark::open) return false;
    }
    return true;
  }

  std::vector<Packet*> order_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace unf::dataplane
