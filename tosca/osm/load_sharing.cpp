#include "tosca/osm/load_sharing.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxSharingVnfs = 1024;

std::string_view link_of(const ConstituentVnf& vnf, const std::string& point) {
  const auto link = vnf.links.find(point);
  return link == vnf.links.end() ? std::string_view{} : std::string_view{link->second};
}

void multiply_instances(ChainVnf& chained, std::uint32_t count) {
  std::vector<std::string> nodes;
  if (chained.model) {
    for (const auto& vdu : chained.model->vdus) nodes.push_back(vdu.name);
  }
  for (const auto& node : chained.vnf.graph.nodes) {
    if (node.type != "NicIngress" && node.type != "NicEgress") nodes.push_back(node.name);
  }
  for (const auto& node : nodes) {
    chained.vnf.initial.try_emplace(node, 1).first->second *= count;
    for (auto& [level, instances] : chained.vnf.level_instances) {
      if (const auto at = instances.find(node); at != instances.end()) at->second *= count;
    }
  }
}

}  // namespace

bool share_load(const Value& position, const std::string& what, std::span<const VnffgStep> steps,
                const std::set<std::string>& names, const ConstituentVnfs& vnfs, Report& report,
                OsmLoadSharing& sharing) {
  const auto& first = vnfs.by_id.at(steps.front().vnf);
  const bool alike = names.size() <= kMaxSharingVnfs && std::ranges::all_of(steps, [&](const auto& step) {
                       const auto& vnf = vnfs.by_id.at(step.vnf);
                       return vnf.vnfd_id == first.vnfd_id && vnf.flavour == first.flavour &&
                              vnf.level == first.level && link_of(vnf, step.in) == link_of(first, step.in);
                     });
  if (!alike) {
    report.problems.add(
        position.at(),
        "{} balances load over {}, expected VNFs with one VNFD, flavour and level, on the same virtual links", what,
        fmt::join(names, ", "));
    return false;
  }
  const auto& group = sharing.groups.try_emplace(first.id, names).first->second;
  if (group != names) {
    report.problems.add(position.at(), "{} balances load over {}, and another position over {}, expected the same VNFs",
                        what, fmt::join(names, ", "), fmt::join(group, ", "));
    return false;
  }
  for (const auto& name : names) {
    if (name != first.id) sharing.runs_as[name] = first.id;
  }
  report.map(position.at(), what,
             fmt::format("{} instances of VNF `{}`, over which flows are dealt", names.size(), first.id));
  return true;
}

void add_instances(const OsmLoadSharing& sharing, std::vector<ChainVnf>& vnfs) {
  for (const auto& [first, names] : sharing.groups) {
    const auto chained = std::ranges::find_if(vnfs, [&](const auto& vnf) { return vnf.vnf.name == first; });
    if (chained == vnfs.end()) continue;  // it could not be bound, which has been reported
    multiply_instances(*chained, static_cast<std::uint32_t>(names.size()));
  }
}

}  // namespace unf::tosca
