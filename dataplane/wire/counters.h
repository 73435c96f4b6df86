#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/model/catalog.h"
#include "graph/model/ids.h"
#include "graph/model/plan.h"
#include "graph/model/result.h"
#include "graph/model/stats.h"

namespace unf::dataplane {

/// The runner that is unf-io itself.
inline constexpr std::string_view kIoRunner = "io";

/// Where each count of a plan lies in a writer's block. Every process computes it from the plan alone.
class CounterLayout {
 public:
  explicit CounterLayout(const Plan& plan);

  /// Whether counts are kept per path: some owner's numbers need it.
  [[nodiscard]] bool per_path() const { return per_path_; }
  /// The plan's paths in the order of its classifiers, then those that packets go over to, in the order of its edges; a
  /// packet's PathId is an index into them.
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }
  /// The runners of the plan, `io` first: each writes a block of its own.
  [[nodiscard]] const std::vector<RunnerId>& writers() const { return writers_; }

  /// The slot of the edge at `edge_index` in Plan::edges; of its first path where counts are per path, the others
  /// follow.
  [[nodiscard]] std::size_t slot(std::size_t edge_index) const { return edge_index * stride_; }
  /// Slots an edge has: one, or one for each path.
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] std::size_t slots() const { return edges_ * stride_; }
  /// The first named counter of the node at `node_index`.
  [[nodiscard]] static std::size_t named(std::size_t node_index) { return node_index * Names::kCapacity; }
  [[nodiscard]] std::size_t named_count() const { return nodes_ * Names::kCapacity; }

  [[nodiscard]] std::size_t block_bytes() const;
  [[nodiscard]] std::size_t file_bytes() const { return kHeaderBytes + writers_.size() * block_bytes(); }
  static constexpr std::size_t kHeaderBytes = 64;

 private:
  bool per_path_ = false;
  std::size_t stride_ = 1, edges_ = 0, nodes_ = 0;
  std::vector<std::string> paths_;
  std::vector<RunnerId> writers_;
};

/// What a writer says of itself. `heartbeat` rises once a burst, also an empty one.
struct alignas(64) WriterLine {
  enum State : std::uint32_t { none, ready, left };
  std::atomic<std::uint32_t> state;
  std::atomic<std::int32_t> pid;
  std::atomic<std::uint64_t> heartbeat;
  std::atomic<std::uint64_t> packets;  ///< taken from inputs
};

/// One writer's counts. A number has one writer; readers may be other processes.
struct CounterBlock {
  struct Slot {
    std::uint64_t packets, bytes, drops;
  };
  WriterLine* line = nullptr;
  std::span<Slot> slots;
  std::span<std::uint64_t> named;

  static void add(std::uint64_t& number, std::uint64_t amount) noexcept {
    std::atomic_ref ref{number};
    ref.store(ref.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
};

/// The counts of one graph on one host, in memory that outlives every process that writes it.
class CounterFile {
 public:
  /// Makes the file anew, zero. Errors: unavailable, with the path and the reason.
  [[nodiscard]] static Result<CounterFile> create(const std::string& path, const Plan& plan);
  /// Opens what create made for an equal plan. Errors: unavailable; conflict, if it is of another size.
  [[nodiscard]] static Result<CounterFile> open(const std::string& path, const Plan& plan);
  /// Of this process alone.
  [[nodiscard]] static CounterFile in_memory(const Plan& plan);

  [[nodiscard]] const CounterLayout& layout() const { return layout_; }
  /// The block of a runner of the plan.
  [[nodiscard]] CounterBlock block(const RunnerId& runner) const;
  /// The sums over all writers. `catalog` names the uNFs' counters.
  [[nodiscard]] GraphStats stats(const Plan& plan, const Catalog& catalog) const;

 private:
  struct Unmap {
    std::size_t bytes;
    void operator()(std::byte* at) const noexcept;
  };
  CounterFile(CounterLayout layout, std::byte* at);
  static Result<CounterFile> map(const std::string& path, const Plan& plan, int flags);

  CounterLayout layout_;
  std::unique_ptr<std::byte, Unmap> memory_;
};

}  // namespace unf::dataplane
