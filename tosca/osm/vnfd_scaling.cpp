#include "tosca/osm/vnfd_scaling.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tosca/osm/vnfd_names.h"

namespace unf::tosca {
namespace {

constexpr std::uint32_t kMaxOsmScaleLevel = 1024;

using VduCounts = std::map<std::string, std::uint32_t>;  ///< VDU -> instances

/// What the steps of an aspect add.
struct AspectDeltas {
  std::map<std::string, VduCounts> by_name;
  std::vector<std::string> steps;  ///< the delta of each step, the last of which repeats; empty: all deltas together
};

VduCounts read_delta(const Value& delta, const std::string& what, const std::string& aspect, const OsmVdus& vdus,
                     YangReader& reader) {
  VduCounts added;
  for (const auto* one : reader.entries(delta, "vdu-delta")) {
    const auto* vdu = vdu_named_by(*one, "id", what, vdus, reader);
    if (vdu == nullptr) continue;
    added[vdu->text] = reader.count(*one, "number-of-instances", 0, kMaxOsmInstances, aspect).value_or(1);
  }
  return added;
}

AspectDeltas read_deltas(const Value& value, const std::string& aspect, const OsmVdus& vdus, YangReader& reader) {
  AspectDeltas deltas;
  for (const auto* details : reader.entries(value, "aspect-delta-details")) {
    for (const auto* delta : reader.entries(*details, "deltas")) {
      const auto* name = reader.id(*delta, fmt::format("a delta of {}", aspect));
      if (name == nullptr) continue;
      const auto what = fmt::format("delta `{}` of {}", name->text, aspect);
      auto& added = deltas.by_name[name->text];
      for (const auto& [vdu, count] : read_delta(*delta, what, aspect, vdus, reader)) added[vdu] = count;
    }
    for (const auto* step : reader.texts(*details, "step-deltas")) {
      if (deltas.by_name.contains(step->text)) {
        deltas.steps.push_back(step->text);
      } else {
        reader.problems().add(step->at(), "{} steps by delta `{}`, which it does not have{}", aspect, step->text,
                              reader.problems().suggest(step->text, [&] { return names_in(deltas.by_name); }));
      }
    }
  }
  return deltas;
}

std::optional<std::uint32_t> read_max_scale_level(const Value& value, const std::string& aspect, YangReader& reader) {
  const auto most = reader.count(value, "max-scale-level", 1, kMaxOsmScaleLevel, aspect);
  if (!most && reader.text(value, "max-scale-level") == nullptr) {
    reader.problems().add(value.at(), "{} has no `max-scale-level`, expected 1 to {}", aspect, kMaxOsmScaleLevel);
  }
  return most;
}

/// What all deltas add together. Its keys are the VDUs that the aspect scales.
VduCounts sum_of(const AspectDeltas& deltas) {
  VduCounts sum;
  for (const auto& [name, added] : deltas.by_name) {
    for (const auto& [vdu, count] : added) sum[vdu] = std::min(sum[vdu] + count, kMaxOsmInstances);
  }
  return sum;
}

std::vector<std::uint32_t> steps_of(const std::string& vdu, const AspectDeltas& deltas, const VduCounts& together,
                                    std::uint32_t count) {
  std::vector<std::uint32_t> steps;
  for (std::size_t step = 0; step < count; ++step) {
    const auto& added =
        deltas.steps.empty() ? together : deltas.by_name.at(deltas.steps[std::min(step, deltas.steps.size() - 1)]);
    const auto delta = added.find(vdu);
    steps.push_back(delta == added.end() ? 0 : delta->second);
  }
  return steps;
}

void report_too_many_steps(const SourcePlace& at, const OsmVdus& vdus, YangReader& reader) {
  reader.problems().add(at, "too many scaling steps in {}, expected at most {}", vdus.of, ScalingStepBudget::kMost);
}

}  // namespace

std::vector<ServiceRequest::ScalingAspect> read_scaling_aspects(std::span<const Value* const> values,
                                                                const std::string& of, const OsmVdus& vdus,
                                                                ScalingStepBudget& budget, YangReader& reader) {
  std::vector<ServiceRequest::ScalingAspect> aspects;
  for (const auto* value : values) {
    const auto* id = reader.id(*value, fmt::format("a scaling aspect of {}", of));
    if (id == nullptr) continue;
    const auto what = fmt::format("scaling aspect `{}`", id->text);
    reader.check_keys(*value, vnfd_keys::kScalingAspect, what);
    reader.ignore(*value, vnfd_ignored::kOfScalingAspect, what);
    if (std::ranges::find(aspects, id->text, &ServiceRequest::ScalingAspect::name) != aspects.end()) {
      reader.problems().add(value->at(), "a second {}, expected another `id`", what);
      continue;
    }
    const auto deltas = read_deltas(*value, what, vdus, reader);
    const auto most = read_max_scale_level(*value, what, reader);
    if (!most) continue;
    const auto together = sum_of(deltas);
    if (!budget.spend(together.size() * *most)) {
      report_too_many_steps(value->at(), vdus, reader);
      continue;
    }
    ServiceRequest::ScalingAspect aspect{.name = id->text, .max_level = *most};
    for (const auto& [vdu, count] : together) aspect.node_deltas[vdu] = steps_of(vdu, deltas, together, *most);
    reader.report().map(value->at(), what, fmt::format("scaling aspect of {} steps", *most));
    aspects.push_back(std::move(aspect));
  }
  return aspects;
}

std::vector<ServiceRequest::ScalingAspect> read_scaling_groups(const Value& vnfd, const OsmVdus& vdus,
                                                               YangReader& reader) {
  constexpr std::uint32_t kDefaultMaxInstances = 10;  // OSM's, of a group that does not say
  std::vector<ServiceRequest::ScalingAspect> aspects;
  const auto groups = reader.entries(vnfd, "scaling-group-descriptor");
  if (groups.size() > kMaxOsmAspects) {
    reader.problems().add(vnfd.at(), "{} has {} scaling groups, expected at most {}", vdus.of, groups.size(),
                          kMaxOsmAspects);
    return {};
  }
  ScalingStepBudget budget;
  for (const auto* group : groups) {
    const auto* name = reader.id(*group, fmt::format("a scaling group of {}", vdus.of), "name");
    if (name == nullptr) continue;
    const auto what = fmt::format("scaling group `{}`", name->text);
    const auto most = reader.count(*group, "max-instance-count", 1, kMaxOsmScaleLevel, what);
    ServiceRequest::ScalingAspect aspect{.name = name->text, .max_level = most.value_or(kDefaultMaxInstances)};
    for (const auto* one : reader.entries(*group, "vdu")) {
      const auto* vdu = vdu_named_by(*one, "vdu-id-ref", what, vdus, reader);
      if (vdu == nullptr) continue;
      if (!budget.spend(aspect.max_level)) {
        report_too_many_steps(group->at(), vdus, reader);
        return aspects;
      }
      const auto count = reader.count(*one, "count", 1, kMaxOsmInstances, what).value_or(1);
      aspect.node_deltas[vdu->text].assign(aspect.max_level, count);
    }
    reader.report().map(group->at(), what, fmt::format("scaling aspect of {} steps", aspect.max_level));
    aspects.push_back(std::move(aspect));
  }
  return aspects;
}

}  // namespace unf::tosca
