#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>

#include "dataplane/net/headers.h"
#include "dataplane/net/packet.h"
#include "graph/model/match.h"
#include "graph/model/result.h"

struct rte_acl_ctx;

namespace unf::dataplane {

/// A row of a FlowTable. `match.ether_type` chooses between IPv4 and IPv6; a row of another type takes nothing.
struct FlowRule {
  Match match;
  std::optional<std::uint8_t> nic{};  ///< index of the ingress NIC
  std::uint32_t verdict = 0;          ///< never 0: that says that no row matched
};

/// What a row is compared with, in the layout that rte_acl is told of.
struct FlowKey {
  std::uint8_t proto_class;
  std::array<std::uint8_t, 3> pad;
  std::array<std::uint8_t, 44> rest;  ///< source, destination, ports; then VLAN, DSCP, NIC
};

/// First-match table over IPv4 and IPv6 packets (rte_acl). It lies on DPDK's heap: built and freed by the process that
/// owns the memory, used by address in others.
class FlowTable {
 public:
  /// Errors: unsupported (too many protocols), no_capacity (the heap is full).
  [[nodiscard]] static Result<FlowTable*> build(std::span<const FlowRule> rules);
  static void free(FlowTable* table) noexcept;
  struct Free {
    void operator()(FlowTable* table) const noexcept { free(table); }
  };

  [[nodiscard]] FlowKey key(const Packet& packet, const Link& link, const Network& ip) const noexcept;

  /// The verdict of each of `count` IPv4 keys to `verdicts`.
  void classify4(const std::uint8_t** keys, std::uint32_t* verdicts, std::uint32_t count) const noexcept;
  void classify6(const std::uint8_t** keys, std::uint32_t* verdicts, std::uint32_t count) const noexcept;

 private:
  rte_acl_ctx* v4_;  // nullptr: no row for them
  rte_acl_ctx* v6_;
  std::array<std::uint8_t, 256> proto_class_;  // protocols that no row names share class 0
};
static_assert(std::is_trivially_copyable_v<FlowTable>);

using OwnFlowTable = std::unique_ptr<FlowTable, FlowTable::Free>;

/// The IP packets of one burst on their way through a table.
class FlowBatch {
 public:
  static constexpr std::size_t kCapacity = 64;

  explicit FlowBatch(const FlowTable& table) noexcept : table_(table) {}

  /// `ip.version` is v4 or v6. At most kCapacity.
  void add(std::size_t tag, const Packet& packet, const Link& link, const Network& ip) noexcept {
    auto& lane = ip.version == Network::Version::v4 ? v4_ : v6_;
    keys_[used_] = table_.key(packet, link, ip);
    lane.keys[lane.count] = &keys_[used_++].proto_class;
    lane.tags[lane.count++] = static_cast<std::uint8_t>(tag);
  }

  /// Calls `visit(tag, verdict)` for each packet added; 0 is no match.
  template <typename Visit>
  void classify(Visit visit) noexcept {
    std::array<std::uint32_t, kCapacity> verdicts;
    table_.classify4(v4_.keys.data(), verdicts.data(), v4_.count);
    for (std::uint32_t i = 0; i < v4_.count; ++i) visit(v4_.tags[i], verdicts[i]);
    table_.classify6(v6_.keys.data(), verdicts.data(), v6_.count);
    for (std::uint32_t i = 0; i < v6_.count; ++i) visit(v6_.tags[i], verdicts[i]);
  }

 private:
  struct Lane {
    std::uint32_t count = 0;
    std::array<const std::uint8_t*, kCapacity> keys;
    std::array<std::uint8_t, kCapacity> tags;
  };

  const FlowTable& table_;
  std::size_t used_ = 0;
  Lane v4_, v6_;
  std::array<FlowKey, kCapacity> keys_;
};

}  // namespace unf::dataplane
