#include "tosca/sol001/load_sharing.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace unf::tosca {
namespace {

std::vector<std::string> names_in(std::span<const NfpHop> hops) {
  std::vector<std::string> names;
  for (const auto& hop : hops) names.push_back(hop.vnf.empty() ? hop.sap : hop.vnf);
  return names;
}

std::string_view link_of(const NsPort* port) { return port == nullptr ? std::string_view{} : port->link; }

/// Whether packets can be dealt to either of two hops: VNFs of one VNFD and flavour, on the same virtual links.
bool are_alike(const NfpHop& a, const NfpHop& b, const NsVnfs& vnfs) {
  const auto *vnf_a = vnfs.find(a.vnf), *vnf_b = vnfs.find(b.vnf);
  return vnf_a != nullptr && vnf_b != nullptr && vnf_a->vnfd_id == vnf_b->vnfd_id && vnf_a->flavour == vnf_b->flavour &&
         link_of(a.in) == link_of(b.in) && link_of(a.out) == link_of(b.out);
}

/// Gives every uNF of a VNF `times` as many instances. NICs have none of their own.
void multiply_instances(ServiceRequest::Vnf& vnf, std::uint32_t times) {
  for (const auto& node : vnf.graph.nodes) {
    if (node.type == "NicIngress" || node.type == "NicEgress") continue;
    vnf.initial.try_emplace(node.name, 1).first->second *= times;
    for (auto& [level, instances] : vnf.level_instances) {
      if (const auto at = instances.find(node.name); at != instances.end()) at->second *= times;
    }
  }
}

}  // namespace

bool LoadSharing::add(const NodeTemplate& position, std::span<const NfpHop> hops, const NsVnfs& vnfs, Report& report) {
  const auto& first = hops.front();
  std::set<std::string> names;
  for (const auto& hop : hops) {
    if (are_alike(first, hop, vnfs) && names.insert(hop.vnf).second) continue;
    report.problems.add(position.at,
                        "position `{}` balances load over {}, expected different VNFs with one VNFD and flavour, on "
                        "the same virtual links",
                        position.name, fmt::join(names_in(hops), ", "));
    return false;
  }
  const auto [known, is_new] = sharers_.try_emplace(first.vnf, names);
  if (!is_new && known->second != names) {
    report.problems.add(position.at, "position `{}` balances load over {}, and another over {}, expected the same VNFs",
                        position.name, fmt::join(names, ", "), fmt::join(known->second, ", "));
    return false;
  }
  if (!is_new) return true;
  for (const auto& name : names) {
    if (name != first.vnf) replaced_.insert(name);
  }
  report.map(position.at, fmt::format("position `{}`", position.name),
             fmt::format("{} instances of VNF `{}`, over which flows are dealt", hops.size(), first.vnf));
  return true;
}

std::vector<ServiceRequest::Vnf> LoadSharing::applied_to(std::vector<ServiceRequest::Vnf> vnfs) const {
  for (auto& vnf : vnfs) {
    const auto sharers = sharers_.find(vnf.name);
    if (sharers != sharers_.end()) multiply_instances(vnf, static_cast<std::uint32_t>(sharers->second.size()));
  }
  std::erase_if(vnfs, [&](const auto& vnf) { return is_replaced(vnf.name); });
  return vnfs;
}

void LoadSharing::check_paths(std::span<const ServiceRequest::Path> paths, Problems& problems) const {
  for (const auto& path : paths) {
    for (const auto& hop : path.hops) {
      if (!is_replaced(hop)) continue;
      problems.add(path.at,
                   "path `{}` goes through `{}` alone, which shares its load with others, expected that position",
                   path.name, hop);
    }
  }
}

}  // namespace unf::tosca
