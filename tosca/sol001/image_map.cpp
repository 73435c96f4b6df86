#include "tosca/sol001/image_map.h"

namespace unf::tosca {
namespace {

constexpr std::string_view kIn = "in", kOut = "out";

VnfTemplate::Node node_of(std::string name, std::string type) {
  return {.name = std::move(name), .type = std::move(type)};
}

}  // namespace

VnfTemplate around(VnfTemplate::Node unf, const std::vector<std::string_view>& gates) {
  VnfTemplate graph;
  graph.nodes.push_back(node_of(std::string{kIn}, "NicIngress"));
  graph.inputs.emplace(kIn, kIn);
  graph.edges.push_back({std::string{kIn}, "out", unf.name, unf.at});
  for (const auto gate : gates) {
    const std::string output{gates.size() == 1 ? kOut : gate};
    graph.nodes.push_back(node_of(output, "NicEgress"));
    graph.outputs.emplace(output, output);
    graph.edges.push_back({unf.name, std::string{gate}, output, unf.at});
  }
  graph.nodes.push_back(std::move(unf));
  return graph;
}

ImageTemplate pass_through() { return {around({.name = "Forward", .type = "Forward"}, {"out"}), {}}; }

}  // namespace unf::tosca
