#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace unf::dataplane {

/// Where rings, blocks and state lie: DPDK's shared heap in unf-io, the process's own elsewhere. What was allocated is
/// freed with it.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;
  /// Zeroed, aligned to 64 bytes; nullptr: no more.
  [[nodiscard]] virtual void* allocate(std::size_t bytes) = 0;
};

/// The process's own heap.
class HeapMemory final : public Memory {
 public:
  [[nodiscard]] void* allocate(std::size_t bytes) override {
    const auto rounded = (bytes + 63) / 64 * 64;
    void* at = std::aligned_alloc(64, rounded);
    if (at == nullptr) return nullptr;
    std::memset(at, 0, rounded);
    blocks_.emplace_back(at);
    return at;
  }

 private:
  struct Free {
    void operator()(void* at) const noexcept { std::free(at); }
  };
  std::vector<std::unique_ptr<void, Free>> blocks_;
};

}  // namespace unf::dataplane
