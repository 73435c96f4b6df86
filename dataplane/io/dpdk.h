#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/io/device.h"
#include "dataplane/unf/memory.h"
#include "graph/model/inventory.h"
#include "graph/model/result.h"

struct rte_mempool;

namespace unf::dataplane {

/// Buffers in DPDK's memory: mbufs whose private area is the Packet. Any thread may use it.
class MbufPool final : public PacketPool {
 public:
  /// `packets` mbufs, each for frames of up to `room` bytes. Errors: no_capacity.
  [[nodiscard]] static Result<std::unique_ptr<MbufPool>> make(const std::string& name, std::size_t packets,
                                                              std::uint32_t room);
  ~MbufPool() override;

  [[nodiscard]] std::size_t take(std::span<Packet*> into) noexcept override;
  /// Each goes back to the pool that it is of, whichever that is.
  void give_back(std::span<Packet* const> packets) noexcept override;
  [[nodiscard]] std::size_t size() const noexcept override { return size_; }
  [[nodiscard]] rte_mempool* get() const noexcept { return pool_; }

 private:
  MbufPool(rte_mempool* pool, std::size_t size) : pool_(pool), size_(size) {}
  rte_mempool* pool_;
  std::size_t size_;
};

/// The pools of a graph as one: with another graph's NICs it takes over the buffers that they fill. Any thread may use
/// it.
class PoolSet final : public PacketPool {
 public:
  /// A pool that is there already is not added again.
  void add(std::shared_ptr<MbufPool> pool);
  void add(const PoolSet& others);
  /// There must be one.
  [[nodiscard]] const std::shared_ptr<MbufPool>& first() const noexcept { return pools_.front(); }

  [[nodiscard]] std::size_t take(std::span<Packet*> into) noexcept override;
  void give_back(std::span<Packet* const> packets) noexcept override;
  [[nodiscard]] std::size_t size() const noexcept override;

 private:
  std::vector<std::shared_ptr<MbufPool>> pools_;
};

/// DPDK's shared heap.
class SharedMemory final : public Memory {
 public:
  ~SharedMemory() override;
  [[nodiscard]] void* allocate(std::size_t bytes) override;

 private:
  std::vector<void*> blocks_;
};

/// Opens the NIC's device (docs/design/wire.md, "Inventory": `af_packet:IF`, `pcap:FILE`, `null`) and starts it.
/// `pcap:FILE` reads FILE and writes what is sent to FILE.out. Errors: unsupported for another kind; unavailable, with
/// the device and DPDK's reason.
[[nodiscard]] Result<std::unique_ptr<Device>> open_device(const Nic& nic, MbufPool& pool);

}  // namespace unf::dataplane
