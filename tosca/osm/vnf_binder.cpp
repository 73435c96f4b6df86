#include "tosca/osm/vnf_binder.h"

#include <algorithm>

namespace unf::tosca {
namespace {

constexpr std::size_t kMaxBoundWeight = 1U << 17;

/// The flavour that a VNF is in. nullptr: its VNFD has no such flavour, which has been reported.
const OsmFlavour* flavour_of(const ConstituentVnf& vnf, const OsmVnfd& vnfd, Problems& problems) {
  if (vnf.flavour.empty()) return &vnfd.flavours.front();
  const auto found = std::ranges::find(vnfd.flavours, vnf.flavour, &OsmFlavour::id);
  if (found != vnfd.flavours.end()) return &*found;
  std::vector<std::string_view> names;
  for (const auto& flavour : vnfd.flavours) names.push_back(flavour.id);
  problems.add(vnf.at, "VNF `{}` is in the flavour `{}`, expected {}{}", vnf.id, vnf.flavour, one_of(names),
               problems.suggest(vnf.flavour, names));
  return nullptr;
}

std::size_t weight_of(const OsmVnfd& vnfd, const OsmFlavour& flavour) {
  auto weight = vnfd.model.vdus.size() + vnfd.model.points.size();
  for (const auto& aspect : flavour.scaling.aspects) {
    for (const auto& [vdu, deltas] : aspect.node_deltas) weight += deltas.size();
  }
  return weight;
}

/// Leaves out VDUs that a flavour has no profile of, and their connection points.
void leave_out_vdus(const OsmFlavour& flavour, Report& report, VnfModel& model) {
  if (flavour.vdus.empty()) return;
  std::erase_if(model.vdus, [&](const auto& vdu) {
    if (flavour.vdus.contains(vdu.name)) return false;
    report.map(vdu.at, fmt::format("VDU `{}`", vdu.name), "", fmt::format("df `{}` has no profile of it", flavour.id));
    return true;
  });
  std::erase_if(model.points,
                [&](const auto& point) { return !point.vdu.empty() && !flavour.vdus.contains(point.vdu); });
}

}  // namespace

VnfBinder::VnfBinder(Documents& context, std::span<const OsmVnfd> vnfds, std::span<const Vnfd> others)
    : context_(context), problems_(context.problems()), others_(others) {
  for (const auto& vnfd : vnfds) vnfds_.emplace(vnfd.id, &vnfd);
}

const VnfBinder::BoundVnf* VnfBinder::bind(const ConstituentVnf& vnf) {
  const auto [known, is_new] = bound_.try_emplace(vnf.id);
  auto& bound = known->second;
  if (!is_new) return bound ? &*bound : nullptr;
  const auto vnfd = vnfds_.find(vnf.vnfd_id);
  auto chained = vnfd == vnfds_.end() ? of_tosca(vnf) : of_osm(vnf, *vnfd->second);
  if (!chained) return nullptr;
  if (weight_ > kMaxBoundWeight) {
    problems_.add(vnf.at, "too many VDUs in all, expected at most {}", kMaxBoundWeight);
    return nullptr;
  }
  if (!choose_level(vnf, chained->vnf)) return nullptr;
  chained->vnf.name = vnf.id;
  chained->vnf.vnfd_id = vnf.vnfd_id;
  chained->vnf.at = vnf.at;
  result_.vnfs.push_back(std::move(*chained));
  bound = BoundVnf{vnfd == vnfds_.end() ? nullptr : vnfd->second};
  return &*bound;
}

std::optional<ChainVnf> VnfBinder::of_osm(const ConstituentVnf& vnf, const OsmVnfd& vnfd) {
  const auto* flavour = flavour_of(vnf, vnfd, problems_);
  for (const auto& [at, why] : vnfd.refusals) problems_.add(at, "{}", why);
  if (flavour == nullptr || !vnfd.refusals.empty()) return std::nullopt;
  weight_ += weight_of(vnfd, *flavour);
  ChainVnf chained{flavour->scaling, vnfd.model};
  leave_out_vdus(*flavour, context_.report(), *chained.model);
  return chained;
}

std::optional<ChainVnf> VnfBinder::of_tosca(const ConstituentVnf& vnf) {
  const auto vnfd = std::ranges::find_if(others_, [&](const auto& other) {
    return other.descriptor_id == vnf.vnfd_id || other.document->title() == vnf.vnfd_id;
  });
  if (vnfd == others_.end()) {
    problems_.add(vnf.vnfd_at, "VNF `{}` is of VNFD `{}`, which is not among the files{}", vnf.id, vnf.vnfd_id,
                  problems_.suggest(vnf.vnfd_id, [&] { return names_in(vnfds_); }));
    return std::nullopt;
  }
  const auto [read, is_new] = read_others_.try_emplace(&*vnfd);
  if (is_new) read->second = read_vnfd(context_, *vnfd, result_.artifacts);
  weight_ += read->second.graph.nodes.size();
  return ChainVnf{read->second, std::nullopt};
}

bool VnfBinder::choose_level(const ConstituentVnf& vnf, ServiceRequest::Vnf& chained) {
  if (vnf.level.empty()) return true;
  if (chained.levels.contains(vnf.level)) {
    chained.level = vnf.level;
    return true;
  }
  const auto names = names_in(chained.levels);
  problems_.add(vnf.at, "VNF `{}` is at the instantiation level `{}`, expected {}{}", vnf.id, vnf.level, one_of(names),
                problems_.suggest(vnf.level, names));
  return false;
}

}  // namespace unf::tosca
