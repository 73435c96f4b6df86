// Random services of the uNFs that there are, compiled, against the same as they were asked for: frames in, frames out,
// what owners count, what uNFs report.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "dataplane/catalog/catalog.h"
#include "dataplane/replay/replay.h"
#include "graph/compile/compile.h"
#include "graph/model/digest.h"
#include "graph/terms/rule_table.h"
#include "tests/support/eal.h"
#include "tests/support/traffic.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;
using Parallelize = graph::CompileOptions::Parallelize;

template <typename T>
T pick(std::initializer_list<T> choices) {
  return *rc::gen::elementOf(std::vector<T>(choices));
}
int below(int n) { return *rc::gen::inRange(0, n); }
bool one_in(int n) { return below(n) == 0; }

std::string add_file(ServiceRequest& request, std::string text) {
  const auto digest = digest_of(text);
  request.artifacts[digest] = {"random.rules", std::move(text)};
  return digest;
}

std::string rules(std::initializer_list<std::string> verdicts) {
  std::string text;
  for (int i = 1 + below(3); i > 0; --i) {
    text += fmt::format("{} {} {} any {} {}\n", pick(verdicts), pick<std::string>({"tcp", "any", "udp"}),
                        pick<std::string>({"any", "any", "10.66.0.1", "10.66.0.0/31"}),
                        pick<std::string>({"any", "any", "10.66.0.2", "10.66.0.0/24"}),
                        pick<std::string>({"any", "any", "80", "81-8080"}));
  }
  return text;
}

/// By one field: the product with as many by another has more rows than pay.
std::string many_rules(std::initializer_list<std::string> verdicts) {
  const bool by_source = one_in(2);
  std::string text;
  for (int i = 0; i < 12; ++i) {
    text += by_source ? fmt::format("{} any 10.66.0.{} any any any\n", pick(verdicts), i)
                      : fmt::format("{} any any any any {}\n", pick(verdicts), i < 6 ? 78 + i : 8074 + i);
  }
  return text;
}

std::string some_rules(std::initializer_list<std::string> verdicts) {
  return one_in(2) ? many_rules(verdicts) : rules(verdicts);
}

void configure(ServiceRequest& request, VnfTemplate::Node& node) {
  if (node.type == "L3L4Filter")
    node.config["rules"] = add_file(request, some_rules({"allow", "deny", "allow"}) + "allow any any any any any\n");
  if (node.type == "HeaderClassifier") {
    if (one_in(4)) {
      node.config["rules"] = {add_file(request, some_rules({"table2", "table3", "c1"})),
                              add_file(request, some_rules({"table3", "c2", "other"})),
                              add_file(request, some_rules({"c1", "c2", "drop"}))};
    } else {
      node.config["rules"] = add_file(request, some_rules({"c1", "c2", "other", "drop"}));
    }
  }
  if (node.type == "ValidateUrl")
    node.config["rules"] = add_file(request, pick<std::string>({"/union\\s+select/i\n", "/or '1/\n", "/page/\n"}));
  if (node.type == "Alert") node.config["message"] = "seen";
  if (node.type == "HeaderRewriter") {
    if (one_in(2)) node.config["dscp"] = pick({0, 46});
    if (one_in(3)) node.config["ip_dst"] = pick<std::string>({"10.66.0.2", "2001:db8::9"});
    if (one_in(3)) node.config["dport"] = pick({80, 8080});
    if (one_in(3)) node.config["ttl"] = 64;
  }
}

/// A chain; what a uNF does not send to the next one, it mostly sends there too, by its other gates. With `tables`
/// every other one sorts packets by rules.
ServiceRequest::Vnf random_vnf(ServiceRequest& request, const std::string& name, bool tables) {
  ServiceRequest::Vnf vnf{.name = name};
  auto& graph = vnf.graph;
  graph.nodes.push_back({.name = "in", .type = "NicIngress"});
  for (int i = 0; i < below(6); ++i) {
    VnfTemplate::Node node{
        .name = fmt::format("n{}", i),
        .type = pick<std::string>({"CheckIPHeader", "CheckIPHeader", "L3L4Filter", "HeaderClassifier", "HttpClassifier",
                                   "HttpClassifier", "CountUrl", "ValidateUrl", "IPTtlDecrementer", "MacSwapper",
                                   "HeaderRewriter", "Alert", "PacketSizeHistogram", "TcpReset"})};
    if (tables && one_in(2)) node.type = pick<std::string>({"L3L4Filter", "HeaderClassifier"});
    configure(request, node);
    graph.nodes.push_back(std::move(node));
  }
  graph.nodes.push_back({.name = "out", .type = "NicEgress"});
  for (std::size_t i = 0; i + 1 < graph.nodes.size(); ++i) {
    const auto& type = graph.nodes[i].type;
    std::vector<std::string> gates{"out"};
    if (type == "HeaderClassifier") gates = {"other", "c1", "c2"};
    if (type == "HttpClassifier") gates = {"http", "other"};
    if (type == "ValidateUrl") gates = {"ok", "bad"};
    for (std::size_t g = 0; g < gates.size(); ++g) {
      if (g > 0 && one_in(6)) continue;
      const auto rest = static_cast<int>(graph.nodes.size() - i - 1);
      const auto to = g == 0 ? i + 1 : i + 1 + static_cast<std::size_t>(below(rest));
      graph.edges.push_back({.from = graph.nodes[i].name, .gate = gates[g], .to = graph.nodes[to].name});
    }
  }
  graph.inputs["in"] = "in";
  graph.outputs["out"] = "out";
  return vnf;
}

ServiceRequest random_service() {
  ServiceRequest request{.name = "s", .endpoints = {{"wan", "wan"}, {"lan", "lan"}}};
  ServiceRequest::Path path{.name = "there", .in = "wan", .out = "lan", .symmetric = one_in(2)};
  const int count = 1 + below(4);
  const bool tables = one_in(3);
  for (int i = 0; i < count; ++i) {
    request.vnfs.push_back(random_vnf(request, fmt::format("v{}", i), tables));
    path.hops.push_back(request.vnfs.back().name);
  }
  if (one_in(3)) path.matches = {{.proto = 6}};
  request.paths.push_back(std::move(path));
  return request;
}

/// What can be seen of a plan that has run.
struct Seen {
  std::map<std::string, Flows> sent;  // by NIC
  OwnerCounts owners;
  std::multiset<std::string> reports;
  std::size_t leaked = 0;
};

Seen run(const Plan& plan, const std::vector<Arrival>& traffic) {
  Seen seen;
  auto replay =
      Replay::make(builtin_unfs(), plan, [&](const NicName& nic, std::uint64_t, std::span<const std::byte> frame) {
        const Bytes bytes{frame.begin(), frame.end()};
        seen.sent[nic.get()][flow_of(nic.get(), bytes)].push_back(bytes);
      }).value();
  std::uint64_t time = 0;
  for (const auto& arrival : traffic) {
    const auto received = replay->receive(NicName{arrival.nic}, ++time, arrival.frame);
    if (!received) RC_FAIL(received.error().message);
  }
  replay->flush();
  seen.owners = owner_counts(plan, replay->stats());
  const auto reports = replay->report()["reports"];
  for (auto report : reports) {
    // Which of a burst's packets comes first to a uNF is not said, only that those of a flow keep their order.
    if (report.contains("last")) {
      auto last = report["last"].get<std::vector<nlohmann::json>>();
      std::ranges::sort(last);
      if (report["alerts"] > last.size()) last.clear();
      report["last"] = last;
    }
    seen.reports.insert(report.dump());
  }
  seen.leaked = replay->leaked();
  return seen;
}

RC_GTEST_PROP(CompiledService, DoesWhatWasAskedForWithRealUnfs, ()) {
  start_eal();
  const auto request = random_service();
  auto inventory = Inventory::built_in();
  for (std::uint32_t i = 2; i < 12; ++i) inventory.hosts[0].cores.push_back({.id = CoreId{i}});
  for (const char* part : {"SyncIngress", "HeaderClassifier.table"})
    inventory.hosts[0].cycles[part] = CyclesPerPacket{1};  // so that they pay
  const graph::CompileOptions options{.parallelize = one_in(3) ? Parallelize::on : Parallelize::off};
  const auto plan = graph::compile(request, builtin_unfs().descriptors(), inventory, options);
  if (!plan) RC_FAIL(plan.error().message);
  const auto traffic = *arrivals("in", "out", 60);
  auto expected = run(plan->as_original(), traffic), seen = run(*plan, traffic);
  // A uNF that no packet can come to need not be there to report nothing.
  for (const auto& nothing : run(plan->as_original(), {}).reports) {
    expected.reports.erase(nothing);
    seen.reports.erase(nothing);
  }
  RC_ASSERT(seen.leaked == 0U);
  RC_ASSERT(seen.sent == expected.sent);
  RC_ASSERT(seen.owners == expected.owners);
  RC_ASSERT(seen.reports == expected.reports);
  std::set<std::string> rules;
  for (const auto& line : plan->report) {
    if (line.applied && line.rule != "R1") rules.insert(line.rule);
  }
  for (const auto& rule : rules) RC_TAG(rule);
  const bool joint_tables = std::ranges::any_of(plan->nodes, [&](const auto& node) {
    return node.type == graph::kHeaderClassifier && graph::rule_digests(node.config).size() > 1 &&
           std::ranges::none_of(plan->original.nodes, [&](const auto& asked) { return asked.config == node.config; });
  });
  if (joint_tables) RC_TAG("R8, one table behind the other");
}

}  // namespace
}  // namespace unf::dataplane
