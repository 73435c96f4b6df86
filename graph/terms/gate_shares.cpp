#include "graph/terms/gate_shares.h"

#include "graph/model/json_reader.h"

namespace unf::graph {
namespace {

Result<GateShares> counted(const Plan& plan, const nlohmann::json& edges) {
  std::map<NodeId, std::map<std::string, double>> packets;
  JsonReader::Problems problems;
  const JsonReader reader{edges, "edges", problems};
  for (const auto& edge : plan.edges) {
    const auto id = std::to_string(edge.id.get());
    if (!reader.has(id.c_str())) continue;
    packets[edge.from][edge.gate] +=
        static_cast<double>(reader.member(id.c_str()).member("packets").number<std::uint64_t>());
  }
  std::map<OwnerPath, std::string> type_of;
  for (const auto& node : plan.original.nodes) type_of[node.owners[0]] = node.type;
  GateShares shares;
  for (const auto& node : plan.nodes) {  // replicas together
    for (const auto& owner : node.owners) {
      if (type_of[owner] != node.type) continue;
      for (const auto& [gate, count] : packets[node.id]) shares[owner][gate] += count;
    }
  }
  for (auto& [owner, gates] : shares) {
    double sum = 0;
    for (const auto& [gate, count] : gates) sum += count;
    for (auto& [gate, count] : gates) count = sum == 0 ? 0 : count / sum;
  }
  return unless(problems, std::move(shares));
}

Result<GateShares> said(const nlohmann::json& json) {
  GateShares shares;
  for (const auto& [owner, gates] : json.items()) {
    if (!gates.is_object()) return fail(Errc::malformed, "{}: expected an object of gates", owner);
    for (const auto& [gate, share] : gates.items()) {
      const bool valid = share.is_number() && share.get<double>() >= 0 && share.get<double>() <= 1;
      if (!valid) return fail(Errc::malformed, "{}.{}: expected a share from 0 to 1", owner, gate);
      shares[OwnerPath{owner}][gate] = share.get<double>();
    }
  }
  return shares;
}

}  // namespace

Result<GateShares> read_gate_shares(const nlohmann::json& json) {
  if (!json.is_object()) return fail(Errc::malformed, "expected an object");
  if (!json.contains("plan") || !json.contains("edges")) return said(json);
  return parse_plan(json.at("plan").dump()).and_then([&](const Plan& plan) { return counted(plan, json.at("edges")); });
}

}  // namespace unf::graph
