#include "graph/model/service_request_json.h"

#include <algorithm>

namespace unf {
namespace {

using nlohmann::json;

json sorted_list(std::vector<json> items) {
  std::ranges::sort(items);
  return items;
}

json graph_json(const VnfTemplate& graph) {
  std::vector<json> nodes, edges;
  for (const auto& node : graph.nodes)
    nodes.push_back({{"name", node.name}, {"type", node.type}, {"config", node.config}});
  for (const auto& edge : graph.edges) edges.push_back({{"from", edge.from}, {"gate", edge.gate}, {"to", edge.to}});
  return {{"nodes", sorted_list(std::move(nodes))},
          {"edges", sorted_list(std::move(edges))},
          {"inputs", graph.inputs},
          {"outputs", graph.outputs}};
}

json vnf_json(const ServiceRequest::Vnf& vnf) {
  json result{{"name", vnf.name}, {"vnfd_id", vnf.vnfd_id}, {"flavour", vnf.flavour}, {"level", vnf.level}};
  result.update(graph_json(vnf.graph));
  std::vector<json> aspects, affinity;
  for (const auto& aspect : vnf.aspects)
    aspects.push_back({{"name", aspect.name}, {"max_level", aspect.max_level}, {"deltas", aspect.node_deltas}});
  for (const auto& [anti, scope, nodes] : vnf.affinity) {
    auto together = nodes;
    std::ranges::sort(together);
    affinity.push_back({{"anti", anti}, {"scope", scope}, {"nodes", together}});
  }
  result["aspects"] = sorted_list(std::move(aspects));
  result["affinity"] = sorted_list(std::move(affinity));
  result["initial"] = json::object();
  for (const auto& [node, instances] : vnf.initial) {
    if (instances != 1) result["initial"][node] = instances;
  }
  result["levels"] = vnf.levels;
  result["level_instances"] = vnf.level_instances;
  result["scale"] = vnf.scale;
  result["zones"] = vnf.zones;
  return result;
}

json path_json(const ServiceRequest::Path& path) {
  auto matches = json::array();
  for (const auto& match : path.matches) matches.push_back(to_json(match));
  return {{"name", path.name},
          {"spi", path.spi ? json(*path.spi) : json()},
          {"in", path.in},
          {"out", path.out},
          {"matches", std::move(matches)},
          {"hops", path.hops},
          {"symmetric", path.symmetric},
          {"max_latency_ns", path.max_latency ? json(path.max_latency->get()) : json()}};
}

}  // namespace

json to_json(const ServiceRequest& request) {
  std::vector<json> vnfs, links, endpoints;
  for (const auto& vnf : request.vnfs) vnfs.push_back(vnf_json(vnf));
  for (const auto& link : request.links)
    links.push_back({{"vnf", link.vnf}, {"output", link.output}, {"to", link.to_vnf}, {"input", link.to_input}});
  for (const auto& endpoint : request.endpoints)
    endpoints.push_back(
        {{"name", endpoint.name}, {"network", endpoint.network.empty() ? endpoint.name : endpoint.network}});
  auto paths = json::array();  // the first that fits takes a packet
  for (const auto& path : request.paths) paths.push_back(path_json(path));
  auto files = json::array();
  for (const auto& [digest, file] : request.artifacts) files.push_back(digest);
  return {{"name", request.name},
          {"vnfs", sorted_list(std::move(vnfs))},
          {"links", sorted_list(std::move(links))},
          {"endpoints", sorted_list(std::move(endpoints))},
          {"paths", std::move(paths)},
          {"files", std::move(files)}};
}

}  // namespace unf
