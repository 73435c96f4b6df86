#include "dataplane/tables/classifier.h"

#include <algorithm>

namespace unf::dataplane {
namespace {

bool asks_for_ip(const Match& match) {
  return match.proto || match.src || match.dst || match.dscp || !match.sport.any() || !match.dport.any();
}

}  // namespace

Result<Classifier> Classifier::build(std::span<const ClassifierRule> rules) {
  std::vector<FlowRule> flows;
  std::vector<LinkRule> links;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const auto& [match, nic] = rules[i];
    flows.push_back({match, nic, i + 1});
    if (!asks_for_ip(match)) links.push_back({i, nic, match.ether_type, match.vlan});
  }
  return FlowTable::build(flows).map([&](FlowTable* table) {
    return Classifier{OwnFlowTable{table}, std::move(links)};
  });
}

std::uint32_t Classifier::first_link_rule(const Packet& packet, const Link& link) const noexcept {
  const auto rule = std::find_if(link_rules_.begin(), link_rules_.end(), [&](const LinkRule& r) {
    return r.nic == packet.in_nic && r.type.value_or(link.type) == link.type && r.vlan.value_or(link.vlan) == link.vlan;
  });
  return rule == link_rules_.end() ? kNone : rule->index;
}

void Classifier::classify(std::span<Packet* const> packets, std::uint32_t* first) const noexcept {
  while (!packets.empty()) {
    const auto burst = packets.first(std::min(packets.size(), FlowBatch::kCapacity));
    FlowBatch batch{*table_};
    for (std::size_t i = 0; i < burst.size(); ++i) {
      const auto link = link_layer(burst[i]->frame());
      const auto ip = network_layer(burst[i]->frame(), link);
      if (ip.version == Network::Version::none)
        first[i] = first_link_rule(*burst[i], link);
      else
        batch.add(i, *burst[i], link, ip);
    }
    batch.classify(
        [&](std::size_t i, std::uint32_t verdict) { first[i] = verdict - 1; });  // 0, no match, becomes kNone
    packets = packets.subspan(burst.size());
    first += burst.size();
  }
}

}  // namespace unf::dataplane
