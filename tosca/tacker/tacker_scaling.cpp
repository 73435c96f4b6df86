#include "tosca/tacker/tacker_scaling.h"

#include "tosca/tacker/tacker_values.h"

namespace unf::tosca {
namespace {

constexpr auto kDefaultLevel = "default";  ///< the instantiation level that has the instances that policies start with
constexpr std::uint32_t kMaxInstancesOfPolicy = 1024;

struct TackerScaling {
  std::uint32_t increment = 0;
  std::uint32_t least = 0, most = 0, first = 0;  ///< instances
  ValuePtr targets;
};

/// nullopt: reported.
std::optional<TackerScaling> scaling_in(const TackerValues& values, const Policy& policy, Problems& problems) {
  const auto increment = values.count(policy.properties, "increment");
  const auto least = values.count(policy.properties, "min_instances"),
             most = values.count(policy.properties, "max_instances"),
             first = values.count(policy.properties, "default_instances");
  const auto targets = values.at(policy.properties, "targets");
  if (!increment || *increment == 0 || !least || *least == 0 || !most || *most < *least ||
      *most > kMaxInstancesOfPolicy || !first || *first < *least || *first > *most || targets == nullptr ||
      !targets->is_list() || targets->items.empty()) {
    problems.add(policy.at,
                 "policy `{}` cannot be scaled by, expected `increment` of at least 1, `targets`, and 1 <= "
                 "min_instances <= default_instances <= max_instances <= {}",
                 policy.name, kMaxInstancesOfPolicy);
    return std::nullopt;
  }
  if ((*first - *least) % *increment != 0) {
    problems.add(policy.at, "policy `{}` starts with {} instances, expected {} and a multiple of the increment {}",
                 policy.name, *first, *least, *increment);
    return std::nullopt;
  }
  return TackerScaling{*increment, *least, *most, *first, targets};
}

}  // namespace

void read_tacker_scaling(Documents& documents, const Document& document, const Policy& policy,
                         ServiceRequest::Vnf& vnf) {
  auto& problems = documents.problems();
  const auto scaling = scaling_in({documents, document}, policy, problems);
  if (!scaling) return;
  const auto& [increment, least, most, first, targets] = *scaling;
  ServiceRequest::ScalingAspect aspect{.name = policy.name, .max_level = (most - least) / increment};
  for (const auto& target : targets->items) {
    const auto* node = document.find_node(target->text);
    if (node == nullptr || node->type == nullptr || node->type->base != base::tacker_vdu) {
      problems.add(target->at(), "target {} of policy `{}` is no VDU{}", target->describe(), policy.name,
                   problems.suggest(target->text, [&] { return document.node_names(); }));
      continue;
    }
    vnf.initial[target->text] = least;
    aspect.node_deltas[target->text].assign(aspect.max_level, increment);
  }
  vnf.level = kDefaultLevel;
  vnf.levels[vnf.level][policy.name] = (first - least) / increment;
  vnf.aspects.push_back(std::move(aspect));
  documents.report().map(policy.at, fmt::format("policy `{}`", policy.name),
                         fmt::format("scaling aspect of {} to {} instances", least, most));
}

}  // namespace unf::tosca
