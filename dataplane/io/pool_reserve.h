#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>

#include "dataplane/io/dpdk.h"

namespace unf::dataplane {

/// The buffers of a graph that is still to come, made while nobody waits for them. One thread at a time.
class PoolReserve {
 public:
  /// `packets`: the buffers of a pool.
  explicit PoolReserve(std::size_t packets) : packets_(packets) {}

  /// A pool for frames of up to `room` bytes: the one that is there where it will do. Errors: no_capacity.
  [[nodiscard]] Result<std::shared_ptr<MbufPool>> take(std::uint32_t room);
  /// Begins to make a pool like the last one that was taken, if there is none.
  void fill();
  /// Whether one is there. Waits for one that is being made.
  [[nodiscard]] bool full();
  /// Gives its memory back.
  void drop();

 private:
  using Made = Result<std::unique_ptr<MbufPool>>;
  [[nodiscard]] static Made make(std::size_t packets, std::uint32_t room);

  std::size_t packets_;
  std::uint32_t room_ = 0;  // of the last one taken, and of the next two
  std::future<Made> filling_;
  std::unique_ptr<MbufPool> pool_;
};

}  // namespace unf::dataplane
