#include "graph/terms/flow_space.h"

#include <algorithm>

namespace unf::graph {
namespace {

using enum Field;
constexpr auto kWhatIpIs = fields(eth_type, ip_version, ip_ihl, ip_len, ip_options, payload_len);
constexpr auto kWhatPortsAre = kWhatIpIs | fields(ip_proto, ip_frag, l4_sport, l4_dport);

/// Without those that another one covers. Where more than `at_most` would be left, some of it that are more.
std::vector<Match> tidy(std::vector<Match> matches, std::size_t at_most) {
  std::vector<Match> kept;
  for (const auto& match : matches) {
    if (kept.size() > at_most) break;
    if (std::ranges::any_of(kept, [&](const Match& k) { return covers(k, match); })) continue;
    std::erase_if(kept, [&](const Match& k) { return covers(match, k); });
    kept.push_back(match);
  }
  return kept;
}

}  // namespace

FlowSpace FlowSpace::narrowed(std::vector<Match> parts) const {
  FlowSpace space{tidy(std::move(parts), kMaxMatches)};
  if (space.any_of_.size() > kMaxMatches) return *this;
  space.sound_ip_ = sound_ip_;
  return space;
}

FlowSpace FlowSpace::without(FieldSet written) const {
  if (written.empty()) return *this;
  FlowSpace space = *this;
  const bool ip_moves = written.intersects(kWhatIpIs);
  for (auto& match : space.any_of_) {
    if (written.contains(eth_type)) match.ether_type.reset();
    if (written.contains(eth_vlan)) match.vlan.reset();
    if (ip_moves || written.contains(ip_proto)) match.proto.reset();
    if (ip_moves || written.contains(ip_dscp)) match.dscp.reset();
    if (ip_moves || written.contains(ip_src)) match.src.reset();
    if (ip_moves || written.contains(ip_dst)) match.dst.reset();
    if (written.intersects(kWhatPortsAre)) match.sport = match.dport = {};
  }
  if (ip_moves) space.sound_ip_ = false;
  const auto all = space.any_of_.size();
  space.any_of_ = tidy(std::move(space.any_of_), all);
  return space;
}

FlowSpace FlowSpace::united(const FlowSpace& other) const {
  auto all = any_of_;
  all.insert(all.end(), other.any_of_.begin(), other.any_of_.end());
  FlowSpace space{tidy(std::move(all), kMaxMatches)};
  if (space.any_of_.size() > kMaxMatches) space.any_of_ = {Match{}};
  space.sound_ip_ = sound_ip_ && other.sound_ip_;
  return space;
}

}  // namespace unf::graph
