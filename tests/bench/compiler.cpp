#include "tests/bench/compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <utility>

#include "graph/compile/compile.h"
#include "graph/compile/service_graph.h"
#include "graph/place/fold.h"
#include "graph/place/stages.h"
#include "graph/request/expand.h"
#include "graph/rewrite/join.h"
#include "graph/rewrite/optimise.h"
#include "graph/rewrite/splice.h"
#include "tests/support/differential/differential.h"
#include "tests/support/requests.h"

namespace unf::bench {
namespace {

using namespace testing_support;
using Clock = std::chrono::steady_clock;

double milliseconds(const std::function<void()>& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// The built-in host with many cores.
Inventory large_host() {
  auto inventory = Inventory::built_in();
  auto& cores = inventory.hosts[0].cores;
  for (std::uint32_t i = 2; i < 4000; ++i) cores.push_back({.id = CoreId{i}, .ghz = 3});
  return inventory;
}

/// As many paths at once as an island takes.
void fold_islands(const std::vector<graph::PathGraph>& paths, const graph::Context& context) {
  graph::NodeNames names;
  std::vector<const graph::PathGraph*> island;
  double fill = 0;
  const auto fold = [&] { std::ignore = graph::fold(std::exchange(island, {}), context, true, names); };
  for (const auto& bunch : graph::bunches_of(paths, context, true)) {
    if (!graph::Islands::fits(fill, bunch.weight)) {
      fold();
      fill = 0;
    }
    fill += bunch.weight;
    for (const auto path : bunch.paths) island.push_back(&paths[path]);
  }
  fold();
}

void measure(const Options& options, const char* what, int size, const ServiceRequest& request) {
  const auto catalog = paper_catalog();
  const auto inventory = large_host();
  std::vector<double> expanding, optimising, all, writing;
  std::size_t before = 0, after = 0;
  for (int run = 0; run < (options.quick || size > 20'000 ? 3 : 11); ++run) {
    std::optional<UnfGraph> original;
    expanding.push_back(milliseconds([&] { original = *graph::expand(request, catalog, inventory); }));
    graph::Kinds kinds{catalog, inventory.hosts[0], request.artifacts};
    const graph::GateShares shares;
    const graph::Context context{catalog, inventory, kinds, *original, shares};
    optimising.push_back(milliseconds([&] {
      std::vector<graph::PathGraph> paths;
      for (const auto& path : graph::unfold(*original, context)) {
        paths.push_back(graph::optimise(graph::splice(path, context).graph, context).graph);
      }
      fold_islands(paths, context);
    }));
    graph::ServiceGraph graph{"edge", catalog, inventory};
    all.push_back(milliseconds([&] { std::ignore = graph.put(request).value(); }));
    writing.push_back(milliseconds([&] {
      const auto plan = graph.plan();
      before = plan.totals.nodes_before;
      after = plan.totals.nodes_after;
    }));
  }
  print_point(options, {{"bench", "compile"},
                        {"service", what},
                        {"size", size},
                        {"expand_ms", median(expanding)},
                        {"optimise_ms", median(optimising)},
                        {"compile_ms", median(all)},
                        {"plan_ms", median(writing)},
                        {"nodes_before", before},
                        {"nodes_after", after}});
}

/// Many chains of a tenant like the sample's, each of VNFs of its own but for the last, which `shared` of them share.
ServiceRequest chains(int uNFs, int shared) {
  auto one = enterprise_edge();
  ServiceRequest request{.name = "edge", .endpoints = one.endpoints, .artifacts = one.artifacts};
  const int count = std::max(1, uNFs / 16);
  for (int i = 0; i < count; ++i) {
    ServiceRequest::Path path = one.paths[0];
    path.name = fmt::format("path{}", i);
    path.matches[0].dst = *IpPrefix::parse(fmt::format("10.{}.{}.0/24", i / 256, i % 256));
    path.hops.clear();
    for (const auto& vnf : one.vnfs) {
      auto copy = vnf;
      copy.name = fmt::format("{}{}", vnf.name, vnf.name == "app-fw" ? i / shared * shared : i);
      path.hops.push_back(copy.name);
      const bool known = std::ranges::any_of(
          request.vnfs.rbegin(), request.vnfs.rbegin() + std::min<std::ptrdiff_t>(std::ssize(request.vnfs), 3 * shared),
          [&](const auto& v) { return v.name == copy.name; });
      if (!known) request.vnfs.push_back(std::move(copy));
    }
    request.paths.push_back(std::move(path));
  }
  return request;
}

/// A service of one such chain.
ServiceRequest edge_service(int number) {
  auto request = chains(16, 1);
  request.name = fmt::format("s{}", number);
  request.paths[0].name = request.name;
  return request;
}

/// Services that come to, change in and go from a graph of `size` uNFs as they were asked for.
void measure_changes(const Options& options, int size) {
  const auto catalog = paper_catalog();
  const auto inventory = large_host();
  const int count = std::max(1, size / 16), changes = options.quick ? 20 : 200;
  std::map<int, ServiceRequest> there;
  for (int i = 0; i < count; ++i) there.emplace(i, edge_service(i));
  graph::ServiceGraph graph{"edge", catalog, inventory};
  for (const auto& [number, service] : there) std::ignore = graph.put(service).value();
  std::mt19937 random(1);
  std::vector<double> adding, changing, removing;
  graph::ServiceGraph::Touched most;
  const auto note = [&](std::vector<double>& times, const auto& change) {
    Result<graph::ServiceGraph::Touched> touched;
    times.push_back(1000 * milliseconds([&] { touched = change(); }));
    most.islands = std::max(most.islands, touched.value().islands);
    most.nodes = std::max(most.nodes, touched.value().nodes);
  };
  for (int i = 0; i < changes; ++i) {
    const auto any = [&] { return std::next(there.begin(), static_cast<std::ptrdiff_t>(random() % there.size())); };
    const auto& come = there.emplace(count + i, edge_service(count + i)).first->second;
    note(adding, [&] { return graph.put(come); });
    auto& other = any()->second;
    if (other.vnfs.size() == 3) {
      other.paths[0].hops.pop_back();
      other.vnfs.pop_back();
    } else {
      other = edge_service(std::stoi(other.name.substr(1)));
    }
    note(changing, [&] { return graph.put(other); });
    const auto gone = any();
    note(removing, [&] { return graph.remove(gone->second.name); });
    there.erase(gone);
  }
  graph::ServiceGraph anew{"edge", catalog, inventory};
  for (const auto& [number, service] : there) std::ignore = anew.put(service).value();
  const auto point_99 = [](std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() * 99 / 100];
  };
  const auto plan = graph.plan(), best = anew.plan();
  print_point(options, {{"bench", "changes"},
                        {"size", size},
                        {"add_us", median(adding)},
                        {"add_us_p99", point_99(adding)},
                        {"change_us", median(changing)},
                        {"change_us_p99", point_99(changing)},
                        {"remove_us", median(removing)},
                        {"remove_us_p99", point_99(removing)},
                        {"most_islands", most.islands},
                        {"most_nodes", most.nodes},
                        {"nodes_before", plan.totals.nodes_before},
                        {"nodes_after", plan.totals.nodes_after},
                        {"nodes_after_anew", best.totals.nodes_after},
                        {"cycles", plan.totals.cycles_after},
                        {"cycles_anew", best.totals.cycles_after}});
}

ServiceRequest diamonds(int depth) {
  std::vector<std::string> nodes{"in:NicIngress"}, edges;
  std::string before = "in.out";
  for (int i = 0; i < depth; ++i) {
    nodes.insert(nodes.end(), {fmt::format("c{}:HttpClassifier", i), fmt::format("d{}:Decompress", i),
                               fmt::format("m{}:MacSwapper", i)});
    edges.push_back(fmt::format("{}:c{}", before, i));
    edges.push_back(fmt::format("c{}.http:d{}", i, i));
    edges.push_back(fmt::format("c{}.other:m{}", i, i));
    edges.push_back(fmt::format("d{}.out:m{}", i, i));
    before = fmt::format("m{}.out", i);
  }
  nodes.emplace_back("out:NicEgress");
  edges.push_back(before + ":out");
  return chain({vnf("v", nodes, edges)});
}

/// Two firewalls one behind the other.
ServiceRequest firewalls(const std::string& first, const std::string& second) {
  auto request = chain({chain_vnf("a", {"rules:L3L4Filter"}), chain_vnf("b", {"rules:L3L4Filter"})});
  set_rules(request, request.vnfs[0], "rules", first);
  set_rules(request, request.vnfs[1], "rules", second);
  return request;
}

/// Of random rules, few of which meet.
ServiceRequest random_firewalls(int rows) {
  std::mt19937 random(7);
  std::array<std::string, 2> texts;
  for (auto& text : texts) {
    for (int i = 0; i < rows; ++i) {
      text += fmt::format("{} tcp 10.{}.{}.0/24 any 192.168.{}.0/24 {}\n", random() % 2 == 0 ? "allow" : "deny",
                          random() % 256, random() % 256, random() % 256, random() % 1024);
    }
    text += "allow any any any any any\n";
  }
  return firewalls(texts[0], texts[1]);
}

/// By source and by destination port: each rule of the first meets all of the second.
ServiceRequest crossed_firewalls(int rows) {
  std::string by_source, by_port;
  for (int i = 0; i < rows; ++i) {
    by_source += fmt::format("allow any 10.{}.{}.0/24 any any any\n", i / 256, i % 256);
    by_port += fmt::format("allow any any any any {}\n", i);
  }
  return firewalls(by_source, by_port);
}

}  // namespace

int run_differential(const Options& options, std::uint64_t pairs, std::uint64_t seed) {
  constexpr int kPackets = 100;
  const auto begin = Clock::now();
  std::uint64_t done = 0, services = 0, refused = 0;
  for (; done < pairs; ++services) {
    // Mostly small ones, in which things meet; every tenth as large as they come, every fourth full of rules.
    auto shape = services % 10 == 0 ? Shape{.vnfs = 12, .nodes = 6, .paths = 6} : Shape{};
    shape.tables = services % 4 == 1;
    const auto service = random_service(seed + services, shape);
    using Parallelize = graph::CompileOptions::Parallelize;
    const graph::CompileOptions how{.consolidate = services % 16 != 0,
                                    .parallelize = services % 3 == 0 ? Parallelize::on : Parallelize::off};
    const auto plan = graph::compile(service.request, service.catalog, service.inventory, how);
    // Few, with more replicas than a runner can lead to.
    if (!plan && plan.error().code == Errc::no_capacity && ++refused <= 10 + services / 100) continue;
    done += kPackets;
    if (!plan || difference(*plan, service.catalog, seed, kPackets)) {
      const auto small = shrink(service, how, seed, kPackets);
      fmt::print("seed {}: {}\n{}", seed + services, *difference(small, how, seed, kPackets), to_text(small));
      return 1;
    }
  }
  const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  print_point(options, {{"bench", "differential"},
                        {"seed", seed},
                        {"services", services},
                        {"refused", refused},
                        {"pairs", done},
                        {"mismatches", 0},
                        {"seconds", seconds}});
  return 0;
}

int run_compile(const Options& options, const std::vector<int>& sizes) {
  for (const auto size : sizes) measure(options, "chains", size, chains(size, 1));
  for (const auto size : sizes) measure(options, "chains, 1 VNF of 3 shared", size, chains(size, 8));
  for (const auto size : sizes) measure_changes(options, size);
  measure(options, "diamonds", 20, diamonds(20));
  measure(options, "rules x rules", 1000, random_firewalls(1000));
  measure(options, "rules by source x by port", 1000, crossed_firewalls(1000));
  return 0;
}

int run_pairs(const Options& options) {
  using enum Field;
  struct Function {
    UnfDescriptor descriptor;
    double share;  // of the middleboxes in enterprise networks, where NFP says so [%]
  };
  constexpr auto kAddresses = fields(ip_src, ip_dst);
  constexpr auto kPorts = fields(l4_sport, l4_dport);
  constexpr auto kPayload = fields(payload_len, payload_bytes);
  // What counts or alerts can wait for a verdict; what it keeps by flow cannot.
  const std::vector<Function> functions{
      {{.type = "Firewall", .gates = {"drop", "out"}, .reads = kAddresses | kPorts, .state = StateClass::config}, 26},
      {{.type = "NIDS",
        .gates = {"drop", "out"},
        .reads = kAddresses | kPorts | kPayload,
        .drops = false,
        .state = StateClass::accumulator,
        .deferrable = true},
       20},
      {{.type = "Gateway", .gates = {"drop", "out"}, .reads = kAddresses, .drops = false}, 19},
      {{.type = "LoadBalancer",
        .gates = {"drop", "out"},
        .reads = kAddresses | kPorts,
        .writes = kAddresses,
        .drops = false},
       10},
      {{.type = "Caching", .gates = {"drop", "out"}, .reads = fields(ip_dst, l4_dport) | kPayload, .drops = false}, 10},
      {{.type = "VPN",
        .gates = {"drop", "out"},
        .reads = kAddresses | kPayload,
        .writes = kAddresses | kPayload,
        .drops = false},
       7},
      {{.type = "NAT",
        .gates = {"drop", "out"},
        .reads = kAddresses | kPorts,
        .writes = kAddresses | kPorts,
        .drops = false},
       0},
      {{.type = "Proxy",
        .gates = {"drop", "out"},
        .reads = fields(ip_dst) | kPayload,
        .writes = fields(ip_dst) | kPayload,
        .drops = false},
       0},
      {{.type = "Compression", .gates = {"drop", "out"}, .reads = kPayload, .writes = kPayload, .drops = false}, 0},
      {{.type = "TrafficShaper", .gates = {"drop", "out"}, .drops = false}, 0},
      {{.type = "Monitor",
        .gates = {"drop", "out"},
        .reads = kAddresses | kPorts,
        .drops = false,
        .state = StateClass::accumulator,
        .deferrable = true},
       0}};
  constexpr std::array kLevels{"no", "P0", "P1", "P2"};
  const auto none = nlohmann::json::object();
  double weight = 0, parallel_weight = 0;
  std::size_t pairs = 0, parallel_pairs = 0;
  for (const auto& a : functions) {
    for (const auto& b : functions) {
      const auto together = graph::parallel(a.descriptor, graph::effects_of(a.descriptor, none, none), b.descriptor,
                                            graph::effects_of(b.descriptor, none, none));
      const bool yes = together.level != graph::Together::no;
      ++pairs;
      parallel_pairs += yes;
      weight += a.share * b.share;
      parallel_weight += yes ? a.share * b.share : 0;
      print_point(options, {{"bench", "pairs"},
                            {"first", a.descriptor.type},
                            {"second", b.descriptor.type},
                            {"together", kLevels[static_cast<std::size_t>(together.level)]},
                            {"why_not", together.why_not}});
    }
  }
  print_point(options, {{"bench", "pairs"},
                        {"pairs", pairs},
                        {"parallel", parallel_pairs},
                        {"parallel_percent_by_deployment", 100 * parallel_weight / weight}});
  return 0;
}

}  // namespace unf::bench
