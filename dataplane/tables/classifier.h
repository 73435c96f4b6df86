#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/tables/flow_table.h"

namespace unf::dataplane {

/// One of the plan's classifiers: packets from `nic` that match.
struct ClassifierRule {
  Match match;
  std::uint8_t nic = 0;  ///< as in Packet::in_nic
};

/// Gives each packet to the first classifier that takes it. Needs the EAL, whose heap holds its
/// tables. `ether_type` of a match is the type behind VLAN tags. A packet whose IP header is broken has no ports.
class Classifier {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// Errors: as of FlowTable::build.
  [[nodiscard]] static Result<Classifier> build(std::span<const ClassifierRule> rules);

  /// The index of each packet's rule, or kNone, to `first`, by Packet::in_nic and the frame.
  void classify(std::span<Packet* const> packets, std::uint32_t* first) const noexcept;

 private:
  /// What a frame without IP can match.
  struct LinkRule {
    std::uint32_t index;
    std::uint8_t nic;
    std::optional<std::uint16_t> type, vlan;
  };
  Classifier(OwnFlowTable table, std::vector<LinkRule> links)
      : table_(std::move(table)), link_rules_(std::move(links)) {}
  [[nodiscard]] std::uint32_t first_link_rule(const Packet& packet, const Link& link) const noexcept;

  OwnFlowTable table_;
  std::vector<LinkRule> link_rules_;
};

}  // namespace unf::dataplane
