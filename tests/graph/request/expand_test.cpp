#include "graph/request/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/compile/compile.h"
#include "tests/support/by_name.h"
#include "tests/support/flows.h"
#include "tests/support/plan_checker.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

Inventory three_nics() {
  Host host{.name = HostId{"edge-1"}, .io_core = CoreId{0}, .cores = {{.id = CoreId{1}, .ghz = 100}}};
  for (const char* network : {"wan", "lan", "dmz"}) {
    host.nics.push_back({.name = NicName{std::string{"eth-"} + network}, .network = network});
  }
  host.nics[0].pair = host.nics[1].name;
  host.nics[1].pair = host.nics[0].name;
  return {.hosts = {host}};
}

Plan original_of(const ServiceRequest& request, const Inventory& inventory = Inventory::built_in()) {
  const auto plan = compile(request, paper_catalog(), inventory);
  EXPECT_TRUE(plan.has_value()) << plan.error().message;
  if (!plan) return {};
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  return plan->as_original();
}

// What is wrong with a request

struct BadCase {
  const char* name;
  void (*spoil)(ServiceRequest&);
  const char* message;
};
class BadRequest : public testing::TestWithParam<BadCase> {};

ServiceRequest::Vnf two_outputs() {
  return vnf("firewall", {"in:NicIngress", "http:HttpClassifier", "web:NicEgress", "rest:NicEgress"},
             {"in.out:http", "http.http:web", "http.other:rest"});
}

/// The sample, as read from a file that has each node and edge on a line of its own.
ServiceRequest placed() {
  auto request = enterprise_edge();
  int line = 10;
  for (auto& vnf : request.vnfs) {
    vnf.at = {vnf.name + ".yaml", 1};
    for (auto& node : vnf.graph.nodes) node.at = {vnf.name + ".yaml", line++};
    for (auto& edge : vnf.graph.edges) edge.at = {vnf.name + ".yaml", line++};
  }
  request.paths[0].at = {"nsd.yaml", 7};
  request.paths[1].at = {"nsd.yaml", 8};
  return request;
}

TEST_P(BadRequest, IsSaidWithItsPlace) {
  auto request = placed();
  GetParam().spoil(request);
  const auto graph = expand(request, paper_catalog(), Inventory::built_in());
  ASSERT_FALSE(graph.has_value());
  EXPECT_EQ(graph.error().code, Errc::malformed);
  EXPECT_EQ(graph.error().message, GetParam().message);
}

// firewall.yaml: nodes 10 in, 11 check, 12 filter, 13 out; edges 14 in.out, 15 check.out, 16 filter.out
INSTANTIATE_TEST_SUITE_P(
    Template, BadRequest,
    testing::Values(
        BadCase{"UnknownType", [](auto& r) { r.vnfs[0].graph.nodes[1].type = "CheckIpHeader"; },
                "firewall.yaml:11: node 'check' is of unknown type 'CheckIpHeader'"},
        BadCase{"NodeTwice",
                [](auto& r) {
                  r.vnfs[0].graph.nodes[2] = r.vnfs[0].graph.nodes[1];
                  r.vnfs[0].graph.edges.resize(1);
                  r.vnfs[0].graph.edges.push_back({"check", "out", "out", {"firewall.yaml", 15}});
                },
                "firewall.yaml:11: node 'check' twice"},
        BadCase{"Gate", [](auto& r) { r.vnfs[0].graph.edges[1].gate = "http"; },
                "firewall.yaml:15: CheckIPHeader 'check' has no gate 'http', expected one of: out"},
        BadCase{"GateTwice",
                [](auto& r) {
                  r.vnfs[0].graph.edges.push_back({"check", "out", "out", {"firewall.yaml", 17}});
                },
                "firewall.yaml:17: gate 'out' of 'check' twice, expected one target"},
        BadCase{"DropGate",
                [](auto& r) {
                  r.vnfs[0].graph.edges.push_back({"check", "drop", "out", {"firewall.yaml", 17}});
                },
                "firewall.yaml:17: gate 'drop' of 'check' leads to 'out', expected no target: what it drops is gone"},
        BadCase{"DanglingTarget", [](auto& r) { r.vnfs[0].graph.edges[2].to = "nowhere"; },
                "firewall.yaml:16: gate 'out' of 'filter' leads to 'nowhere', which is no node of the VNF\n"
                "firewall.yaml:13: node 'out' is reached from no input of the VNF"},
        BadCase{"DanglingSource",
                [](auto& r) {
                  r.vnfs[0].graph.edges.push_back({"ghost", "out", "out", {"firewall.yaml", 17}});
                },
                "firewall.yaml:17: edge from 'ghost', which is no node of the VNF"},
        BadCase{"IntoIngress", [](auto& r) { r.vnfs[0].graph.edges[2].to = "in"; },
                "firewall.yaml:16: gate 'out' of 'filter' leads to the NicIngress 'in', where only a NIC or another "
                "VNF may lead\n"
                "firewall.yaml:11: the nodes check, filter, in form a cycle"},
        BadCase{"OutOfEgress",
                [](auto& r) {
                  r.vnfs[0].graph.edges.push_back({"out", "out", "check", {"firewall.yaml", 17}});
                },
                "firewall.yaml:17: the NicEgress 'out' leads to 'check', expected nothing behind it in the VNF\n"
                "firewall.yaml:11: the nodes check, filter, out form a cycle"},
        BadCase{"Cycle", [](auto& r) { r.vnfs[1].graph.edges[5].to = "check"; },
                "monitor.yaml:18: the nodes check, count, histogram, http form a cycle"},
        BadCase{"SelfLoop", [](auto& r) { r.vnfs[0].graph.edges[1].to = "check"; },
                "firewall.yaml:11: the nodes check form a cycle"},
        BadCase{"Unreachable", [](auto& r) { r.vnfs[0].graph.edges[1].to = "out"; },
                "firewall.yaml:12: node 'filter' is reached from no input of the VNF"},
        BadCase{"NoInput",
                [](auto& r) {
                  r.vnfs[0].graph.inputs.clear();
                  r.vnfs[0].graph.nodes.clear();
                  r.vnfs[0].graph.edges.clear();
                  r.vnfs[0].graph.outputs.clear();
                },
                "firewall.yaml:1: VNF 'firewall' has no input, expected a NicIngress node that is one\n"
                "firewall.yaml:1: VNF 'firewall' has no output, expected a NicEgress node that is one"},
        BadCase{"InputNode", [](auto& r) { r.vnfs[0].graph.inputs["wan"] = "nowhere"; },
                "firewall.yaml:1: input 'wan' is node 'nowhere', which is no node of the VNF"},
        BadCase{"InputType", [](auto& r) { r.vnfs[0].graph.inputs["wan"] = "check"; },
                "firewall.yaml:11: input 'wan' is node 'check' of type CheckIPHeader, expected NicIngress"},
        BadCase{"OutputTwice", [](auto& r) { r.vnfs[2].graph.outputs["second"] = "out"; },
                "app-fw.yaml:34: node 'out' is more than one output, the second is 'second'"},
        BadCase{"EgressNoOutput",
                [](auto& r) {
                  r.vnfs[0] = two_outputs();
                  r.vnfs[0].graph.outputs.erase("web");
                  r.vnfs[0].graph.nodes[2].at = {"firewall.yaml", 50};
                },
                "firewall.yaml:50: NicEgress 'web' is no output of the VNF"},
        BadCase{"Config", [](auto& r) { r.vnfs[0].graph.nodes[2].config = nlohmann::json::object(); },
                "firewall.yaml:12: node 'filter', configuration of L3L4Filter: Missing required property 'rules'."},
        BadCase{"ArtifactOfAList",
                [](auto& r) {
                  r.vnfs[2].graph.nodes[3].config["rules"] = {"sha256:00", "sha256:01"};
                },
                "app-fw.yaml:32: node 'validate', rules: the file sha256:00 is not with the service\n"
                "app-fw.yaml:32: node 'validate', rules: the file sha256:01 is not with the service"},
        BadCase{"Artifact", [](auto& r) { r.vnfs[0].graph.nodes[2].config["rules"] = "sha256:00"; },
                "firewall.yaml:12: node 'filter', rules: the file sha256:00 is not with the service"},
        BadCase{"NodeName",
                [](auto& r) {
                  r.vnfs[0].graph.nodes[2].name = "a/b";
                  r.vnfs[0].graph.edges[1].to = "a/b";
                  r.vnfs[0].graph.edges[2].from = "a/b";
                },
                "firewall.yaml:12: 'a/b' is no name for a node, expected one without '/', '#', '@' and blanks"}),
    by_name);

INSTANTIATE_TEST_SUITE_P(
    Chain, BadRequest,
    testing::Values(
        BadCase{"ServiceName", [](auto& r) { r.name = ""; },
                "service: '' is no name for a service, expected one without '/', '#', '@' and blanks"},
        BadCase{"VnfTwice", [](auto& r) { r.vnfs.push_back(r.vnfs[0]); }, "firewall.yaml:1: VNF 'firewall' twice"},
        BadCase{"NoPath",
                [](auto& r) {
                  r.paths.clear();
                  r.vnfs.clear();
                },
                "edge: no path, so no packet would enter; expected at least one"},
        BadCase{"VnfOnNoPath",
                [](auto& r) {
                  for (auto& p : r.paths) p.hops.pop_back();
                },
                "app-fw.yaml:1: VNF 'app-fw' is on no path"},
        BadCase{"PathTwice", [](auto& r) { r.paths[1].name = "inbound"; }, "nsd.yaml:8: path 'inbound' twice"},
        BadCase{"PathLikeWhatPacketsGoOverTo", [](auto& r) { r.paths[1].name = "inbound~1"; },
                "nsd.yaml:8: path 'inbound~1': expected a name without '~'"},
        BadCase{"ReverseTwice",
                [](auto& r) {
                  r.paths[0].symmetric = true;
                  r.paths[1].name = "inbound-reverse";
                },
                "nsd.yaml:8: path 'inbound-reverse' twice"},
        BadCase{"Hop", [](auto& r) { r.paths[1].hops[1] = "proxy"; },
                "nsd.yaml:8: path 'outbound': hop 'proxy' is no VNF of the service"},
        BadCase{"HopTwice", [](auto& r) { r.paths[1].hops.push_back("firewall"); },
                "nsd.yaml:8: path 'outbound' passes VNF 'firewall' twice"},
        BadCase{"NoHop", [](auto& r) { r.paths[1].hops.clear(); },
                "nsd.yaml:8: path 'outbound' has no hop, expected at least one VNF"},
        BadCase{"Endpoint", [](auto& r) { r.paths[1].out = "dmz"; },
                "nsd.yaml:8: path 'outbound': endpoint 'dmz' is not one of the service, expected one of: lan, wan"},
        BadCase{"ThirdEndpoint",
                [](auto& r) {
                  r.endpoints.push_back({"dmz", "dmz"});
                  r.paths[1].out = "dmz";
                },
                "nsd.yaml:8: path 'outbound': endpoint 'dmz' is a third one besides 'wan' and 'lan'; more than two "
                "need an inventory, or to be bound to one of: local.in, local.out"},
        BadCase{"EndpointTwice",
                [](auto& r) {
                  r.endpoints.push_back({"wan", "wan"});
                },
                "edge: endpoint 'wan' twice"},
        BadCase{"LinkFrom",
                [](auto& r) {
                  r.links = {{"proxy", "out", "monitor", "in", {"nsd.yaml", 20}}};
                },
                "nsd.yaml:20: link from VNF 'proxy', which the service does not have"},
        BadCase{"LinkOutput",
                [](auto& r) {
                  r.links = {{"firewall", "alert", "monitor", "in", {"nsd.yaml", 20}}};
                },
                "nsd.yaml:20: VNF 'firewall' has no output 'alert', expected one of: out"},
        BadCase{"LinkInput",
                [](auto& r) {
                  r.links = {{"firewall", "out", "monitor", "tap", {"nsd.yaml", 20}}};
                },
                "nsd.yaml:20: VNF 'monitor' has no input 'tap', expected one of: in"},
        BadCase{"LinkTwice",
                [](auto& r) {
                  r.links = {{"firewall", "out", "monitor", "in", {"nsd.yaml", 20}},
                             {"firewall", "out", "monitor", "in", {"nsd.yaml", 21}}};
                },
                "nsd.yaml:21: output 'out' of 'firewall' linked to 'monitor' twice"},
        BadCase{"Ambiguous", [](auto& r) { r.vnfs[0] = two_outputs(); },
                "nsd.yaml:7: path 'inbound': no link says how 'firewall' (outputs: rest, web) leads to 'monitor' "
                "(inputs: in)\n"
                "nsd.yaml:8: path 'outbound': no link says how 'firewall' (outputs: rest, web) leads to 'monitor' "
                "(inputs: in)"},
        BadCase{"All",
                [](auto& r) {
                  r.vnfs[0].graph.nodes[1].type = "X";
                  r.paths[1].hops[1] = "proxy";
                },
                "firewall.yaml:11: node 'check' is of unknown type 'X'\nnsd.yaml:8: path 'outbound': hop 'proxy' is no "
                "VNF of the service"}),
    by_name);

TEST(Expand, SaysTheFaultsOfADescriptorOnce) {
  auto request = placed();
  request.vnfs[0].graph.nodes[1].type = "X";
  auto second = request.vnfs[0];
  second.name = "firewall-2";
  request.vnfs.push_back(second);
  request.paths[0].hops.push_back("firewall-2");
  EXPECT_EQ(expand(request, paper_catalog(), Inventory::built_in()).error().message,
            "firewall.yaml:11: node 'check' is of unknown type 'X'");
}

// Where packets go

TEST(Expand, InstantiatesAVnfOnceForAllItsPaths) {
  const auto original = original_of(enterprise_edge());
  EXPECT_EQ(original.nodes.size(), 16);
  EXPECT_THAT(flows(original.edges), IsSupersetOf({"firewall/out.out>monitor/in", "monitor/out.out>app-fw/in"}));
  EXPECT_EQ(original.find(NodeId{"edge/app-fw/out"})->nic, std::nullopt);
}

TEST(Expand, PathsThatPartAtAnOutputHaveEdgesOfTheirOwn) {
  auto request = chain({chain_vnf("a", {"f:Forward"}), chain_vnf("b", {"f:Forward"}), chain_vnf("c", {"f:Forward"})});
  request.paths[0].hops = {"a", "b"};
  auto other = request.paths[0];
  other.name = "other";
  other.hops = {"a", "c"};
  auto brief = request.paths[0];
  brief.name = "brief";
  brief.hops = {"a"};
  request.paths.insert(request.paths.end(), {other, brief});
  const auto original = original_of(request);
  EXPECT_THAT(flows(original.edges),
              UnorderedElementsAre("a/in.out>a/f", "a/f.out>a/out", "a/out.out>b/in[inbound]", "a/out.out>c/in[other]",
                                   "b/in.out>b/f", "b/f.out>b/out", "c/in.out>c/f", "c/f.out>c/out"));
  EXPECT_EQ(original.find(NodeId{"edge/a/out"})->nic, NicName{"out"});
}

TEST(Expand, PathsInOppositeOrderMayFormACycleOfVnfs) {
  auto request = chain({chain_vnf("a", {"check:CheckIPHeader"}), chain_vnf("b", {"check:CheckIPHeader"})});
  request.paths[0].symmetric = true;
  const auto plan = compile(request, paper_catalog(), Inventory::built_in());
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  EXPECT_THAT(flows(plan->original.edges),
              UnorderedElementsAre("a/in.out>a/check", "a/check.out>a/out", "a/out.out>b/in[inbound]",
                                   "b/in.out>b/check", "b/check.out>b/out", "b/out.out>a/in[inbound-reverse]"));
  EXPECT_THAT(flows(plan->edges),
              UnorderedElementsAre("a/in.out>a/check", "b/in.out>a/check", "a/check.out>b/out[inbound]",
                                   "a/check.out>a/out[inbound-reverse]"))
      << "each direction is checked once, by one uNF for both";
}

TEST(Expand, TheWayBackGoesThroughEveryHopWhereverOtherPathsLead) {
  auto request = chain({chain_vnf("a", {"f:Forward"}), chain_vnf("b", {"f:Forward"}), chain_vnf("c", {"f:Forward"})});
  request.paths[0].symmetric = true;
  auto shortcut = request.paths[0];
  shortcut.name = "shortcut";
  shortcut.symmetric = false;
  shortcut.hops = {"c", "a"};
  shortcut.matches = {{.proto = 17}};
  request.paths.push_back(shortcut);
  request.links = {{"a", "out", "b", "in", {}}, {"b", "out", "c", "in", {}}, {"c", "out", "a", "in", {}}};
  const auto plan = original_of(request);
  EXPECT_THAT(flows(plan.edges),
              testing::IsSupersetOf(
                  {"c/out.out>b/in[inbound-reverse]", "b/out.out>a/in[inbound-reverse]", "c/out.out>a/in[shortcut]"}));
}

TEST(Expand, TheReverseOfASymmetricPathMatchesTheOtherWay) {
  auto request = chain({chain_vnf("a", {"f:Forward"})});
  request.paths[0].symmetric = true;
  request.paths[0].matches = {{.proto = 6, .src = *IpPrefix::parse("10.0.0.0/8"), .dport = {80, 80}}};
  const auto plan = original_of(request);
  ASSERT_EQ(plan.classifiers.size(), 2);
  EXPECT_EQ(plan.classifiers[1].path, "inbound-reverse");
  EXPECT_EQ(plan.classifiers[1].in, NicName{"out"});
  EXPECT_EQ(plan.classifiers[1].match, (Match{.proto = 6, .dst = *IpPrefix::parse("10.0.0.0/8"), .sport = {80, 80}}));
}

TEST(Expand, EveryMatchOfAPathIsAClassifier) {
  auto request = chain({chain_vnf("a", {"f:Forward"})});
  request.paths[0].matches = {{.proto = 6}, {.proto = 17}};
  const auto plan = original_of(request);
  ASSERT_EQ(plan.classifiers.size(), 2);
  EXPECT_EQ(plan.classifiers[0].match.proto, 6);
  EXPECT_EQ(plan.classifiers[1].match.proto, 17);
  EXPECT_EQ(plan.classifiers[1].path, "inbound");
}

TEST(Expand, EndpointsAreByPositionUnlessTheyAreOnANic) {
  auto request = enterprise_edge();
  const auto inbound_from = [&] {
    const auto plan = original_of(request);
    const auto taken = std::ranges::find(plan.classifiers, "inbound", &Plan::Classifier::path);
    return taken == plan.classifiers.end() ? NicName{} : taken->in;
  };
  EXPECT_EQ(inbound_from(), NicName{"in"});
  request.endpoints = {{"wan", "local.out"}, {"lan", "local.in"}};
  EXPECT_EQ(inbound_from(), NicName{"out"});
  request.endpoints.push_back({"dmz", "local.out"});
  request.paths[1].out = "dmz";
  EXPECT_EQ(inbound_from(), NicName{"out"}) << "a third one";
}

TEST(Expand, LabelledLinksFollowEachOutput) {
  auto request = chain({vnf("split", {"in:NicIngress", "http:HttpClassifier", "web:NicEgress", "rest:NicEgress"},
                            {"in.out:http", "http.http:web", "http.other:rest"}),
                        chain_vnf("web", {"count:CountUrl"}), chain_vnf("end", {"f:Forward"})});
  request.links = {{"split", "web", "web", "in", {}}, {"split", "rest", "end", "in", {}}};
  const auto plan = compile(request, paper_catalog(), Inventory::built_in());
  ASSERT_TRUE(plan.has_value()) << plan.error().message;
  EXPECT_THAT(PlanChecker{*plan}.problems(), IsEmpty());
  EXPECT_THAT(flows(plan->edges),
              UnorderedElementsAre("split/in.out>split/http", "split/http.http>web/count", "split/http.other>end/f",
                                   "web/count.out>end/f", "end/f.out>end/out"));
}

TEST(Expand, AnOutputThatNoLinkNamesLeavesTheService) {
  auto request = chain({vnf("split", {"in:NicIngress", "http:HttpClassifier", "web:NicEgress", "rest:NicEgress"},
                            {"in.out:http", "http.http:web", "http.other:rest"}),
                        chain_vnf("web", {"count:CountUrl"})});
  request.links = {{"split", "web", "web", "in", {}}};
  const auto original = original_of(request);
  EXPECT_EQ(original.find(NodeId{"edge/split/rest"})->nic, NicName{"out"});
  EXPECT_EQ(original.find(NodeId{"edge/split/web"})->nic, std::nullopt);
}

TEST(Expand, AnEgressForSeveralNicsIsOneForEach) {
  auto request = chain({chain_vnf("a", {"f:Forward"})});
  request.endpoints.push_back({"dmz", "dmz"});
  auto other = request.paths[0];
  other.name = "to-dmz";
  other.out = "dmz";
  request.paths.push_back(other);
  const auto original = original_of(request, three_nics());
  EXPECT_THAT(flows(original.edges),
              UnorderedElementsAre("a/in.out>a/f", "a/f.out>a/out[to-dmz]", "a/f.out>a/out@eth-lan[inbound]"));
  EXPECT_EQ(original.find(NodeId{"edge/a/out"})->nic, NicName{"eth-dmz"});
  EXPECT_EQ(original.find(NodeId{"edge/a/out@eth-lan"})->nic, NicName{"eth-lan"});
  EXPECT_THAT(original.find(NodeId{"edge/a/out@eth-lan"})->owners, testing::ElementsAre(OwnerPath{"edge/a/out"}));
}

TEST(Expand, ABumpInTheWireSendsByThePair) {
  auto request = chain({chain_vnf("a", {"f:Forward"})});
  request.paths[0].symmetric = true;
  EXPECT_EQ(original_of(request, three_nics()).find(NodeId{"edge/a/out"})->nic, std::nullopt);
}

struct EndpointCase {
  const char* name;
  const char* network;
  const char* nic;
  const char* problem;
};
class Endpoint : public testing::TestWithParam<EndpointCase> {};

TEST_P(Endpoint, IsANicByNetworkOrName) {
  auto inventory = three_nics();
  inventory.hosts[0].nics[2].network = "lan";
  inventory.hosts.push_back({.name = HostId{"edge-2"}, .nics = {{.name = NicName{"eth0"}, .network = "far"}}});
  auto request = chain({chain_vnf("a", {"f:Forward"})});
  request.endpoints[1].network = GetParam().network;
  const auto graph = expand(request, paper_catalog(), inventory);
  ASSERT_EQ(graph.has_value(), GetParam().nic != nullptr);
  if (graph) {
    EXPECT_EQ((*graph)[graph->nodes().back()].nic, NicName{GetParam().nic});
  } else {
    EXPECT_THAT(graph.error().message, HasSubstr(GetParam().problem));
  }
}
INSTANTIATE_TEST_SUITE_P(
    Inventory, Endpoint,
    testing::Values(EndpointCase{"HostAndNic", "edge-1.eth-dmz", "eth-dmz", nullptr},
                    EndpointCase{"Network", "wan", "eth-wan", nullptr},
                    EndpointCase{"Unknown", "internet", nullptr,
                                 "endpoint 'lan': no NIC of the inventory is on network 'internet' or called so"},
                    EndpointCase{"Ambiguous", "lan", nullptr,
                                 "endpoint 'lan': 2 NICs of the inventory are on network 'lan', expected HOST.NIC"},
                    EndpointCase{
                        "OtherHost", "far", nullptr,
                        "endpoint 'lan' is on host 'edge-2', others are on 'edge-1', expected all on one host"}),
    by_name);

// A gate without a target drops; one that the configuration rules out has no edge.
TEST(Expand, KnowsTheGatesThatAConfigurationHas) {
  auto request = enterprise_edge();
  auto& rules = request.vnfs[2].graph.nodes[3].config["rules"];
  const auto dropping = [&] {
    std::vector<std::string> gates;
    for (const auto& edge : original_of(request).edges) {
      if (edge.from == NodeId{"edge/app-fw/validate"} && !edge.to) gates.push_back(edge.gate);
    }
    return gates;
  };
  EXPECT_THAT(dropping(), IsEmpty());
  rules = {rules, rules};
  EXPECT_THAT(dropping(), UnorderedElementsAre("bad2"));
  rules.push_back(rules[0]);
  EXPECT_THAT(dropping(), UnorderedElementsAre("bad2", "bad3"));
}

}  // namespace
}  // namespace unf::graph
