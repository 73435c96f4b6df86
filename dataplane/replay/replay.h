#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/io/heap_pool.h"
#include "dataplane/io/hosted_graph.h"
#include "graph/model/stats.h"

namespace unf::dataplane {

/// Runs a plan in this process, deterministically: frames in one by one, frames out to a callback, everything between
/// them as on a host (same uNFs, ports, Rx and Tx services). Needs the EAL (start_private_eal) for classifiers. One
/// thread.
class Replay {
 public:
  /// A frame that leaves: the NIC it leaves by and the time stamp of the frame it is due to.
  using Out = std::function<void(const NicName& nic, std::uint64_t time_ns, std::span<const std::byte> frame)>;

  /// Runs uNFs of the types in `unfs`, which outlives it. The plan's NICs are those its classifiers and I/O nodes name;
  /// `in` and `out` are a pair, and so are any two others. Errors: as HostedGraph::make.
  [[nodiscard]] static Result<std::unique_ptr<Replay>> make(const UnfCatalog& unfs, Plan plan, Out out);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  [[nodiscard]] bool has_nic(const NicName& nic) const;
  [[nodiscard]] const std::vector<Nic>& nics() const { return host_.nics; }

  /// A frame arrives. It is processed once a burst is full, another NIC receives, or flush is called.
  /// Errors: not_found for a NIC the plan does not use; malformed for a frame above 65535 bytes.
  [[nodiscard]] Result<void> receive(const NicName& nic, std::uint64_t time_ns, std::span<const std::byte> frame);
  void flush();

  [[nodiscard]] GraphStats stats() const;
  [[nodiscard]] nlohmann::json report() const { return graph_->report(); }
  /// Buffers that are still out after a flush, beyond those kept in spare rings: 0, or packets were lost.
  [[nodiscard]] std::size_t leaked() const;

 private:
  class Exit;
  explicit Replay(const UnfCatalog& unfs);

  const UnfCatalog& unfs_;
  Host host_;
  std::unique_ptr<HeapPool> pool_;
  std::vector<std::unique_ptr<Exit>> exits_;
  std::unique_ptr<HostedGraph> graph_;
  std::vector<Runner> runners_;
  std::vector<Packet*> burst_;
  std::size_t burst_port_ = 0;
};

}  // namespace unf::dataplane
