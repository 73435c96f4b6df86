#pragma once

#include "graph/model/plan.h"

namespace unf::testing_support {

/// Two owners' checks merged before a filter: in -> check -> filter -> out, with every kind of member set.
inline Plan small_plan() {
  const auto node = [](const char* id, const char* type, std::vector<OwnerPath> owners, const char* runner,
                       std::optional<NicName> nic) {
    return Plan::Node{.id = NodeId{id},
                      .type = type,
                      .owners = std::move(owners),
                      .host = HostId{"local"},
                      .core = CoreId{nic ? 0U : 1U},
                      .runner = RunnerId{runner},
                      .nic = std::move(nic),
                      .cycles_per_packet = CyclesPerPacket{7},
                      .rate_pps = PacketsPerSecond{1'000'000}};
  };
  const auto edge = [](std::uint32_t id, const char* from, const char* gate, std::optional<NodeId> to,
                       Plan::Link link) {
    return Plan::Edge{.id = EdgeId{id}, .from = NodeId{from}, .gate = gate, .to = std::move(to), .link = link};
  };
  const auto owner = [](const char* path) { return OwnerPath{path}; };
  using enum Plan::Link;

  Plan plan;
  plan.graph = GraphId{"edge"};
  plan.services = {"edge"};
  plan.artifacts[digest_of("allow any any any any any\n")] = {"rules", "allow any any any any any\n"};
  plan.nodes = {
      node("edge/a/in", "NicIngress", {owner("edge/a/in")}, "io", NicName{"in"}),
      node("edge/a/check", "CheckIPHeader", {owner("edge/a/check"), owner("edge/b/check")}, "r1", std::nullopt),
      node("edge/b/filter", "L3L4Filter", {owner("edge/b/filter")}, "r1", std::nullopt),
      node("edge/b/out", "NicEgress", {owner("edge/b/out")}, "io", std::nullopt)};
  plan.nodes[2].config = {{"rules", digest_of("allow any any any any any\n")}};
  plan.edges = {edge(1, "edge/a/in", "out", NodeId{"edge/a/check"}, ring),
                edge(2, "edge/a/check", "out", NodeId{"edge/b/filter"}, call),
                edge(3, "edge/a/check", "drop", std::nullopt, call),
                edge(4, "edge/b/filter", "out", NodeId{"edge/b/out"}, ring),
                edge(5, "edge/b/filter", "drop", std::nullopt, call)};
  plan.edges[3].port = Plan::Port::ordered;
  plan.classifiers = {{.id = 1,
                       .path = "web",
                       .in = NicName{"in"},
                       .match = {.proto = 6, .dport = {80, 80}},
                       .to = NodeId{"edge/a/in"}}};
  const auto counter = [&](const char* path, std::vector<EdgeId> in, std::vector<EdgeId> out,
                           std::vector<EdgeId> drop) {
    return Plan::Counter{.owner = owner(path), .in = std::move(in), .out = std::move(out), .drop = std::move(drop)};
  };
  plan.counters = {counter("edge/a/check", {EdgeId{1}}, {EdgeId{2}}, {EdgeId{3}}),
                   counter("edge/b/check", {EdgeId{2}}, {EdgeId{2}}, {}),
                   counter("edge/b/filter", {EdgeId{2}}, {EdgeId{4}}, {EdgeId{5}}),
                   counter("edge/b/out", {EdgeId{4}}, {EdgeId{4}}, {})};
  plan.slots = {{"http", {.offset = 8, .bits = 1}}};
  plan.original.nodes = plan.nodes;
  plan.original.edges = plan.edges;
  plan.original.classifiers = plan.classifiers;
  plan.report = {{"R4", {NodeId{"edge/b/check"}, NodeId{"edge/a/check"}}, true, "the same check twice"}};
  plan.totals = {.nodes_before = 5, .nodes_after = 4, .cores = 1, .hosts = 1, .cycles_before = 35, .cycles_after = 28};
  return plan;
}

/// The same two uNFs as a parallel stage from Rx to Tx.
inline Plan staged_plan() {
  auto plan = small_plan();
  const auto edge = [&](std::size_t i, const char* from, const char* gate, const char* to, Plan::Port port) {
    plan.edges[i].from = NodeId{from};
    plan.edges[i].gate = gate;
    plan.edges[i].to = NodeId{to};
    plan.edges[i].link = Plan::Link::ring;
    plan.edges[i].port = port;
  };
  using enum Plan::Port;
  plan.edges.push_back(plan.edges[2]);
  plan.edges.back().id = EdgeId{6};
  edge(0, "edge/a/in", "out", "edge/a/check", branch);
  edge(1, "edge/a/in", "out", "edge/b/filter", branch);
  edge(2, "edge/a/check", "out", "edge/b/out", ordered);
  edge(3, "edge/b/filter", "out", "edge/b/out", ordered);
  plan.nodes[2].runner = RunnerId{"r2"};
  plan.stages = {{NodeId{"edge/a/check"}, NodeId{"edge/b/filter"}}};
  return plan;
}

}  // namespace unf::testing_support
