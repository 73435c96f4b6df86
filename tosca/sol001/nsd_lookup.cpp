#include "tosca/sol001/nsd_lookup.h"

#include <algorithm>

namespace unf::tosca {
namespace {

constexpr std::string_view kVnffg = "tosca.groups.nfv.VNFFG";

}  // namespace

std::vector<std::string_view> node_names_of(const Document& document, std::string_view base) {
  std::vector<std::string_view> names;
  for (const auto& node : document.nodes) {
    if (node.type != nullptr && node.type->base == base) names.push_back(node.name);
  }
  return names;
}

bool leads_to_ns_link(const Document& document, const NodeTemplate& node, const Requirement& requirement,
                      Problems& problems) {
  const auto* target = document.find_node(requirement.target);
  if (target != nullptr && (target->type == nullptr || target->type->base == base::ns_virtual_link)) return true;
  problems.add(requirement.at, "requirement `{}` of `{}` leads to `{}`{}, expected an NsVirtualLink{}",
               requirement.name, node.name, requirement.target,
               target == nullptr ? "" : fmt::format(" of type {}", target->type->name),
               problems.suggest(requirement.target, [&] { return node_names_of(document, base::ns_virtual_link); }));
  return false;
}

std::span<const std::string> vnffg_members(const Document& document, std::string_view node) {
  for (const auto& [group, members] : document.groups) {
    if (document.group_types.at(group) == kVnffg && std::ranges::find(members, node) != members.end()) return members;
  }
  return {};
}

}  // namespace unf::tosca
