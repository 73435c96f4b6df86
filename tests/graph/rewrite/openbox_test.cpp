#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/compile/compile.h"
#include "graph/model/filter_rules.h"
#include "tests/support/flows.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

// What OpenBox's public controller gets wrong, or leaves undone (graph.md 1.1): a case for each of its faults.
namespace unf::graph {
namespace {

using namespace testing_support;
using testing::Contains;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Plan compiled(const ServiceRequest& request) {
  auto plan = compile(request, paper_catalog(), Inventory::built_in());
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  return plan.value_or(Plan{});
}

std::size_t count(const Plan& plan, const char* type) {
  return static_cast<std::size_t>(
      std::ranges::count_if(plan.nodes, [&](const Plan::Node& node) { return node.type == type; }));
}

/// The rules of all header classifiers.
std::size_t rule_count(const Plan& plan) {
  std::size_t rules = 0;
  for (const auto& node : plan.nodes) {
    if (node.type == "HeaderClassifier" || node.type == "L3L4Filter") {
      const auto& text = plan.artifacts.at(node.config.at("rules").get<std::string>()).text;
      rules += static_cast<std::size_t>(std::ranges::count(text, '\n'));
    }
  }
  return rules;
}

/// Where packets go that match `match`, by type of uNF; every uNF but tables takes its first gate.
std::string way_of(const Plan& plan, const Match& packet, bool http = false) {
  std::string way;
  const auto* node = plan.find(plan.classifiers[0].to);
  auto path = plan.classifiers[0].path;
  while (true) {
    std::string gate = "out";
    if (node->type == "HttpClassifier") gate = http ? "http" : "other";
    if (node->type == "HeaderClassifier" || node->type == "L3L4Filter") {
      const bool filter = node->type == "L3L4Filter";
      const auto& verdicts = filter ? kFilterVerdicts : kClassifierVerdicts;
      const auto rules = *parse_filter_rules(plan.artifacts.at(node->config.at("rules").get<std::string>()), verdicts);
      const auto row = std::ranges::find_if(rules, [&](const FilterRule& rule) { return covers(rule.match, packet); });
      if (filter)
        gate = row != rules.end() && row->verdict == 0 ? "out" : "drop";
      else
        gate = row == rules.end() ? "other" : verdicts.words[row->verdict];
    } else if (!node->type.starts_with("Nic")) {
      way += (way.empty() ? "" : " ") + node->type;
      if (node->type == "HeaderRewriter") way += node->config.dump();
    }
    const auto edge = std::ranges::find_if(plan.edges, [&](const Plan::Edge& e) {
      return e.from == node->id && e.gate == gate &&
             (e.paths.empty() || std::ranges::find(e.paths, path) != e.paths.end());
    });
    if (edge == plan.edges.end()) return way + " >" + (node->nic ? node->nic->get() : "pair");
    if (!edge->to) return way + " dropped";
    if (!edge->becomes.empty()) path = edge->becomes;
    node = plan.find(*edge->to);
  }
}

Match packet(const char* src, const char* dst, std::uint16_t dport) {
  return {.proto = 6,
          .src = *IpPrefix::parse(src),
          .dst = *IpPrefix::parse(dst),
          .sport = {1024, 1024},
          .dport = {dport, dport}};
}

/// Its demo: a firewall that drops port 80 and alerts about one network, and a load balancer that rewrites what is for
/// one server.
ServiceRequest demo() {
  auto request =
      chain({vnf("fw", {"in:NicIngress", "rules:HeaderClassifier", "alert:Alert", "out:NicEgress"},
                 {"in.out:rules", "rules.c2:alert", "rules.other:out", "alert.out:out"}),
             vnf("lb", {"in:NicIngress", "rules:HeaderClassifier", "rewrite:HeaderRewriter", "out:NicEgress"},
                 {"in.out:rules", "rules.c1:rewrite", "rules.other:out", "rewrite.out:out"})});
  set_rules(request, request.vnfs[0], "rules", "drop tcp any any any 80\nc2 any 202.101.0.0/16 any any any\n");
  set_rules(request, request.vnfs[1], "rules", "c1 any any any 10.0.0.1 any\n");
  configure(request.vnfs[0], "alert", {{"message", "from 202.101"}});
  configure(request.vnfs[1], "rewrite", {{"ip_dst", "10.0.0.9"}});
  return request;
}

TEST(OpenBox, Fault1ClonesOfAnAlertLeadOnToDifferentSteps) {
  const auto plan = compiled(demo());
  EXPECT_EQ(way_of(plan, packet("202.101.1.1", "10.0.0.2", 443)), "Alert >out") << "OpenBox: Alert, then rewritten";
  EXPECT_EQ(way_of(plan, packet("202.101.1.1", "10.0.0.1", 443)), R"(Alert HeaderRewriter{"ip_dst":"10.0.0.9"} >out)");
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 443)), R"(HeaderRewriter{"ip_dst":"10.0.0.9"} >out)");
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 80)), " dropped");
  EXPECT_EQ(count(plan, "Alert"), 1) << "its count is one";
}

TEST(OpenBox, Fault2DisjointAndNestedValuesMerge) {
  auto request = demo();
  set_rules(request, request.vnfs[1], "rules", "c1 tcp any any any 443\n");
  auto plan = compiled(request);
  EXPECT_EQ(count(plan, "HeaderClassifier"), 1) << "OpenBox: three";
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 443)), R"(HeaderRewriter{"ip_dst":"10.0.0.9"} >out)");
  set_rules(request, request.vnfs[1], "rules", "c1 any 202.101.7.0/24 any any any\n");
  plan = compiled(request);
  EXPECT_EQ(count(plan, "HeaderClassifier"), 1);
  EXPECT_EQ(way_of(plan, packet("202.101.7.1", "10.0.0.1", 443)), R"(Alert HeaderRewriter{"ip_dst":"10.0.0.9"} >out)");
  EXPECT_EQ(way_of(plan, packet("202.101.8.1", "10.0.0.1", 443)), "Alert >out");
}

TEST(OpenBox, Fault3ClassifiersBehindAModifierMergeToo) {
  auto request = demo();
  request.vnfs.insert(request.vnfs.begin(), chain_vnf("rw", {"ttl:IPTtlDecrementer"}));
  request.paths[0].hops.insert(request.paths[0].hops.begin(), "rw");
  const auto plan = compiled(request);
  EXPECT_EQ(count(plan, "HeaderClassifier"), 1);
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 443)),
            R"(IPTtlDecrementer HeaderRewriter{"ip_dst":"10.0.0.9"} >out)");
}

TEST(OpenBox, Fault4ItsFirewallAndItsSnortMerge) {
  // A filter, and an intrusion detection that looks at payloads only of what its header rules say.
  auto request = chain(
      {chain_vnf("fw", {"rules:L3L4Filter"}),
       vnf("ips", {"in:NicIngress", "rules:HeaderClassifier", "validate:ValidateUrl", "alert:Alert", "out:NicEgress"},
           {"in.out:rules", "rules.c1:validate", "rules.other:out", "validate.ok:out", "validate.bad:alert",
            "alert.out:out"})});
  set_rules(request, request.vnfs[0], "rules", "deny tcp any any any 23\nallow any any any any any\n");
  set_rules(request, request.vnfs[1], "rules", "c1 tcp any any any 80\n");
  set_rules(request, request.vnfs[1], "validate", "/union/\n");
  configure(request.vnfs[1], "alert", {{"message", "sqli"}});
  const auto plan = compiled(request);
  EXPECT_EQ(count(plan, "HeaderClassifier") + count(plan, "L3L4Filter"), 1);
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 23)), " dropped");
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 443)), " >out");
}

TEST(OpenBox, Fault5TheOrderOfRulesIsLexicographic) {
  // The first table's second rule and the second table's first one: a sum or maximum of priorities mixes them up.
  auto request = demo();
  set_rules(request, request.vnfs[0], "rules", "other tcp any any any 8080\nc2 any 202.101.0.0/16 any any any\n");
  set_rules(request, request.vnfs[1], "rules", "other any 202.101.0.0/16 any any any\nc1 any any any any any\n");
  const auto plan = compiled(request);
  EXPECT_EQ(way_of(plan, packet("202.101.1.1", "10.0.0.1", 443)), "Alert >out");
  EXPECT_EQ(way_of(plan, packet("202.101.1.1", "10.0.0.1", 8080)), " >out");
  EXPECT_EQ(way_of(plan, packet("1.1.1.1", "10.0.0.1", 8080)), R"(HeaderRewriter{"ip_dst":"10.0.0.9"} >out)");
}

TEST(OpenBox, Fault6AlertsKeepTheirOwners) {
  // Two VNFs alert: of what each has seen, not together.
  auto request = chain({chain_vnf("a", {"alert:Alert"}), chain_vnf("b", {"alert:Alert"})});
  for (std::size_t i : {0, 1}) configure(request.vnfs[i], "alert", {{"message", "seen"}});
  const auto plan = compiled(request);
  EXPECT_EQ(count(plan, "Alert"), 2);
  for (const auto& node : plan.nodes) EXPECT_EQ(node.owners.size(), 1) << node.id.get();
}

TEST(OpenBox, Fault7RedundantRulesGo) {
  const auto plan = compiled(demo());
  EXPECT_LE(plan.nodes.size(), 7);
  EXPECT_LE(rule_count(plan), 5);
  EXPECT_EQ(count(plan, "HeaderClassifier"), 1);
}

TEST(OpenBox, StackedDiamondsDoNotBecomeATree) {
  std::vector<std::string> nodes{"in:NicIngress"}, edges;
  std::string before = "in.out";
  for (int i = 0; i < 20; ++i) {
    const auto n = std::to_string(i);
    nodes.insert(nodes.end(), {"c" + n + ":HttpClassifier", "d" + n + ":Decompress", "m" + n + ":MacSwapper"});
    edges.push_back(before + ":c" + n);
    edges.push_back("c" + n + ".http:d" + n);
    edges.push_back("c" + n + ".other:m" + n);
    edges.push_back("d" + n + ".out:m" + n);
    before = "m" + n + ".out";
  }
  nodes.emplace_back("out:NicEgress");
  edges.push_back(before + ":out");
  const auto plan = compiled(chain({vnf("v", nodes, edges)}));
  EXPECT_LE(plan.nodes.size(), nodes.size());
}

}  // namespace
}  // namespace unf::graph
