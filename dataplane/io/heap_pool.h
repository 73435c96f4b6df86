#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "dataplane/io/device.h"

namespace unf::dataplane {

/// Buffers on this process's heap.
class HeapPool final : public PacketPool {
 public:
  /// `packets` buffers of `room` bytes.
  HeapPool(std::size_t packets, std::uint32_t room);

  [[nodiscard]] std::size_t take(std::span<Packet*> into) noexcept override;
  void give_back(std::span<Packet* const> packets) noexcept override;
  [[nodiscard]] std::size_t size() const noexcept override { return packets_.size(); }
  /// Buffers that are not out.
  [[nodiscard]] std::size_t free() const noexcept { return free_.size(); }

 private:
  std::uint32_t room_;
  std::unique_ptr<std::byte[]> bytes_;
  std::vector<Packet> packets_;
  std::vector<Packet*> free_;
};

}  // namespace unf::dataplane
