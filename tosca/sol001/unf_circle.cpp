#include "tosca/sol001/unf_circle.h"

#include <cstddef>
#include <map>
#include <vector>

namespace unf::tosca {

std::set<std::string_view> unfs_of_circles(const VnfTemplate& graph) {
  std::map<std::string_view, std::vector<std::string_view>> next;
  std::map<std::string_view, std::size_t> edges_to;
  for (const auto& node : graph.nodes) edges_to[node.name];
  for (const auto& edge : graph.edges) {
    next[edge.from].push_back(edge.to);
    ++edges_to[edge.to];
  }
  std::vector<std::string_view> free;  // nodes that no node that is left leads to
  std::set<std::string_view> left;
  for (const auto& [node, edges] : edges_to) {
    left.insert(node);
    if (edges == 0) free.push_back(node);
  }
  while (!free.empty()) {
    const auto node = free.back();
    free.pop_back();
    left.erase(node);
    for (const auto to : next[node]) {
      if (--edges_to[to] == 0) free.push_back(to);
    }
  }
  return left;
}

}  // namespace unf::tosca
