#include "tosca/osm/vnfd_flavour.h"

#include "tosca/osm/vnfd_affinity.h"
#include "tosca/osm/vnfd_levels.h"
#include "tosca/osm/vnfd_names.h"
#include "tosca/osm/vnfd_profiles.h"
#include "tosca/osm/vnfd_scaling.h"

namespace unf::tosca {
namespace {

std::optional<Refusal> kubernetes_in(const Value& df, const std::string& of) {
  for (const auto* key : {"mciop-profile", "kdu-resource-profile"}) {
    if (const auto* profile = YangReader::find(df, key))
      return Refusal{profile->at(), fmt::format("{} is of Kubernetes, which is not supported, expected VDUs", of)};
  }
  return std::nullopt;
}

OsmFlavour read_df(const Value& df, const std::string& id, const OsmVdus& vdus, ScalingStepBudget& budget,
                   YangReader& reader) {
  const auto what = fmt::format("df `{}` of {}", id, vdus.of);
  reader.check_keys(df, vnfd_keys::kDf, what);
  reader.ignore(df, vnfd_ignored::kOfDf, what);
  OsmFlavour flavour{.id = id, .scaling = {}, .vdus = {}, .refusal = kubernetes_in(df, what)};
  const auto aspects = reader.entries(df, "scaling-aspect"), levels = reader.entries(df, "instantiation-level");
  if (aspects.size() > kMaxOsmAspects || levels.size() > kMaxOsmLevels) {
    reader.problems().add(df.at(), "{} has {} scaling aspects and {} levels, expected at most {} and {}", what,
                          aspects.size(), levels.size(), kMaxOsmAspects, kMaxOsmLevels);
    return flavour;
  }
  const auto profiles = read_vdu_profiles(df, what, vdus, reader);
  for (const auto& profile : profiles) flavour.vdus.insert(profile.vdu);
  auto& scaling = flavour.scaling;
  scaling.affinity = read_affinity(df, what, profiles, reader);
  scaling.aspects = read_scaling_aspects(aspects, what, vdus, budget, reader);
  auto read = read_instantiation_levels(df, levels, what, vdus, profiles, scaling.aspects, reader);
  scaling.level = std::move(read.level);
  scaling.initial = std::move(read.initial);
  scaling.levels = std::move(read.levels);
  scaling.level_instances = std::move(read.level_instances);
  return flavour;
}

OsmFlavour read_catalogue_flavour(const Value& vnfd, const OsmVdus& vdus, YangReader& reader) {
  OsmFlavour flavour{.id = "default", .scaling = {}, .vdus = {}, .refusal = std::nullopt};
  for (const auto& vdu : vdus.all) {
    flavour.scaling.initial[vdu.vdu.name] =
        reader.count(*vdu.value, "count", 1, kMaxOsmInstances, vdu.what).value_or(1);
  }
  flavour.scaling.aspects = read_scaling_groups(vnfd, vdus, reader);
  return flavour;
}

}  // namespace

std::vector<OsmFlavour> read_flavours(const Value& vnfd, const OsmVdus& vdus, OsmDialect dialect, YangReader& reader) {
  std::vector<OsmFlavour> flavours;
  if (dialect == OsmDialect::catalogue) {
    flavours.push_back(read_catalogue_flavour(vnfd, vdus, reader));
    return flavours;
  }
  ScalingStepBudget budget;
  for (const auto* df : reader.entries(vnfd, "df")) {
    const auto* id = reader.id(*df, fmt::format("a `df` of {}", vdus.of));
    if (id != nullptr) flavours.push_back(read_df(*df, id->text, vdus, budget, reader));
  }
  if (flavours.empty()) flavours.emplace_back().id = "default";
  return flavours;
}

}  // namespace unf::tosca
