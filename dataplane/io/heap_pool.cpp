#include "dataplane/io/heap_pool.h"

#include <algorithm>

namespace unf::dataplane {

HeapPool::HeapPool(std::size_t packets, std::uint32_t room)
    : room_(room), bytes_(new std::byte[packets * room]), packets_(packets) {
  free_.reserve(packets);
  for (std::size_t i = 0; i < packets; ++i) {
    packets_[i].data = bytes_.get() + i * room;
    packets_[i].room = room;
  }
  for (auto i = packets; i > 0; --i) free_.push_back(&packets_[i - 1]);
}

std::size_t HeapPool::take(std::span<Packet*> into) noexcept {
  const auto count = std::min(into.size(), free_.size());
  for (std::size_t i = 0; i < count; ++i) {
    auto* packet = free_.back();
    free_.pop_back();
    *packet = Packet{.data = packet->data, .room = room_};
    into[i] = packet;
  }
  return count;
}

void HeapPool::give_back(std::span<Packet* const> packets) noexcept {
  free_.insert(free_.end(), packets.begin(), packets.end());  // never beyond what was reserved
}

}  // namespace unf::dataplane
