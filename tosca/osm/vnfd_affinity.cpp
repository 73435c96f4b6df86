#include "tosca/osm/vnfd_affinity.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace unf::tosca {
namespace {

using AffinityGroups = std::map<std::string, ServiceRequest::Affinity>;  ///< by id

/// A rule whose member `key` is affinity or anti-affinity. nullopt: reported.
std::optional<ServiceRequest::Affinity> read_affinity_rule(const Value& rule, std::string_view key,
                                                           const std::string& what, YangReader& reader) {
  constexpr std::array<std::string_view, 5> kScopes{"nfvi-node", "zone", "zone-group", "nfvi-pop",
                                                    "network-link-and-node"};
  const auto type = std::string{without_module(reader.text_at(rule, key))};
  auto scope = std::string{without_module(reader.text_at(rule, "scope"))};
  if ((type != "affinity" && type != "anti-affinity") || std::ranges::find(kScopes, scope) == kScopes.end()) {
    reader.problems().add(rule.at(), "{} is `{}` in the scope `{}`, expected affinity or anti-affinity, and {}", what,
                          type, scope, one_of({kScopes.begin(), kScopes.end()}));
    return std::nullopt;
  }
  std::ranges::replace(scope, '-', '_');
  return ServiceRequest::Affinity{.anti = type == "anti-affinity", .scope = std::move(scope), .nodes = {}};
}

AffinityGroups read_affinity_groups(const Value& df, const std::string& of, YangReader& reader) {
  AffinityGroups groups;
  for (const auto* group : reader.entries(df, "affinity-or-anti-affinity-group")) {
    const auto* id = reader.id(*group, fmt::format("an affinity group of {}", of));
    if (id == nullptr) continue;
    const auto* key = YangReader::find(*group, "affinityorAntiaffinity") != nullptr ? "affinityorAntiaffinity" : "type";
    const auto what = fmt::format("affinity group `{}`", id->text);
    if (auto rule = read_affinity_rule(*group, key, what, reader)) groups.emplace(id->text, std::move(*rule));
    reader.report().map(group->at(), what, "where uNFs run");
  }
  return groups;
}

/// The names of the groups that a VDU is in: ETSI lists names, OSM lists maps that have a name.
std::vector<const Value*> groups_named_by(const Value& profile, YangReader& reader) {
  auto found = reader.texts(profile, "affinity-or-anti-affinity-group-id");
  for (const auto* group : reader.entries(profile, "affinity-or-anti-affinity-group")) {
    if (const auto* id = reader.id(*group, "an affinity group")) found.push_back(id);
  }
  return found;
}

}  // namespace

std::vector<ServiceRequest::Affinity> read_affinity(const Value& df, const std::string& of,
                                                    std::span<const VduProfile> profiles, YangReader& reader) {
  std::vector<ServiceRequest::Affinity> affinity;
  auto groups = read_affinity_groups(df, of, reader);
  for (const auto& profile : profiles) {
    for (const auto* value : reader.entries(*profile.value, "local-affinity-or-anti-affinity-rule")) {
      const auto what = fmt::format("an affinity rule of VDU `{}`", profile.vdu);
      auto rule = read_affinity_rule(*value, "type", what, reader);
      if (!rule) continue;
      rule->nodes = {profile.vdu};
      affinity.push_back(std::move(*rule));
    }
    for (const auto* name : groups_named_by(*profile.value, reader)) {
      if (const auto group = groups.find(name->text); group != groups.end()) {
        group->second.nodes.push_back(profile.vdu);
        continue;
      }
      reader.problems().add(name->at(), "VDU `{}` is in the affinity group `{}`, which {} does not have{}", profile.vdu,
                            name->text, of, reader.problems().suggest(name->text, [&] { return names_in(groups); }));
    }
  }
  for (auto& [id, group] : groups) {
    if (!group.nodes.empty()) affinity.push_back(std::move(group));
  }
  return affinity;
}

}  // namespace unf::tosca
