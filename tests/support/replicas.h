#pragma once

#include <map>
#include <string>
#include <vector>

#include "graph/model/plan.h"

namespace unf::testing_support {

/// A node's id without `#k`.
inline std::string base_of(const NodeId& id) { return id.get().substr(0, id.get().find('#')); }

/// The nodes of each base id in the order of their numbers; of one that is alone: that.
inline std::map<std::string, std::vector<const Plan::Node*>> replicas_of(const Plan& plan) {
  std::map<std::string, std::vector<const Plan::Node*>> replicas;
  for (const auto& node : plan.nodes) {
    const auto hash = node.id.get().find('#');
    const auto number = hash == std::string::npos ? 0 : std::stoul(node.id.get().substr(hash + 1));
    auto& nodes = replicas[base_of(node.id)];
    if (nodes.size() <= number) nodes.resize(number + 1);
    nodes[number] = &node;
  }
  return replicas;
}

}  // namespace unf::testing_support
