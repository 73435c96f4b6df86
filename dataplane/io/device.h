#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

#include "dataplane/net/packet.h"

namespace unf::dataplane {

/// Where buffers come from and go back to. One thread uses it.
class PacketPool {
 public:
  PacketPool() = default;
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;
  virtual ~PacketPool() = default;

  /// Fills as much of `into` as there is with empty packets: `data` and `room` set, the rest as new. Returns how many.
  [[nodiscard]] virtual std::size_t take(std::span<Packet*> into) noexcept = 0;
  virtual void give_back(std::span<Packet* const> packets) noexcept = 0;
  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
};

/// A NIC's queue, or what stands for one (the paper's NIC I/O port, VI-D.1). One thread uses it.
class Device {
 public:
  Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  virtual ~Device() = default;

  /// Fills as much of `into` as has arrived. The caller owns what it gets.
  [[nodiscard]] virtual std::size_t receive(std::span<Packet*> into) noexcept = 0;
  /// Sends the first of `packets`, returns how many; the others stay the caller's.
  [[nodiscard]] virtual std::size_t send(std::span<Packet* const> packets) noexcept = 0;
  /// What the device itself counted, for people.
  [[nodiscard]] virtual nlohmann::json counts() const { return nlohmann::json::object(); }
};

}  // namespace unf::dataplane
