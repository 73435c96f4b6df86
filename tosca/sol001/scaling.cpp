#include "tosca/sol001/scaling.h"

#include <algorithm>
#include <optional>
#include <set>

namespace unf::tosca {
namespace {

constexpr std::uint64_t kMaxScaleLevel = 1024;
constexpr std::uint64_t kMaxInstances = 1024;

/// A member of a policy's properties. nullptr: absent, or wrong and reported.
const Value* property_map(const Policy& policy, std::string_view name, Problems& problems) {
  return policy.properties == nullptr ? nullptr : map_at(*policy.properties, name, problems);
}
const Value* property_scalar(const Policy& policy, std::string_view name, Problems& problems) {
  return policy.properties == nullptr ? nullptr : scalar_at(*policy.properties, name, problems);
}

template <typename Map>
std::vector<std::string_view> keys_of(const Map& map) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

class ScalingReader {
 public:
  ScalingReader(Documents& documents, const Document& document, std::span<const Policy> policies,
                ServiceRequest::Vnf& vnf)
      : problems_(documents.problems()), document_(document), policies_(policies), vnf_(vnf) {}

  void read() {
    // What refers to others comes behind them, in whatever order they are written.
    each("VduScalingAspectDeltas", &ScalingReader::read_deltas);
    each("ScalingAspects", &ScalingReader::read_aspects);
    refuse_unknown_aspects();
    each("VduInitialDelta", &ScalingReader::read_initial);
    each("InstantiationLevels", &ScalingReader::read_levels);
    each("VduInstantiationLevels", &ScalingReader::read_vdu_levels);
  }

 private:
  using Deltas = std::map<std::string, std::uint32_t>;  ///< name -> instances

  void each(std::string_view type, void (ScalingReader::*take)(const Policy&)) {
    constexpr std::string_view kPrefix = "tosca.policies.nfv.";
    for (const auto& policy : policies_) {
      if (policy.type.starts_with(kPrefix) && policy.type.substr(kPrefix.size()) == type) (this->*take)(policy);
    }
  }

  /// `number_of_instances` of a VduLevel, `least` to kMaxInstances. nullopt: reported as `what`.
  std::optional<std::uint32_t> instances(const Value& level, std::uint64_t least, const SourcePlace& at,
                                         const std::string& what) {
    const auto* count = level.find("number_of_instances");
    const auto number = count == nullptr ? std::nullopt : to_unsigned(count->text);
    if (number && *number >= least && *number <= kMaxInstances) return static_cast<std::uint32_t>(*number);
    problems_.add(at, "{} has no good `number_of_instances`, expected {} to {}", what, least, kMaxInstances);
    return std::nullopt;
  }

  void read_deltas(const Policy& policy) {
    const auto* aspect = property_scalar(policy, "aspect", problems_);
    const auto* steps = property_map(policy, "deltas", problems_);
    if (aspect == nullptr || steps == nullptr) {
      problems_.add(policy.at, "policy `{}` lacks `aspect` or `deltas`, expected both", policy.name);
      return;
    }
    if (!targets_unfs(document_, policy, problems_)) return;
    for (const auto& [key, value] : steps->members) {
      const auto count =
          instances(*value, 0, key->at(), fmt::format("delta `{}` of policy `{}`", key->text, policy.name));
      if (!count) continue;
      for (const auto& node : policy.targets) deltas_[aspect->text][node][key->text] = *count;
    }
  }

  void read_aspects(const Policy& policy) {
    const auto* aspects = property_map(policy, "aspects", problems_);
    if (aspects == nullptr) {
      problems_.add(policy.at, "policy `{}` has no `aspects`, expected a map of scaling aspects", policy.name);
      return;
    }
    for (const auto& [key, value] : aspects->members) {
      declared_.insert(key->text);
      read_aspect(*key, *value);
    }
  }

  void read_aspect(const Value& key, const Value& value) {
    const auto* levels = value.find("max_scale_level");
    const auto max_level = levels == nullptr ? std::nullopt : to_unsigned(levels->text);
    if (!max_level || *max_level == 0 || *max_level > kMaxScaleLevel) {
      problems_.add(levels == nullptr ? key.at() : levels->at(),
                    "scaling aspect `{}` has no good `max_scale_level`, expected 1 to {}", key.text, kMaxScaleLevel);
      return;
    }
    ServiceRequest::ScalingAspect aspect{.name = key.text, .max_level = static_cast<std::uint32_t>(*max_level)};
    const auto* steps = list_at(value, "step_deltas", problems_);
    const auto& of_nodes = deltas_[key.text];
    if (!of_nodes.empty() && (steps == nullptr || steps->items.empty())) {
      problems_.add(key.at(), "scaling aspect `{}` has no `step_deltas`, expected a list of deltas", key.text);
      return;
    }
    for (const auto& [node, deltas] : of_nodes) {
      aspect.node_deltas[node] = steps_of(*steps, aspect, node, deltas);
    }
    vnf_.aspects.push_back(std::move(aspect));
  }

  /// What each step adds; the last delta goes on for the steps that name none.
  std::vector<std::uint32_t> steps_of(const Value& steps, const ServiceRequest::ScalingAspect& aspect,
                                      const std::string& node, const Deltas& deltas) {
    std::vector<std::uint32_t> added;
    for (std::size_t step = 0; step < aspect.max_level; ++step) {
      const auto& delta = *steps.items[std::min(step, steps.items.size() - 1)];
      const auto count = deltas.find(delta.text);
      if (count != deltas.end()) {
        added.push_back(count->second);
        continue;
      }
      problems_.add(delta.at(),
                    "scaling aspect `{}` steps by delta {}, expected one that VduScalingAspectDeltas gives for `{}`",
                    aspect.name, delta.describe(), node);
    }
    return added;
  }

  void refuse_unknown_aspects() {
    for (const auto& [aspect, nodes] : deltas_) {
      if (declared_.contains(aspect)) continue;
      problems_.add(vnf_.at, "scaling deltas for aspect `{}`, expected one that ScalingAspects declares", aspect);
    }
  }

  void read_initial(const Policy& policy) {
    const auto* initial = property_map(policy, "initial_delta", problems_);
    if (initial == nullptr) {
      problems_.add(policy.at, "policy `{}` has no `initial_delta`, expected `number_of_instances` in it", policy.name);
      return;
    }
    const auto count =
        instances(*initial, 1, initial->at(), fmt::format("`initial_delta` of policy `{}`", policy.name));
    if (!count || !targets_unfs(document_, policy, problems_)) return;
    for (const auto& node : policy.targets) vnf_.initial[node] = *count;
  }

  void read_levels(const Policy& policy) {
    const auto* levels = property_map(policy, "levels", problems_);
    if (levels == nullptr || levels->members.empty()) {
      problems_.add(policy.at, "policy `{}` has no `levels`, expected a map of instantiation levels", policy.name);
      return;
    }
    for (const auto& [key, value] : levels->members) read_level(key->text, *value);
    const auto* chosen = property_scalar(policy, "default_level", problems_);
    if (chosen == nullptr && vnf_.levels.size() == 1) vnf_.level = vnf_.levels.begin()->first;
    if (chosen == nullptr) return;
    vnf_.level = chosen->text;
    if (!vnf_.levels.contains(chosen->text)) report_unknown_level(*chosen, "`default_level`");
  }

  void read_level(const std::string& level, const Value& value) {
    auto& scale = vnf_.levels[level];
    const auto* aspects = map_at(value, "scale_info", problems_);
    if (aspects == nullptr) return;
    for (const auto& [key, info] : aspects->members) {
      const auto aspect = std::find_if(vnf_.aspects.begin(), vnf_.aspects.end(),
                                       [&](const auto& declared) { return declared.name == key->text; });
      if (aspect == vnf_.aspects.end()) {
        if (!declared_.contains(key->text)) report_unknown_aspect(*key, level);
        continue;
      }
      const auto* step = info->find("scale_level");
      const auto number = step == nullptr ? std::nullopt : to_unsigned(step->text);
      if (!number || *number > aspect->max_level) {
        problems_.add(step == nullptr ? key->at() : step->at(),
                      "level `{}` has no good `scale_level` of aspect `{}`, expected 0 to {}", level, key->text,
                      aspect->max_level);
        continue;
      }
      scale[key->text] = static_cast<std::uint32_t>(*number);
    }
  }

  void read_vdu_levels(const Policy& policy) {
    const auto* levels = property_map(policy, "levels", problems_);
    if (levels == nullptr) {
      problems_.add(policy.at, "policy `{}` has no `levels`, expected instances by instantiation level", policy.name);
      return;
    }
    if (!targets_unfs(document_, policy, problems_)) return;
    for (const auto& [key, value] : levels->members) {
      if (!vnf_.levels.contains(key->text)) {
        report_unknown_level(*key, fmt::format("a level of policy `{}`", policy.name));
        continue;
      }
      const auto count =
          instances(*value, 1, key->at(), fmt::format("level `{}` of policy `{}`", key->text, policy.name));
      if (!count) continue;
      for (const auto& node : policy.targets) vnf_.level_instances[key->text][node] = *count;
    }
  }

  void report_unknown_aspect(const Value& aspect, const std::string& level) {
    std::vector<std::string_view> known(declared_.begin(), declared_.end());
    problems_.add(aspect.at(), "level `{}` is of unknown scaling aspect `{}`, expected {}{}", level, aspect.text,
                  one_of(known), problems_.suggest(aspect.text, known));
  }

  void report_unknown_level(const Value& level, const std::string& what) {
    const auto known = keys_of(vnf_.levels);
    problems_.add(level.at(), "{} is {}, expected one that InstantiationLevels declares: {}{}", what, level.describe(),
                  one_of(known), problems_.suggest(level.text, known));
  }

  Problems& problems_;
  const Document& document_;
  std::span<const Policy> policies_;
  ServiceRequest::Vnf& vnf_;
  std::map<std::string, std::map<std::string, Deltas>> deltas_;  // aspect -> node -> by name
  std::set<std::string> declared_;                               // aspects, also ones with a fault
};

}  // namespace

void read_scaling(Documents& documents, const Document& document, std::span<const Policy> policies,
                  ServiceRequest::Vnf& vnf) {
  ScalingReader{documents, document, policies, vnf}.read();
}

}  // namespace unf::tosca
