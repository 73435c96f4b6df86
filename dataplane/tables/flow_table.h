#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

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
  std::uint8_t proto_class;  ///< as one table knows protocols
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
  /// Makes another table's key, of a packet of protocol `proto`, one of this.
  void adopt(FlowKey& key, std::uint8_t proto) const noexcept;

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

/// Tables that one uNF decides by, on DPDK's heap as they are themselves.
struct FlowTableList {
  static constexpr std::size_t kCapacity = 8;

  std::size_t count = 0;
  std::array<FlowTable*, kCapacity> tables{};

  /// One of each of `tables`, of which there is one at least. Errors: as of FlowTable::build.
  [[nodiscard]] static Result<FlowTableList*> build(std::span<const std::vector<FlowRule>> tables);
  static void free(FlowTableList* tables) noexcept;
  struct Free {
    void operator()(FlowTableList* tables) const noexcept { free(tables); }
  };
};
static_assert(std::is_trivially_copyable_v<FlowTableList>);

using OwnFlowTableList = std::unique_ptr<FlowTableList, FlowTableList::Free>;

/// The IP packets of one burst on their way through a table, and through others behind it.
class FlowBatch {
 public:
  static constexpr std::size_t kCapacity = 64;

  explicit FlowBatch(const FlowTable& table) noexcept : table_(table) {}

  /// `ip.version` is v4 or v6. `tag` is less than kCapacity, and no other packet's.
  void add(std::size_t tag, const Packet& packet, const Link& link, const Network& ip) noexcept {
    auto& lane = ip.version == Network::Version::v4 ? v4_ : v6_;
    keys_[tag] = table_.key(packet, link, ip);
    protos_[tag] = ip.proto;
    lane.keys[lane.count] = &keys_[tag].proto_class;
    lane.tags[lane.count++] = static_cast<std::uint8_t>(tag);
  }

  /// Calls `visit(tag, verdict)` for each packet added; 0 is no match.
  template <typename Visit>
  void classify(Visit visit) noexcept {
    classify(table_, v4_, v6_, visit);
  }
  /// The same by another table, for the packets whose tag's bit is set in `tags`.
  template <typename Visit>
  void classify(const FlowTable& table, std::uint64_t tags, Visit visit) noexcept {
    auto v4 = chosen(v4_, tags, table), v6 = chosen(v6_, tags, table);
    classify(table, v4, v6, visit);
  }

 private:
  struct Lane {
    std::uint32_t count = 0;
    std::array<const std::uint8_t*, kCapacity> keys;
    std::array<std::uint8_t, kCapacity> tags;
  };

  template <typename Visit>
  static void classify(const FlowTable& table, Lane& v4, Lane& v6, Visit& visit) noexcept {
    std::array<std::uint32_t, kCapacity> verdicts;
    table.classify4(v4.keys.data(), verdicts.data(), v4.count);
    for (std::uint32_t i = 0; i < v4.count; ++i) visit(v4.tags[i], verdicts[i]);
    table.classify6(v6.keys.data(), verdicts.data(), v6.count);
    for (std::uint32_t i = 0; i < v6.count; ++i) visit(v6.tags[i], verdicts[i]);
  }

  /// Those of `lane` that have such tags, with keys of `table`.
  Lane chosen(const Lane& lane, std::uint64_t tags, const FlowTable& table) noexcept {
    Lane some;
    for (std::uint32_t i = 0; i < lane.count; ++i) {
      const auto tag = lane.tags[i];
      if ((tags >> tag & 1U) == 0) continue;
      table.adopt(keys_[tag], protos_[tag]);
      some.keys[some.count] = lane.keys[i];
      some.tags[some.count++] = tag;
    }
    return some;
  }

  const FlowTable& table_;
  Lane v4_, v6_;
  std::array<FlowKey, kCapacity> keys_;  // by tag
  std::array<std::uint8_t, kCapacity> protos_;
};

}  // namespace unf::dataplane
