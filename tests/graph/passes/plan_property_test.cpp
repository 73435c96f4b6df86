#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>
#include <set>

#include "graph/passes/compile.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"
#include "tests/support/toy_run.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using nlohmann::json;

// Random services of random uNFs. Few fields and few configurations, so that uNFs repeat and interfere.

template <typename T>
T pick(std::initializer_list<T> choices) {
  return *rc::gen::elementOf(std::vector<T>(choices));
}
int below(int n) { return *rc::gen::inRange(0, n); }
bool one_in(int n) { return below(n) == 0; }

FieldSet some_fields(int at_most) {
  FieldSet set;
  for (int i = below(at_most + 1); i > 0; --i) {
    set.insert(pick({Field::eth_dst, Field::ip_ttl, Field::ip_src, Field::l4_dport, Field::payload_bytes}));
  }
  return set;
}

/// NicIngress, NicEgress, and four types with one to three gates; most of them do nothing but look.
std::vector<UnfDescriptor> random_types() {
  std::vector<UnfDescriptor> types{{.type = "NicIngress", .gates = {"drop", "out"}, .drops = false},
                                   {.type = "NicEgress", .gates = {"drop", "out"}, .drops = false}};
  for (const std::string_view name : {"T0", "T1", "T2", "T3"}) {
    UnfDescriptor d{
        .type = name, .gates = {"drop", "a"}, .reads = some_fields(3), .nominal_cycles = 10, .config = "{}"};
    if (one_in(2)) d.gates.push_back("b");
    if (one_in(6)) d.gates.push_back("c");
    d.drops = one_in(2);
    if (one_in(3)) {
      d.writes = some_fields(2);
      d.state =
          pick({StateClass::none, StateClass::config, StateClass::accumulator, StateClass::keyed, StateClass::ordered});
      d.emits = one_in(5) ? Emits::fresh : Emits::none;
      d.deterministic = !one_in(6);
    }
    types.push_back(d);
  }
  // A check, a writer of what it reads, and the check again would be rare by chance.
  if (one_in(2)) {
    types[2] = {.type = "T0", .gates = {"drop", "a", "b"}, .reads = fields(Field::ip_ttl), .config = "{}"};
    types[3].writes.insert(Field::ip_ttl);
    types[3].emits = Emits::none;
  }
  return types;
}

const UnfDescriptor& type_of(const std::vector<UnfDescriptor>& types, const std::string& name) {
  return *std::find_if(types.begin(), types.end(), [&](const auto& d) { return d.type == name; });
}

/// A graph without cycles: each gate leads to a later node, to an output, or nowhere.
ServiceRequest::Vnf random_vnf(const std::string& name, const std::vector<UnfDescriptor>& types) {
  ServiceRequest::Vnf vnf{.name = name};
  auto& graph = vnf.graph;
  const int inner = below(7);
  graph.nodes.push_back({.name = "in", .type = "NicIngress"});
  for (int i = 0; i < inner; ++i) {
    VnfTemplate::Node node{.name = "n" + std::to_string(i),
                           .type = std::string{types[static_cast<std::size_t>(2 + (one_in(3) ? 0 : below(4)))].type}};
    if (one_in(8)) node.config["k"] = 1;
    graph.nodes.push_back(std::move(node));
  }
  graph.nodes.push_back({.name = "out", .type = "NicEgress"});
  if (one_in(3)) graph.nodes.push_back({.name = "side", .type = "NicEgress"});
  const auto count = graph.nodes.size();
  for (std::size_t i = 0; i <= static_cast<std::size_t>(inner); ++i) {
    const auto& gates = type_of(types, graph.nodes[i].type).gates;
    for (std::size_t g = 1; g < gates.size(); ++g) {
      if (i > 0 && one_in(10)) continue;
      // Mostly the next one, so that chains are long.
      const auto to = one_in(2) ? i + 1 : i + 1 + static_cast<std::size_t>(below(static_cast<int>(count - i - 1)));
      graph.edges.push_back({.from = graph.nodes[i].name, .gate = std::string{gates[g]}, .to = graph.nodes[to].name});
    }
  }
  // What nothing leads to goes, but for the output.
  std::set<std::string> reached{"in"};
  for (const auto& node : graph.nodes) {
    for (const auto& edge : graph.edges) {
      if (edge.from == node.name && reached.contains(node.name)) reached.insert(edge.to);
    }
  }
  if (!reached.contains("out")) {
    for (auto& edge : graph.edges) {
      if (edge.from == "in") edge.to = "out";
    }
    reached = {"in", "out"};
  }
  std::erase_if(graph.nodes, [&](const auto& node) { return !reached.contains(node.name); });
  std::erase_if(graph.edges, [&](const auto& edge) { return !reached.contains(edge.from); });
  graph.inputs["in"] = "in";
  graph.outputs["out"] = "out";
  if (reached.contains("side")) graph.outputs["side"] = "side";
  return vnf;
}

/// Has some of its nodes run more than once.
void scale(ServiceRequest::Vnf& vnf) {
  for (const auto& node : vnf.graph.nodes) {
    if (one_in(4)) vnf.initial[node.name] = 2 + static_cast<std::uint32_t>(below(2));
  }
}

ServiceRequest random_request(const std::vector<UnfDescriptor>& types) {
  ServiceRequest request{.name = "s", .endpoints = {{"wan", "wan"}, {"lan", "lan"}, {"dmz", "dmz"}}};
  for (const char* name : {"u", "v", "w", "x"}) request.vnfs.push_back(random_vnf(name, types));
  const auto outputs = [](const auto& vnf) {
    std::vector<std::string> names;
    for (const auto& [output, node] : vnf.graph.outputs) names.push_back(output);
    return names;
  };
  for (const auto& from : request.vnfs) {
    for (const auto& to : request.vnfs) {
      if (from.name == to.name) continue;
      for (const auto& output : outputs(from)) {
        if (output == "out" || one_in(2)) request.links.push_back({from.name, output, to.name, "in", {}});
      }
    }
  }
  std::set<std::string> used;
  for (int p = 1 + below(3); p > 0; --p) {
    ServiceRequest::Path path{.name = "p" + std::to_string(p),
                              .in = pick<std::string>({"wan", "lan"}),
                              .out = pick<std::string>({"wan", "lan", "dmz"}),
                              .symmetric = one_in(3)};
    std::vector<std::string> left{"u", "v", "w", "x"};
    for (int hops = 1 + below(4); hops > 0; --hops) {
      const auto at = left.begin() + below(static_cast<int>(left.size()));
      path.hops.push_back(*at);
      used.insert(*at);
      left.erase(at);
    }
    request.paths.push_back(std::move(path));
  }
  std::erase_if(request.vnfs, [&](const auto& vnf) { return !used.contains(vnf.name); });
  std::erase_if(request.links, [&](const auto& l) { return !used.contains(l.vnf) || !used.contains(l.to_vnf); });
  if (one_in(2)) {
    for (auto& vnf : request.vnfs) scale(vnf);
  }
  return request;
}

Inventory roomy() {
  Host host{.name = HostId{"h"}, .mode = pick({RunMode::fused, RunMode::isolated})};
  const double ghz = pick({0.05, 0.2, 1000.0});
  for (std::uint32_t i = 1; i < 40; ++i) host.cores.push_back({.id = CoreId{i}, .ghz = ghz});
  host.cores.push_back({.id = CoreId{40}, .ghz = 1e6});
  for (const char* nic : {"wan", "lan", "dmz"}) host.nics.push_back({.name = NicName{nic}, .network = nic});
  host.nics[0].pair = NicName{"lan"};
  host.nics[1].pair = NicName{"wan"};
  return {.hosts = {host}};
}

ToyPacket random_packet(std::mt19937& random) {
  ToyPacket packet{};
  for (auto& field : packet) field = random() % 4;
  return packet;
}

/// The runner of each of a node's replicas. A flow is with one of them.
using Place = std::vector<RunnerId>;

/// The places that packets of a path pass before each node; more than one way into a uNF would let packets overtake.
void assert_no_overtaking(const Plan& plan) {
  std::map<std::string, Place> places;
  for (const auto& [base, nodes] : replicas_of(plan)) {
    for (const auto* node : nodes) places[base].push_back(node->runner);
  }
  std::set<std::string> paths;
  for (const auto& c : plan.classifiers) paths.insert(c.path);
  for (const auto& path : paths) {
    const auto carries = [&](const Plan::Edge& edge) {
      return edge.paths.empty() || std::find(edge.paths.begin(), edge.paths.end(), path) != edge.paths.end();
    };
    const auto entry =
        std::find_if(plan.classifiers.begin(), plan.classifiers.end(), [&](const auto& c) { return c.path == path; });
    std::map<std::string, std::set<std::vector<Place>>> ways{{base_of(entry->to), {{places.at(base_of(entry->to))}}}};
    for (std::size_t round = 0; round < plan.nodes.size(); ++round) {
      for (const auto& edge : plan.edges) {
        if (!carries(edge) || !edge.to) continue;
        const auto from = ways[base_of(edge.from)];
        for (auto way : from) {
          const auto& next = places.at(base_of(*edge.to));
          const bool same_runner = std::count(next.begin(), next.end(), next[0]) == std::ssize(next);
          if (way.back() != next || (edge.port == Plan::Port::balance && !same_runner)) way.push_back(next);
          ways[base_of(*edge.to)].insert(std::move(way));
        }
      }
    }
    std::set<std::vector<Place>> out;
    for (const auto& node : plan.nodes) {
      const auto& into = ways[base_of(node.id)];
      if (node.type == "NicEgress")
        out.insert(into.begin(), into.end());
      else
        RC_ASSERT(into.size() <= 1);
    }
    for (const auto& edge : plan.edges) {
      const bool travelled = carries(edge) && !ways[base_of(edge.from)].empty();
      if (out.size() > 1 && travelled && edge.to && plan.find(*edge.to)->type == "NicEgress") {
        RC_ASSERT(edge.port == Plan::Port::ordered);
      }
    }
  }
}

RC_GTEST_PROP(CompileProperty, PlanDoesWhatTheRequestSays, ()) {
  const auto types = random_types();
  const Catalog catalog{types};
  const auto request = random_request(types);
  const auto inventory = roomy();
  const CompileOptions options{.consolidate = !one_in(5)};
  const auto compiled = compile(request, catalog, inventory, options);
  if (!compiled) RC_FAIL(compiled.error().message);
  const auto& plan = *compiled;

  // The same again, and through JSON, to the byte.
  const auto text = dump(plan);
  RC_ASSERT(dump(*compile(request, catalog, inventory, options)) == text);
  const auto read = parse_plan(text);
  if (!read) RC_FAIL(read.error().message);
  RC_ASSERT(dump(*read) == text);

  const auto problems = PlanChecker{plan}.problems();
  if (!problems.empty()) RC_FAIL(problems.front());
  if (inventory.hosts[0].mode == RunMode::fused) assert_no_overtaking(plan);

  const auto original = plan.as_original();
  ToyRun asked_for{original, catalog}, planned{plan, catalog};
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  for (int i = 0; i < 300; ++i) {
    const auto& path = plan.classifiers[random() % plan.classifiers.size()].path;
    const auto packet = random_packet(random);
    RC_ASSERT(planned.receive(path, packet) == asked_for.receive(path, packet));
  }
  RC_ASSERT(planned.counts() == asked_for.counts());
  RC_ASSERT(planned.misled() == 0U);
  const auto merged =
      std::count_if(plan.report.begin(), plan.report.end(), [](const auto& l) { return l.rule == "R4" && l.applied; });
  const bool replicated = replicas_of(plan).size() < plan.nodes.size();
  RC_TAG(std::string{merged > 0 ? "merged" : "nothing to merge"}, std::string{replicated ? "replicas" : "one of each"});
}

RC_GTEST_PROP(CompileProperty, OrderOfVnfsAndLinksDoesNotMatter, ()) {
  const auto types = random_types();
  const Catalog catalog{types};
  auto request = random_request(types);
  const auto inventory = roomy();
  const auto plan = compile(request, catalog, inventory);
  std::reverse(request.vnfs.begin(), request.vnfs.end());
  std::reverse(request.links.begin(), request.links.end());
  for (auto& vnf : request.vnfs) {
    std::reverse(vnf.graph.nodes.begin(), vnf.graph.nodes.end());
    std::reverse(vnf.graph.edges.begin(), vnf.graph.edges.end());
  }
  const auto again = compile(request, catalog, inventory);
  RC_ASSERT(plan.has_value() && again.has_value());
  auto a = to_json(*plan), b = to_json(*again);
  for (auto* plan_json : {&a, &b}) plan_json->erase("report");
  if (a != b) RC_FAIL(json::diff(a, b).dump(1));
}

}  // namespace
}  // namespace unf::graph
