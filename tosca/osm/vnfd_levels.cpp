#include "tosca/osm/vnfd_levels.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {
namespace {

using ScalingAspects = std::span<const ServiceRequest::ScalingAspect>;

/// An instantiation level as written.
struct WrittenLevel {
  const Value* value = nullptr;
  std::map<std::string, std::uint32_t> instances;  ///< by VDU
  std::map<std::string, std::uint32_t> scale;      ///< aspect -> scale level
};
using WrittenLevels = std::map<std::string, WrittenLevel>;  ///< by id

WrittenLevel read_level(const Value& value, const std::string& what, const OsmVdus& vdus, ScalingAspects aspects,
                        YangReader& reader) {
  WrittenLevel level{.value = &value, .instances = {}, .scale = {}};
  for (const auto* one : reader.entries(value, "vdu-level")) {
    const auto* vdu = vdu_named_by(*one, "vdu-id", what, vdus, reader);
    if (vdu == nullptr) continue;
    level.instances[vdu->text] = reader.count(*one, "number-of-instances", 0, kMaxOsmInstances, what).value_or(1);
  }
  for (const auto* info : reader.entries(value, "scaling-info")) {
    const auto* name = reader.id(*info, what, "scaling-aspect-id");
    if (name == nullptr) continue;
    const auto aspect = std::ranges::find(aspects, name->text, &ServiceRequest::ScalingAspect::name);
    if (aspect == aspects.end()) {
      std::vector<std::string_view> names;
      for (const auto& one : aspects) names.push_back(one.name);
      reader.problems().add(name->at(), "{} is of scaling aspect `{}`, expected {}{}", what, name->text, one_of(names),
                            reader.problems().suggest(name->text, names));
      continue;
    }
    if (const auto step = reader.count(*info, "scale-level", 0, aspect->max_level, what))
      level.scale[name->text] = *step;
  }
  return level;
}

/// How many instances of a VDU an aspect adds on its steps up to `level`.
std::uint32_t added_up_to(const ServiceRequest::ScalingAspect& aspect, const std::string& vdu, std::uint32_t level) {
  const auto deltas = aspect.node_deltas.find(vdu);
  if (deltas == aspect.node_deltas.end()) return 0;
  std::uint32_t sum = 0;
  for (std::uint32_t step = 0; step < level; ++step) sum += deltas->second[step];
  return sum;
}

/// How many instances a VDU has at scale level 0 if `level` tells: it names both the VDU's instances and the scale
/// level of each aspect in `by`, all of those that scale the VDU. 0: the aspects alone would add more than it names.
std::optional<std::uint32_t> unscaled(const std::string& vdu, const WrittenLevel& level,
                                      const std::vector<const ServiceRequest::ScalingAspect*>& by) {
  const auto count = level.instances.find(vdu);
  const auto has_scale = [&](const auto* aspect) { return level.scale.contains(aspect->name); };
  if (by.empty() || count == level.instances.end() || !std::ranges::all_of(by, has_scale)) return std::nullopt;
  std::uint32_t added = 0;
  for (const auto* aspect : by) added += added_up_to(*aspect, vdu, level.scale.at(aspect->name));
  return count->second - std::min(count->second, added);
}

/// How many instances a VDU has at scale level 0. A level that tells decides; else the least number of the VDU's
/// profile does; else, of a VDU that scales, the number of the chosen level.
std::uint32_t initial_instances(const std::string& vdu, std::optional<std::uint32_t> least, const WrittenLevels& levels,
                                const std::string& chosen, ScalingAspects aspects) {
  std::vector<const ServiceRequest::ScalingAspect*> by;
  for (const auto& aspect : aspects) {
    if (aspect.node_deltas.contains(vdu)) by.push_back(&aspect);
  }
  for (const auto& [id, level] : levels) {
    const auto told = unscaled(vdu, level, by);
    if (told && *told > 0) return *told;
    if (told) break;
  }
  if (least) return std::max(*least, 1U);
  if (const auto level = levels.find(chosen); !by.empty() && level != levels.end()) {
    const auto count = level->second.instances.find(vdu);
    if (count != level->second.instances.end()) return std::max(count->second, 1U);
  }
  return 1;
}

using AspectsOfVdu = std::map<std::string_view, std::size_t>;  ///< VDU -> how many aspects scale it

AspectsOfVdu count_aspects(ScalingAspects aspects) {
  AspectsOfVdu counts;
  for (const auto& aspect : aspects) {
    for (const auto& [vdu, deltas] : aspect.node_deltas) ++counts[vdu];
  }
  return counts;
}

/// The scale level of an aspect that a level stands for: the one that it names, else the first that gives the instances
/// of a VDU that no other aspect scales, else 0.
std::uint32_t scale_level_at(const WrittenLevel& level, const ServiceRequest::ScalingAspect& aspect,
                             const AspectsOfVdu& aspects_of, const std::map<std::string, std::uint32_t>& initial) {
  if (const auto named = level.scale.find(aspect.name); named != level.scale.end()) return named->second;
  for (const auto& [vdu, deltas] : aspect.node_deltas) {
    const auto count = level.instances.find(vdu);
    if (count == level.instances.end() || aspects_of.at(vdu) > 1) continue;
    auto reached = initial.at(vdu);
    std::uint32_t step = 0;
    while (reached < count->second && step < aspect.max_level) reached += deltas[step++];
    return step;
  }
  return 0;
}

/// Adds what a level stands for to `levels`, whose initial instances are known.
void settle_level(const std::string& id, const WrittenLevel& level, ScalingAspects aspects,
                  const AspectsOfVdu& aspects_of, Problems& problems, InstantiationLevels& levels) {
  auto& scale = levels.levels[id];
  for (const auto& aspect : aspects) scale[aspect.name] = scale_level_at(level, aspect, aspects_of, levels.initial);
  for (const auto& [vdu, count] : level.instances) {
    if (!aspects_of.contains(vdu)) {
      if (count == 0) {
        problems.add(level.value->at(), "instantiation level `{}` has no instance of VDU `{}`, expected 1 to {}", id,
                     vdu, kMaxOsmInstances);
      }
      levels.level_instances[id][vdu] = count;
      continue;
    }
    auto reached = levels.initial.at(vdu);
    for (const auto& aspect : aspects) reached += added_up_to(aspect, vdu, scale[aspect.name]);
    if (reached == count) continue;
    problems.add(level.value->at(),
                 "instantiation level `{}` has {} instances of VDU `{}`, which no scale level gives, expected {} and "
                 "what its scaling aspects add",
                 id, count, vdu, levels.initial.at(vdu));
  }
}

}  // namespace

InstantiationLevels read_instantiation_levels(const Value& df, std::span<const Value* const> values,
                                              const std::string& of, const OsmVdus& vdus,
                                              std::span<const VduProfile> profiles, ScalingAspects aspects,
                                              YangReader& reader) {
  InstantiationLevels levels;
  WrittenLevels written;
  for (const auto* value : values) {
    const auto* id = reader.id(*value, fmt::format("an instantiation level of {}", of));
    if (id == nullptr) continue;
    const auto what = fmt::format("instantiation level `{}`", id->text);
    reader.check_keys(*value, vnfd_keys::kInstantiationLevel, what);
    if (written.contains(id->text)) {
      reader.problems().add(value->at(), "a second {}, expected another `id`", what);
      continue;
    }
    if (written.empty()) levels.level = id->text;
    written.emplace(id->text, read_level(*value, what, vdus, aspects, reader));
    reader.report().map(value->at(), what, "instantiation level");
  }
  if (const auto* chosen = reader.text(df, "default-instantiation-level")) {
    levels.level = chosen->text;
    if (!written.contains(chosen->text)) {
      reader.problems().add(chosen->at(), "`default-instantiation-level` of {} is `{}`, expected {}{}", of,
                            chosen->text, one_of(names_in(written)),
                            reader.problems().suggest(chosen->text, [&] { return names_in(written); }));
      return levels;
    }
  }
  std::map<std::string_view, std::optional<std::uint32_t>> least;
  for (const auto& profile : profiles) least[profile.vdu] = profile.least;
  for (const auto& name : vdus.names)
    levels.initial[name] = initial_instances(name, least[name], written, levels.level, aspects);
  const auto aspects_of = count_aspects(aspects);
  for (const auto& [id, level] : written) settle_level(id, level, aspects, aspects_of, reader.problems(), levels);
  return levels;
}

}  // namespace unf::tosca
