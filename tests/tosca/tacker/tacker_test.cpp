#include <gmock/gmock.h>

#include "graph/model/service_request_json.h"
#include "tests/support/by_name.h"
#include "tests/support/test_catalog.h"
#include "tosca/image_map_reader.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A VNFD in Tacker's TOSCA with a CP for management and two others, `CPn2` on network net0 and `CPn3` on net1.
std::string tacker_vnfd(int n, const std::string& image, const std::string& more = {}) {
  const auto point = [&](int order) {
    return fmt::format(
        "    CP{0}{1}:\n"
        "      type: tosca.nodes.nfv.CP.Tacker\n"
        "      properties: {{ order: {2}, management: {3} }}\n"
        "      requirements: [ {{ virtualLink: {{ node: VL{1} }} }}, {{ virtualBinding: {{ node: VDU1 }} }} ]\n"
        "    VL{1}: {{ type: tosca.nodes.nfv.VL, properties: {{ vendor: Tacker, network_name: {4} }} }}\n",
        n, order + 1, order, order == 0, order == 0 ? "net_mgmt" : fmt::format("net{}", order - 1));
  };
  return fmt::format(
      "tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0\n"
      "metadata: {{ template_name: sample }}\n"
      "topology_template:\n"
      "  node_templates:\n"
      "    VDU1:\n"
      "      type: tosca.nodes.nfv.VDU.Tacker\n"
      "      capabilities: {{ nfv_compute: {{ properties: {{ num_cpus: 1, mem_size: 512 MB }} }} }}\n"
      "      properties: {{ image: {} }}\n{}{}{}{}",
      image, point(0), point(1), point(2), more);
}

/// A VNFFGD; `properties` are those of its one path, from line 6 on.
std::string vnffgd(const std::string& properties, const std::string& type = "FP.TackerV2") {
  return fmt::format(
      "tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0\n"
      "topology_template:\n"
      "  node_templates:\n"
      "    path1:\n"
      "      type: tosca.nodes.nfv.{}\n"
      "      properties: {}\n"
      "  groups:\n"
      "    VNFFG1:\n"
      "      type: tosca.groups.nfv.VNFFG\n"
      "      properties: {{ vendor: tacker, version: 1.0, number_of_endpoints: 2, constituent_vnfs: [ VNFD1, VNFD2 ] "
      "}}\n"
      "      members: [ path1 ]\n",
      type, properties);
}
const std::string kPath = "path: [ { forwarder: VNFD1, capability: CP12 }, { forwarder: VNFD2, capability: CP22 } ]";
std::string classified(const std::string& classifier) {
  return vnffgd("{ policy: { type: ACL, criteria: [ { name: c, classifier: { " + classifier + " } } ] }, " + kPath +
                " }");
}

ImageMap images_of(const std::string& text = "images:\n  cirros: { type: CheckIPHeader }\n  ubuntu: pass-through\n") {
  auto map = read_image_map({.paths = {"m"}, .files = {{"m", text}}}, testing_support::test_catalog());
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

Result<ServiceRequest> read(const std::string& graph, const ImageMap& images = images_of()) {
  return read_service({.paths = {"graph.yaml", "vnfd1.yaml", "vnfd2.yaml"},
                       .files = {{"graph.yaml", graph},
                                 {"vnfd1.yaml", tacker_vnfd(1, "cirros")},
                                 {"vnfd2.yaml", tacker_vnfd(2, "ubuntu")}}},
                      testing_support::test_catalog(), images);
}

TEST(Tacker, PathOverOneConnectionPointEach) {
  const auto service = read(classified(
      "network_src_port_id: 14ad4f29, destination_port_range: 80-1024, ip_proto: 6, ip_dst_prefix: 10.10.0.5/24"));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "graph");
  ASSERT_EQ(service->vnfs.size(), 2);
  EXPECT_EQ(service->vnfs[0].name, "VNFD1");
  EXPECT_EQ(service->vnfs[0].vnfd_id, "vnfd1");
  std::vector<std::string> edges;
  for (const auto& edge : service->vnfs[0].graph.edges) edges.push_back(edge.from + " " + edge.gate + " " + edge.to);
  EXPECT_THAT(edges, testing::UnorderedElementsAre("CP12 out VDU1", "VDU1 out CP12-out"));
  EXPECT_THAT(service->vnfs[0].graph.nodes,
              Contains(testing::Field(&VnfTemplate::Node::type, std::string{"CheckIPHeader"})));
  ASSERT_EQ(service->links.size(), 1);
  EXPECT_EQ(service->links[0].output, "CP12");
  EXPECT_EQ(service->links[0].to_input, "CP22");
  ASSERT_EQ(service->paths.size(), 1);
  const auto& path = service->paths[0];
  EXPECT_THAT(path.hops, ElementsAre("VNFD1", "VNFD2"));
  EXPECT_EQ(path.in, "14ad4f29");
  EXPECT_EQ(path.out, "net0");
  EXPECT_FALSE(path.symmetric);
  EXPECT_THAT(path.matches,
              ElementsAre(Match{.proto = 6, .dst = *IpPrefix::parse("10.10.0.0/24"), .dport = {80, 1024}}));
}

TEST(Tacker, PathInByOneConnectionPointAndOutByAnother) {
  const auto service = read(vnffgd(
      "{ id: 51, symmetrical: true, path: [ { forwarder: VNFD1, capability: CP13 }, { forwarder: VNFD1, capability: "
      "CP12 }, { forwarder: VNFD2, capability: CP22 }, { forwarder: VNFD2, capability: CP23, sfc_encap: false } ] }"));
  ASSERT_TRUE(service) << service.error().message;
  const auto& graph = service->vnfs[0].graph;
  EXPECT_EQ(graph.inputs.begin()->first, "CP13");
  EXPECT_EQ(graph.outputs.begin()->first, "CP12");
  const auto& path = service->paths[0];
  EXPECT_TRUE(path.symmetric);
  EXPECT_EQ(path.spi, 51);
  EXPECT_EQ(path.in, "net1");
  EXPECT_EQ(path.out, "net1-out") << "it leaves by the network that it came from";
  EXPECT_EQ(service->endpoints[1].network, "net1");
  EXPECT_TRUE(path.matches.empty()) << "no classifier";
}

TEST(Tacker, ClassifiersOfAPathMayEnterElsewhere) {
  const auto service = read(vnffgd(
      "{ id: 7, policy: { type: ACL, criteria: [ { name: a, classifier: { network_src_port_id: p1, ip_proto: 6 } }, "
      "{ name: b, classifier: { network_src_port_id: p2, ip_proto: 17 } }, "
      "{ name: c, classifier: { network_src_port_id: p1, ip_proto: 1 } } ] }, " +
      kPath + " }"));
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 2);
  EXPECT_EQ(service->paths[0].name, "path1");
  EXPECT_EQ(service->paths[0].in, "p1");
  EXPECT_THAT(service->paths[0].matches, ElementsAre(Match{.proto = 6}, Match{.proto = 1}));
  EXPECT_EQ(service->paths[1].name, "path1-2");
  EXPECT_EQ(service->paths[1].in, "p2");
  EXPECT_THAT(service->paths[1].matches, ElementsAre(Match{.proto = 17}));
  EXPECT_EQ(service->paths[0].spi, 7);
  EXPECT_EQ(service->paths[1].spi, std::nullopt) << "an identifier is one path's";
}

struct Criteria {
  const char* name;
  const char* classifier;
  Match match;
};
class TackerCriteria : public testing::TestWithParam<Criteria> {};
TEST_P(TackerCriteria, AreMatches) {
  for (const bool v2 : {true, false}) {
    const std::string classifier = fmt::format("{{ {} }}", GetParam().classifier);
    const auto item = v2 ? fmt::format("{{ name: c, classifier: {} }}", classifier) : classifier;
    const auto service = read(vnffgd(fmt::format("{{ policy: {{ type: ACL, criteria: [ {} ] }}, {} }}", item, kPath),
                                     v2 ? "FP.TackerV2" : "FP.Tacker"));
    ASSERT_TRUE(service) << service.error().message;
    EXPECT_THAT(service->paths[0].matches, ElementsAre(GetParam().match)) << "version 2: " << v2;
  }
}
INSTANTIATE_TEST_SUITE_P(
    All, TackerCriteria,
    testing::Values(Criteria{"Protocol", "ip_proto: 17", {.proto = 17}},
                    Criteria{"HostBits", "ip_src_prefix: 10.10.0.5/24", {.src = *IpPrefix::parse("10.10.0.0/24")}},
                    Criteria{"V6", "ipv6_dst: 2001:db8::1/32", {.dst = *IpPrefix::parse("2001:db8::/32")}},
                    Criteria{"OnePort", "ip_proto: 6, source_port_range: '80'", {.proto = 6, .sport = {80, 80}}},
                    Criteria{"EtherType", "eth_type: '0x0800'", {.ether_type = 0x0800}},
                    Criteria{"EtherTypeInDecimal", "eth_type: 34525", {.ether_type = 0x86dd}},
                    Criteria{"Vlan", "vlan_id: 7, ip_dscp: 46", {.vlan = 7, .dscp = 46}},
                    Criteria{"Tenant", "tenant_id: t, ip_proto: 6", {.proto = 6}}),
    testing_support::by_name);

TEST(Tacker, ScalingAndPlacementAreOfTheUnfs) {
  const auto vnfd = tacker_vnfd(1, "cirros",
                                "  policies:\n"
                                "    - SP1:\n"
                                "        type: tosca.policies.tacker.Scaling\n"
                                "        properties: { targets: [ VDU1 ], increment: 2, cooldown: 120, min_instances: "
                                "1, max_instances: 6, default_instances: 3 }\n"
                                "    - PP1: { type: tosca.policies.tacker.Placement, targets: [ VDU1 ], properties: { "
                                "policy: anti-affinity } }\n");
  const auto service =
      read_service({.paths = {"v.yaml"}, .files = {{"v.yaml", vnfd}}}, testing_support::test_catalog(), images_of());
  ASSERT_TRUE(service) << service.error().message;
  const auto& vnf = service->vnfs[0];
  ASSERT_EQ(vnf.aspects.size(), 1);
  EXPECT_EQ(vnf.aspects[0].max_level, 2);
  EXPECT_THAT(vnf.aspects[0].node_deltas.at("VDU1"), ElementsAre(2, 2));
  EXPECT_EQ(instances_of(vnf, "VDU1"), 3);
  ASSERT_EQ(vnf.affinity.size(), 1);
  EXPECT_TRUE(vnf.affinity[0].anti);
  EXPECT_THAT(vnf.affinity[0].nodes, ElementsAre("VDU1"));
  EXPECT_EQ(service->paths[0].in, "net0");
  EXPECT_EQ(service->paths[0].out, "net1");
  EXPECT_TRUE(service->paths[0].symmetric);
}

TEST(Tacker, AnNsdNamesVnfdsByNodeTypeAndInputs) {
  const auto graph =
      "tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0\n"
      "imports: [ one, two ]\n"
      "topology_template:\n"
      "  inputs: { vl: { type: string, default: net9 }, port: { type: string }, to: { default: 10.0.0.0/8 } }\n"
      "  node_templates:\n"
      "    A: { type: tosca.nodes.nfv.One, requirements: [ { virtualLink2: VL1 } ] }\n"
      "    VL1: { type: tosca.nodes.nfv.VL, properties: { vendor: t, network_name: { get_input: vl } } }\n"
      "    f1:\n"
      "      type: tosca.nodes.nfv.FP.TackerV2\n"
      "      properties:\n"
      "        policy: { type: ACL, criteria: [ { name: c, classifier: { network_src_port_id: { get_input: port }, "
      "ip_dst_prefix: { get_input: to } } } ] }\n"
      "        path: [ { forwarder: A, capability: CP12 }, { forwarder: two, capability: CP22 } ]\n"
      "    f2:\n"
      "      type: tosca.nodes.nfv.FP.TackerV2\n"
      "      properties: { path: [ { forwarder: A, capability: CP12 }, { forwarder: two, capability: CP23 } ] }\n";
  const auto substituted = [](std::string text, const std::string& type, int n) {
    const auto at = text.find("topology_template:\n");
    text.insert(at, fmt::format("node_types: {{ tosca.nodes.nfv.{}: {{ requirements: [ {{ virtualLink2: {{ type: "
                                "tosca.nodes.nfv.VL }} }} ] }} }}\n",
                                type));
    text.insert(text.find("  node_templates:\n"),
                fmt::format("  substitution_mappings: {{ node_type: tosca.nodes.nfv.{}, requirements: {{ virtualLink2: "
                            "[ CP{}2, virtualLink ] }} }}\n",
                            type, n));
    return text;
  };
  const auto service = read_service({.paths = {"n.yaml", "x.yaml", "two.yaml"},
                                     .files = {{"n.yaml", graph},
                                               {"x.yaml", substituted(tacker_vnfd(1, "cirros"), "One", 1)},
                                               {"two.yaml", substituted(tacker_vnfd(2, "ubuntu"), "Two", 2)}}},
                                    testing_support::test_catalog(), images_of());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].hops, ElementsAre("A", "two"));
  EXPECT_EQ(service->paths[0].in, "port") << "an id that is said later is known by its input";
  EXPECT_THAT(service->paths[0].matches, ElementsAre(Match{.dst = *IpPrefix::parse("10.0.0.0/8")}));
  EXPECT_EQ(service->paths[1].in, "net9") << "which the NSD puts CP12 on";
  EXPECT_EQ(service->paths[1].out, "net1") << "which the VNFD has for CP23";
}

TEST(Tacker, ForwardersMayBeVnfdsOfOurProfile) {
  const auto service = read_service(
      {.paths = {"graph.yaml", "own.yaml", "vnfd2.yaml"},
       .files =
           {{"graph.yaml", vnffgd("{ path: [ { forwarder: own, capability: left }, { forwarder: own, capability: "
                                  "right }, { forwarder: VNFD2, capability: CP22 } ] }")},
            {"own.yaml",
             "tosca_definitions_version: tosca_simple_yaml_1_3\n"
             "metadata: { template_name: own }\n"
             "topology_template:\n"
             "  substitution_mappings: { node_type: example.Own, requirements: { left: [ in, virtual_link ], right: [ "
             "out, virtual_link ] } }\n"
             "  node_templates:\n"
             "    in: { type: unf.nodes.NicIngress, requirements: [ { out: m } ] }\n"
             "    m: { type: unf.nodes.MacSwapper, requirements: [ { out: out } ] }\n"
             "    out: { type: unf.nodes.NicEgress }\n"},
            {"vnfd2.yaml", tacker_vnfd(2, "ubuntu")}}},
      testing_support::test_catalog(), images_of());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].hops, ElementsAre("own", "VNFD2"));
  EXPECT_EQ(service->links[0].output, "right");
}

TEST(Tacker, AnImageMapMayNameTheVnf) {
  const auto service =
      read(vnffgd("{ " + kPath + " }"), images_of("images:\n  cirros: pass-through\n  ubuntu: pass-through\n"
                                                  "  VNFD2/VDU1: { type: MacSwapper }\n"));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->vnfs[0].graph.nodes, Contains(testing::Field(&VnfTemplate::Node::type, std::string{"Forward"})));
  EXPECT_THAT(service->vnfs[1].graph.nodes,
              Contains(testing::Field(&VnfTemplate::Node::type, std::string{"MacSwapper"})));
}

struct Pieces {
  const char* name;
  const char* type;
  const char* criteria;
  std::vector<Match> matches;
};
class TackerPieces : public testing::TestWithParam<Pieces> {};
TEST_P(TackerPieces, AreOneMatchInTheOldestDocuments) {
  const auto& [name, type, criteria, matches] = GetParam();
  const auto service =
      read(vnffgd(fmt::format("{{ policy: {{ type: ACL, criteria: [ {} ] }}, {} }}", criteria, kPath), type));
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 1);
  EXPECT_EQ(service->paths[0].matches, matches);
}
INSTANTIATE_TEST_SUITE_P(
    All, TackerPieces,
    testing::Values(Pieces{"KeysThatDiffer",
                           "FP.Tacker",
                           "{ network_src_port_id: p }, { destination_port_range: 80-1024 }, { ip_proto: 6 }",
                           {{.proto = 6, .dport = {80, 1024}}}},
                    Pieces{"OneKey", "FP.Tacker", "{ ip_proto: 6 }, { ip_proto: 17 }", {{.proto = 6}, {.proto = 17}}},
                    Pieces{"SeveralKeys",
                           "FP.Tacker",
                           "{ ip_proto: 6, destination_port_range: '80' }, { ip_dscp: 46 }",
                           {{.proto = 6, .dport = {80, 80}}, {.dscp = 46}}},
                    Pieces{
                        "Version2", "FP.TackerV2", "{ ip_proto: 6 }, { ip_dscp: 46 }", {{.proto = 6}, {.dscp = 46}}}),
    testing_support::by_name);

struct BadTacker {
  const char* name;
  std::string graph;
  const char* line;
};
class BadTackers : public testing::TestWithParam<BadTacker> {};
TEST_P(BadTackers, GiveALine) {
  const auto service = read(GetParam().graph);
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, HasSubstr(GetParam().line));
}
INSTANTIATE_TEST_SUITE_P(
    All, BadTackers,
    testing::Values(
        BadTacker{"NoPath", vnffgd("{ id: 5 }"), "graph.yaml:4: `path` of `path1` is not there, expected a list of"},
        BadTacker{"EmptyPath", vnffgd("{ path: [] }"), "graph.yaml:6: `path` of `path1` is a list, expected a list of"},
        BadTacker{"HopWithoutPoint", vnffgd("{ path: [ { forwarder: VNFD1 } ] }"),
                  "a hop of `path1` is a map, expected `forwarder: VNFD` and `capability: CONNECTION_POINT`"},
        BadTacker{"UnknownForwarder", vnffgd("{ path: [ { forwarder: X, capability: CP99 } ] }"),
                  "forwarder `X`: no VNFD of this name is among the files, and none with connection point CP99, "
                  "expected one"},
        BadTacker{
            "UnknownPoint", vnffgd("{ path: [ { forwarder: vnfd1, capability: CP14 } ] }"),
            "`CP14` is no connection point of forwarder `vnfd1` that leads out of it, expected one of CP12, CP13; "
            "did you mean"},
        BadTacker{"Twice",
                  vnffgd("{ path: [ { forwarder: VNFD1, capability: CP12 }, { forwarder: VNFD2, capability: CP22 }, { "
                         "forwarder: VNFD1, capability: CP12 } ] }"),
                  "path `path1` comes to VNF `VNFD1` twice, expected once"},
        BadTacker{"LargeId", vnffgd("{ id: 16777216, " + kPath + " }"),
                  "`id` of `path1` is `16777216`, expected 0 to 16777215"},
        BadTacker{"Ports", classified("ip_proto: 6, destination_port_range: 80-"),
                  "`destination_port_range` of a classifier of `path1` is `80-`, expected FIRST-LAST, from 0 to 65535"},
        BadTacker{"Prefix", classified("ip_dst_prefix: 10.0.0.0/40"), "`ip_dst_prefix` of a classifier of `path1` is"},
        BadTacker{"Versions", classified("ip_dst_prefix: 10.0.0.0/8, ipv6_src: '2001:db8::/32'"),
                  "a classifier of `path1` can match no packet: source and destination prefix are of different"},
        BadTacker{"TwoPrefixes", classified("ip_dst_prefix: 10.0.0.0/8, ipv6_dst: '2001:db8::/32'"),
                  "expected the same prefix as the one before"},
        BadTacker{"PortsOfIcmp", classified("ip_proto: 1, destination_port_range: '80'"),
                  "can match no packet: ports with a protocol other than tcp, udp and sctp"},
        BadTacker{"Mpls", classified("mpls_label: 17"),
                  "`mpls_label` of a classifier of `path1` is not supported, expected a match on protocols"},
        BadTacker{"Misspelt", classified("ip_protp: 6"),
                  "unknown key `ip_protp` in a classifier of `path1`, expected one of eth_type"},
        BadTacker{"Vlan", classified("vlan_id: 4095"), "`vlan_id` of a classifier of `path1` is `4095`, expected"},
        BadTacker{"InputWithoutValue", classified("ip_dst_prefix: { get_input: none }"), "graph.yaml:6: "},
        BadTacker{"Criteria", vnffgd("{ policy: { type: ACL }, " + kPath + " }"),
                  "`policy` of `path1` has no list `criteria`, expected one of classifiers"}),
    testing_support::by_name);

TEST(Tacker, AVnfdWithoutOtherPointsThanForManagementIsRefused) {
  const std::string vnfd =
      "tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0\n"
      "topology_template:\n"
      "  node_templates:\n"
      "    V: { type: tosca.nodes.nfv.VDU.Tacker, properties: { image: cirros } }\n"
      "    C: { type: tosca.nodes.nfv.CP.Tacker, properties: { management: true }, requirements: [ { virtualLink: L }, "
      "{ "
      "virtualBinding: V } ] }\n"
      "    L: { type: tosca.nodes.nfv.VL, properties: { vendor: t, network_name: m } }\n";
  const auto service =
      read_service({.paths = {"v.yaml"}, .files = {{"v.yaml", vnfd}}}, testing_support::test_catalog(), images_of());
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().message,
            "v.yaml:1: VNFD `v` has no connection point but for management, expected one that packets come in by");
}

TEST(Tacker, ADocumentWithoutVnfsAndPathsIsRefused) {
  const auto service = read_service({.paths = {"v.yaml"},
                                     .files = {{"v.yaml",
                                                "tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0\n"
                                                "topology_template: { node_templates: {} }\n"}}},
                                    testing_support::test_catalog(), images_of());
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, HasSubstr("v.yaml:1: neither VNFFGD nor VNFD, expected node templates of"));
}

TEST(Tacker, TheReportSaysWhatBecameOfEachElement) {
  const auto validation = validate({.paths = {"graph.yaml", "vnfd1.yaml", "vnfd2.yaml"},
                                    .files = {{"graph.yaml", vnffgd("{ " + kPath + " }")},
                                              {"vnfd1.yaml", tacker_vnfd(1, "cirros")},
                                              {"vnfd2.yaml", tacker_vnfd(2, "ubuntu")}}},
                                   testing_support::test_catalog(), images_of());
  ASSERT_TRUE(validation.valid()) << validation.text;
  ASSERT_EQ(validation.services.size(), 1);
  EXPECT_EQ(validation.services[0].kind, Described::Kind::chain);
  std::map<std::string, std::string> became;
  for (const auto& mapping : validation.mappings)
    became[mapping.at.file + " " + mapping.element] = mapping.became.empty() ? "- " + mapping.why : mapping.became;
  EXPECT_EQ(became["vnfd1.yaml VDU `VDU1`"], "what the image map has for `cirros`");
  EXPECT_EQ(became["vnfd1.yaml connection point `CP12`"], "input `CP12`, output `CP12`");
  EXPECT_EQ(became["vnfd1.yaml connection point `CP11`"], "- no path uses it");
  EXPECT_EQ(became["vnfd2.yaml virtual link `VL2`"], "network `net0`");
  EXPECT_EQ(became["graph.yaml path `path1`"], "path from net0 to net0-out through VNFD1, VNFD2, for all packets");
}

}  // namespace
}  // namespace unf::tosca
