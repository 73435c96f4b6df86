#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/tosca/support.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A VNFD of a VNF with the ports `virtual_link_in` and `virtual_link_out`, and what `more` adds.
std::string two_port(const std::string& type, const std::string& id, const std::string& ports = "",
                     const std::string& nodes = "") {
  return "tosca_definitions_version: tosca_simple_yaml_1_3\n"
         "node_types: { " +
         type + ": { derived_from: tosca.nodes.nfv.VNF, properties: { descriptor_id: { type: string, default: " + id +
         " } } } }\n"
         "topology_template:\n"
         "  substitution_mappings: { node_type: " +
         type + ", requirements: { virtual_link_in: [ in, virtual_link ], virtual_link_out: [ out, virtual_link ]" +
         ports +
         " } }\n"
         "  node_templates:\n"
         "    in: { type: unf.nodes.NicIngress, requirements: [ { out: http } ] }\n"
         "    http: { type: unf.nodes.HttpClassifier, requirements: [ { http: out }, { other: " +
         (nodes.empty() ? "out" : "out2") +
         " } ] }\n"
         "    out: { type: unf.nodes.NicEgress }\n" +
         nodes;
}

/// An NSD of VNFs `fw` and `nat` in a chain left, mid, right, its forwarding path from line 20 on.
std::string chain(const std::string& more) {
  return R"(tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: chain }
topology_template:
  node_templates:
    left: { type: tosca.nodes.nfv.NsVirtualLink }
    mid: { type: tosca.nodes.nfv.NsVirtualLink }
    right: { type: tosca.nodes.nfv.NsVirtualLink }
    fw: { type: t.Fw, requirements: [ { virtual_link_in: left }, { virtual_link_out: mid } ] }
    nat: { type: t.Nat, requirements: [ { virtual_link_in: mid }, { virtual_link_out: { node: right } } ] }
    f1: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: left } ] }
    f2: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: mid } ] }
    f3: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: mid } ] }
    f4: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: right } ] }
    e1: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f1 }, { profile_element: f2 } ] }
    e2: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f3 }, { profile_element: f4 } ] }
    p1: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e1 } ] }
    p2: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e2 } ] }
)" + more;
}
const std::string kPath =
    "    path: { type: tosca.nodes.nfv.NFP, requirements: [ { nfp_position: p1 }, { nfp_position: p2 } ] }\n";

Result<ServiceRequest> read_nsd(const std::string& nsd) {
  return read_service({.paths = {"p"},
                       .files = {{"p/n.yaml", nsd},
                                 {"p/fw.yaml", two_port("t.Fw", "id-fw")},
                                 {"p/nat.yaml", two_port("t.Nat", "id-nat")}}},
                      testing_support::test_catalog());
}

std::vector<std::string> links_of(const ServiceRequest& service) {
  std::vector<std::string> links;
  for (const auto& l : service.links)
    links.push_back(fmt::format("{}.{} {}.{}", l.vnf, l.output, l.to_vnf, l.to_input));
  return links;
}
std::vector<std::string> endpoints_of(const ServiceRequest& service) {
  std::vector<std::string> endpoints;
  for (const auto& e : service.endpoints) endpoints.push_back(fmt::format("{} {}", e.name, e.network));
  return endpoints;
}
std::vector<std::string> paths_of(const ServiceRequest& service) {
  std::vector<std::string> paths;
  for (const auto& p : service.paths) {
    paths.push_back(
        fmt::format("{} {}>{} {}{}", p.name, p.in, p.out, fmt::join(p.hops, ","), p.symmetric ? " symmetric" : ""));
  }
  return paths;
}

TEST(NsdReader, DerivesLinksAndEndpointsFromVirtualLinks) {
  const auto service = read_nsd(chain(kPath));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "chain");
  EXPECT_THAT(links_of(*service), ElementsAre("fw.virtual_link_out nat.virtual_link_in"));
  EXPECT_THAT(endpoints_of(*service), ElementsAre("left left", "right right"));
  EXPECT_THAT(paths_of(*service), ElementsAre("path left>right fw,nat"));
  EXPECT_TRUE(service->paths[0].matches.empty());
  EXPECT_EQ(service->vnfs[0].vnfd_id, "id-fw");
  EXPECT_EQ(service->vnfs[1].vnfd_id, "id-nat");
}

TEST(NsdReader, NamesEndpointsAfterSaps) {
  const auto service = read_nsd(chain(
      kPath +
      R"(    wan: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: left }, { external_virtual_link: internet } ] }
    lan: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: right } ] }
)"));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(endpoints_of(*service), ElementsAre("wan internet", "lan lan"));
  EXPECT_THAT(paths_of(*service), ElementsAre("path wan>lan fw,nat"));
}

TEST(NsdReader, TakesSapsAsFirstAndLastPosition) {
  const auto service =
      read_nsd(chain(R"(    wan: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: left } ] }
    lan: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: right } ] }
    f_wan: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: left } ] }
    f_lan: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: right } ] }
    e_wan: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f_wan } ] }
    e_lan: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f_lan } ] }
    p_wan: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e_wan } ] }
    p_lan: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e_lan } ] }
    back: { type: tosca.nodes.nfv.NFP, requirements: [ { nfp_position: p_lan }, { nfp_position: p1 }, { nfp_position: p2 }, { nfp_position: p_wan } ] }
)"));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(paths_of(*service), ElementsAre("back lan>wan fw,nat"));
}

TEST(NsdReader, MakesTheOneChainAPathWhereNoneIsWritten) {
  const auto service = read_nsd(chain(""));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(paths_of(*service), ElementsAre("chain left>right fw,nat symmetric"));
  EXPECT_THAT(links_of(*service), ElementsAre("fw.virtual_link_out nat.virtual_link_in"));
}

TEST(NsdReader, BindsByDescriptorIdBeforeNodeType) {
  auto nsd = chain(kPath);
  nsd.replace(nsd.find("type: t.Nat,"), 12, "type: t.Nat, properties: { descriptor_id: id-fw },");
  const auto service = read_nsd(nsd);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->vnfs[1].vnfd_id, "id-fw");
}

TEST(NsdReader, FollowsALabelledOutputToItsVirtualLink) {
  const auto fw = two_port("t.Fw", "id-fw", ", virtual_link_other: [ out2, virtual_link ]",
                           "    out2: { type: unf.nodes.NicEgress }\n");
  auto nsd = chain(R"(    side: { type: tosca.nodes.nfv.NsVirtualLink }
    rest: { type: tosca.nodes.nfv.NsVirtualLink }
    log: { type: t.Nat, requirements: [ { virtual_link_in: side }, { virtual_link_out: rest } ] }
)" + kPath);
  nsd.replace(nsd.find("{ virtual_link_out: mid }"), 25, "{ virtual_link_out: mid }, { virtual_link_other: side }");
  const auto service = read_service(
      {.paths = {"p"}, .files = {{"p/n.yaml", nsd}, {"p/fw.yaml", fw}, {"p/nat.yaml", two_port("t.Nat", "id-nat")}}},
      testing_support::test_catalog());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(links_of(*service),
              ElementsAre("fw.virtual_link_out nat.virtual_link_in", "fw.virtual_link_other log.virtual_link_in"));
}

TEST(NsdReader, TellsVnfsOnSharedLinksByName) {
  // Both VNFs are attached to both links: only names tell.
  const auto nsd = [](const std::string& first) {
    return R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates:
    a: { type: tosca.nodes.nfv.NsVirtualLink }
    b: { type: tosca.nodes.nfv.NsVirtualLink }
    fw: { type: t.Fw, requirements: [ { virtual_link_in: a }, { virtual_link_out: b } ] }
    app-fw: { type: t.Nat, requirements: [ { virtual_link_in: a }, { virtual_link_out: b } ] }
    )" + first +
           R"(: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: a } ] }
    fb: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: b } ] }
    e: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: )" +
           first + R"( }, { profile_element: fb } ] }
    p: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e } ] }
    path: { type: tosca.nodes.nfv.NFP, requirements: [ { nfp_position: p } ] }
)";
  };
  const auto short_name = read_nsd(nsd("fwd_fw_in")), long_name = read_nsd(nsd("fwd_app_fw_in"));
  ASSERT_TRUE(short_name) << short_name.error().message;
  ASSERT_TRUE(long_name) << long_name.error().message;
  EXPECT_THAT(short_name->paths[0].hops, ElementsAre("fw"));
  EXPECT_THAT(long_name->paths[0].hops, ElementsAre("app-fw"));
  EXPECT_EQ(problems_of(read_nsd(nsd("first"))),
            "p/n.yaml:10: element `e`: fw, app-fw are attached to a and b, expected one VNF or SAP, named in the name "
            "of the Forwarding node");
}

std::string latency(const std::string& properties, const std::string& targets = "path") {
  return chain(kPath + "  policies:\n    - l: { type: unf.policies.MaxLatency, properties: " + properties +
               ", targets: [ " + targets + " ] }\n");
}

struct Duration {
  const char* name;
  const char* text;
  std::uint64_t nanoseconds;
};
class MaxLatency : public testing::TestWithParam<Duration> {};
TEST_P(MaxLatency, IsAPaths) {
  const auto service = read_nsd(latency(fmt::format("{{ max_latency: {} }}", GetParam().text)));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->paths[0].max_latency, Nanoseconds{GetParam().nanoseconds});
}
INSTANTIATE_TEST_SUITE_P(Units, MaxLatency,
                         testing::Values(Duration{"Us", "50 us", 50'000}, Duration{"UsWithoutBlank", "50us", 50'000},
                                         Duration{"Part", "0.5 ms", 500'000}, Duration{"Ns", "1 ns", 1},
                                         Duration{"Seconds", "2 s", 2'000'000'000}),
                         testing_support::by_name);

TEST(Nsd, PathsWithoutALatencyTakeTheirTime) {
  const auto service = read_nsd(chain(kPath));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->paths[0].max_latency, std::nullopt);
}

struct Rule {
  const char* name;
  const char* properties;
  Match match;
};
class NfpRule : public testing::TestWithParam<Rule> {};

std::string rule(const std::string& properties) {
  return chain(kPath + "  policies:\n    - r: { type: tosca.policies.nfv.NfpRule, properties: " + properties +
               ", targets: [ path ] }\n");
}

TEST_P(NfpRule, IsAMatch) {
  const auto service = read_nsd(rule(GetParam().properties));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths[0].matches, ElementsAre(GetParam().match));
}
INSTANTIATE_TEST_SUITE_P(
    Sol001, NfpRule,
    testing::Values(
        Rule{"Any", "{}", {}},
        Rule{"Ipv4Tcp", "{ ether_type: ipv4, protocol: tcp }", {.ether_type = 0x0800, .proto = 6}},
        Rule{"Ipv6Icmp", "{ ether_type: ipv6, protocol: IPv6-ICMP }", {.ether_type = 0x86dd, .proto = 58}},
        Rule{"ProtocolByNumber", "{ protocol: 132 }", {.proto = 132}},
        Rule{"LastProtocol", "{ protocol: 255 }", {.proto = 255}},
        Rule{"Prefixes",
             "{ source_ip_address_prefix: 10.0.0.5/24, destination_ip_address_prefix: 192.0.2.1 }",
             {.src = *IpPrefix::parse("10.0.0.0/24"), .dst = *IpPrefix::parse("192.0.2.1/32")}},
        Rule{"Ipv6Prefix", "{ source_ip_address_prefix: '2001:db8::/32' }", {.src = *IpPrefix::parse("2001:db8::/32")}},
        Rule{"Ports",
             "{ protocol: udp, source_port_range: [ 0, 1023 ], destination_port_range: [ 53, 53 ] }",
             {.proto = 17, .sport = {0, 1023}, .dport = {53, 53}}},
        Rule{"UnboundedPorts", "{ destination_port_range: [ 1024, UNBOUNDED ] }", {.dport = {1024, 65535}}},
        Rule{"Vlan", "{ vlan_tag: [ '100' ] }", {.vlan = 100}}, Rule{"Dscp", "{ dscp: 001010 }", {.dscp = 10}},
        Rule{"DscpQuoted", "{ dscp: '101110' }", {.dscp = 46}}),
    testing_support::by_name);

struct Bad {
  const char* name;
  std::string nsd;
  std::string problems;
};
class BadNsd : public testing::TestWithParam<Bad> {};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  return at == std::string::npos ? "no " + what : text.replace(at, what.size(), with);
}

TEST_P(BadNsd, IsReportedByLine) { EXPECT_EQ(problems_of(read_nsd(GetParam().nsd)), GetParam().problems); }
INSTANTIATE_TEST_SUITE_P(
    Sol001, BadNsd,
    testing::Values(
        Bad{"NoVnfd", replaced(chain(kPath), "type: t.Nat", "type: tosca.nodes.nfv.VNF"),
            "p/n.yaml:9: VNF `nat`: no VNFD with node type tosca.nodes.nfv.VNF, expected one"},
        Bad{"UnknownVnfType", replaced(chain(kPath), "type: t.Nat", "type: t.Nta"),
            "p/n.yaml:9: unknown node type `t.Nta`, expected one of SOL001, the catalogue, or declared in "
            "`node_types`"},
        Bad{"UnknownPort", replaced(chain(kPath), "{ virtual_link_in: mid }", "{ virtual_link_inn: mid }"),
            "p/n.yaml:9: VNF `nat` has no port `virtual_link_inn`, expected one of virtual_link_in, virtual_link_out; "
            "did you mean `virtual_link_in`?"},
        Bad{"PortTwice",
            replaced(chain(kPath), "{ virtual_link_in: mid }", "{ virtual_link_in: mid }, { virtual_link_in: left }"),
            "p/n.yaml:9: port `virtual_link_in` of VNF `nat` has a virtual link already, expected one"},
        Bad{"DanglingPort", replaced(chain(kPath), "{ virtual_link_in: mid }", "{ virtual_link_in: midd }"),
            "p/n.yaml:9: requirement `virtual_link_in` of `nat` leads to `midd`, expected an NsVirtualLink; did you "
            "mean `mid`?"},
        Bad{"PortToNoLink", replaced(chain(kPath), "{ virtual_link_in: mid }", "{ virtual_link_in: fw }"),
            "p/n.yaml:9: requirement `virtual_link_in` of `nat` leads to `fw` of type t.Fw, expected an NsVirtualLink"},
        Bad{"DanglingForwarding",
            replaced(chain(kPath), "f1: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: left }",
                     "f1: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: lft }"),
            "p/n.yaml:10: requirement `virtual_link` of `f1` leads to `lft`, expected an NsVirtualLink; did you mean "
            "`left`?"},
        Bad{"ForwardingWithoutLink", chain(kPath + "    f9: { type: tosca.nodes.nfv.Forwarding }\n"),
            "p/n.yaml:19: `f9` has no `virtual_link`, expected a requirement that leads to an NsVirtualLink"},
        Bad{"ElementOfNothing", replaced(chain(kPath), "{ profile_element: f1 }, { profile_element: f2 }", ""),
            "p/n.yaml:14: `e1` has 0 requirements `profile_element`, expected 1 or 2"},
        Bad{"ElementOfThree",
            replaced(chain(kPath), "{ profile_element: f1 }", "{ profile_element: f1 }, { profile_element: f1 }"),
            "p/n.yaml:14: `e1` has 3 requirements `profile_element`, expected 1 or 2"},
        Bad{"ElementToVnf", replaced(chain(kPath), "{ profile_element: f1 }", "{ profile_element: fw }"),
            "p/n.yaml:14: requirement `profile_element` of `e1` leads to `fw`, expected a node template of type "
            "tosca.nodes.nfv.Forwarding; did you mean `f1`?"},
        Bad{"UnknownRequirement", replaced(chain(kPath), "{ element: e1 }", "{ elemnt: e1 }"),
            "p/n.yaml:16: unknown requirement `elemnt` of `p1`, expected `element`"},
        Bad{"LoadBalancing",
            replaced(chain(kPath), "p1: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e1 }",
                     "p1: { type: tosca.nodes.nfv.NfpPosition, properties: { forwarding_behaviour: lb }, requirements: "
                     "[ { element: e1 }, { element: e2 }"),
            "p/n.yaml:16: position `p1` balances load over fw, nat, expected different VNFs with one VNFD and flavour, "
            "on the same virtual links"},
        Bad{"PathOfNothing", chain("    path: { type: tosca.nodes.nfv.NFP }\n"),
            "p/n.yaml:18: `path` has 0 requirements `nfp_position`, expected at least 1"},
        Bad{"PathToElement", replaced(chain(kPath), "{ nfp_position: p1 }", "{ nfp_position: e1 }"),
            "p/n.yaml:18: requirement `nfp_position` of `path` leads to `e1`, expected a node template of type "
            "tosca.nodes.nfv.NfpPosition; did you mean `p1`?"},
        Bad{"PathTwiceThroughAVnf",
            replaced(chain(kPath), "{ nfp_position: p2 }", "{ nfp_position: p2 }, { nfp_position: p1 }"),
            "p/n.yaml:16: path `path` comes to VNF `fw` twice, expected once"},
        Bad{"PathBackwards",
            replaced(replaced(chain(kPath), "nfp_position: p1", "nfp_position: p9"), "nfp_position: p2",
                     "nfp_position: p1") +
                "    p9: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e2 } ] }\n",
            "p/n.yaml:16: path `path`: `nat` leaves by right and `fw` is entered by left, expected the same virtual "
            "link"},
        Bad{"ElementEntersByOutput",
            replaced(chain(kPath), "{ profile_element: f1 }, { profile_element: f2 }",
                     "{ profile_element: f2 }, { profile_element: f1 }"),
            "p/n.yaml:10: `f1`: VNF `fw` has no output on left, expected one\n"
            "p/n.yaml:11: `f2`: VNF `fw` has no input on mid, expected one"},
        Bad{"ElementWithoutVnf",
            replaced(chain(kPath), "{ profile_element: f1 }, { profile_element: f2 }",
                     "{ profile_element: f1 }, { profile_element: f4 }"),
            "p/n.yaml:14: element `e1`: nothing is attached to left and right, expected one VNF or SAP"},
        Bad{"TwoSapsOnALink",
            chain(kPath + "    s1: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: left } ] }\n  "
                          "  s2: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: left } ] }\n"),
            "p/n.yaml:16: path `path` begins or ends at left, which has SAPs s1, s2, expected a position for one of "
            "them"},
        Bad{"SapWithoutLink", chain(kPath + "    s1: { type: tosca.nodes.nfv.Sap }\n"),
            "p/n.yaml:19: `s1` has no `internal_virtual_link`, expected a requirement that leads to an NsVirtualLink"},
        Bad{"Pnf", chain(kPath + "    box: { type: tosca.nodes.nfv.PNF }\n"),
            "p/n.yaml:19: `box` of type tosca.nodes.nfv.PNF in a network service is not supported, expected VNFs"},
        Bad{"NoChain", replaced(chain(""), "{ virtual_link_in: mid }", "{ virtual_link_in: left }"),
            "p/n.yaml:1: no forwarding path, and the virtual links do not make one chain of all VNFs, expected an NFP"},
        Bad{"NoVnf",
            "tosca_definitions_version: tosca_simple_yaml_1_3\ntopology_template:\n  node_templates: { l: { type: "
            "tosca.nodes.nfv.NsVirtualLink } }\n",
            "p/n.yaml:1: the network service has no VNF, expected node templates of types derived from "
            "tosca.nodes.nfv.VNF"},
        Bad{"UnknownVnfProperty", replaced(chain(kPath), "type: t.Nat,", "type: t.Nat, properties: { descriptor: x },"),
            "p/n.yaml:9: unknown property `descriptor` of `nat`, expected one that type t.Nat has; did you mean "
            "`descriptor_id`?"},
        Bad{"RuleWithoutTarget",
            chain(kPath +
                  "  policies:\n    - r: { type: tosca.policies.nfv.NfpRule, properties: { protocol: tcp } }\n"),
            "p/n.yaml:20: rule `r` has no forwarding path, expected `targets` of type tosca.nodes.nfv.NFP"},
        Bad{"RuleForAVnf",
            chain(kPath + "  policies:\n    - r: { type: tosca.policies.nfv.NfpRule, properties: { protocol: tcp }, "
                          "targets: [ fw ] }\n"),
            "p/n.yaml:20: rule `r` has no forwarding path, expected `targets` of type tosca.nodes.nfv.NFP"},
        Bad{"RuleForNothing",
            chain(kPath + "  policies:\n    - r: { type: tosca.policies.nfv.NfpRule, properties: { protocol: tcp }, "
                          "targets: [ pth ] }\n"),
            "p/n.yaml:20: target `pth` of policy `r` is no node template or group; did you mean `path`?"},
        Bad{"PolicyOfTwo",
            chain(kPath + "  policies:\n    - { r: { type: tosca.policies.nfv.NfpRule }, s: { type: "
                          "tosca.policies.nfv.NfpRule } }\n"),
            "p/n.yaml:20: a policy is a map, expected `- NAME: { type: ... }`, one an item"},
        Bad{"LatencyOfAVnf", latency("{ max_latency: 5 us }", "fw"),
            "p/n.yaml:20: policy `l` has no forwarding path, expected `targets` of type tosca.nodes.nfv.NFP"},
        Bad{"NoLatency", latency("{}"),
            "p/n.yaml:20: policy `l` has no max_latency, expected `max_latency: NUMBER UNIT`, such as 50 us"},
        Bad{"LatencyWithoutUnit", latency("{ max_latency: 5 }"),
            "p/n.yaml:20: policy `l` has the max_latency `5`, expected `max_latency: NUMBER UNIT`, such as 50 us"},
        Bad{"NoTime", latency("{ max_latency: 0 us }"),
            "p/n.yaml:20: policy `l` has the max_latency `0 us`, expected `max_latency: NUMBER UNIT`, such as 50 us"},
        Bad{"UnknownProtocol", rule("{ protocol: tcpp }"),
            "p/n.yaml:20: `protocol` of `r` is `tcpp`, expected a keyword of the IANA protocol numbers, or 0 to 255"},
        Bad{"ProtocolTooLarge", rule("{ protocol: 256 }"),
            "p/n.yaml:20: `protocol` of `r` is `256`, expected a keyword of the IANA protocol numbers, or 0 to 255"},
        Bad{"EtherType", rule("{ ether_type: arp }"),
            "p/n.yaml:20: `ether_type` of `r` is `arp`, expected ipv4 or ipv6"},
        Bad{"Prefix", rule("{ source_ip_address_prefix: 10.0.0.0/33 }"),
            "p/n.yaml:20: `source_ip_address_prefix` of `r` is `10.0.0.0/33`, expected an address prefix such as "
            "10.0.0.0/24 or 2001:db8::/32"},
        Bad{"PrefixIsAList", rule("{ source_ip_address_prefix: [ 10.0.0.0/8 ] }"),
            "p/n.yaml:20: `source_ip_address_prefix` of `r` is a list, expected an address prefix such as 10.0.0.0/24 "
            "or 2001:db8::/32"},
        Bad{"PortsBackwards", rule("{ protocol: tcp, destination_port_range: [ 80, 79 ] }"),
            "p/n.yaml:20: `destination_port_range` of `r` is a list, expected [ FIRST, LAST ], from 0 to 65535"},
        Bad{"PortTooLarge", rule("{ protocol: tcp, destination_port_range: [ 80, 65536 ] }"),
            "p/n.yaml:20: `destination_port_range` of `r` is a list, expected [ FIRST, LAST ], from 0 to 65535"},
        Bad{"OnePort", rule("{ protocol: tcp, destination_port_range: 80 }"),
            "p/n.yaml:20: `destination_port_range` of `r` is `80`, expected [ FIRST, LAST ], from 0 to 65535"},
        Bad{"DscpTooLong", rule("{ dscp: 0010100 }"),
            "p/n.yaml:20: `dscp` of `r` is `0010100`, expected six digits 0 or 1"},
        Bad{"QinQ", rule("{ vlan_tag: [ 1, 2 ] }"),
            "p/n.yaml:20: `vlan_tag` of `r` is a list, expected a list of one VLAN identifier from 0 to 4094"},
        Bad{"Mac", rule("{ ether_source_address: '00:11:22:33:44:55' }"),
            "p/n.yaml:20: `ether_source_address` of `r` is not supported, expected a match on protocols, addresses, "
            "ports, VLAN or DSCP"},
        Bad{"MisspeltRule", rule("{ protcol: tcp }"),
            "p/n.yaml:20: unknown property `protcol` of `r`, expected one of ether_destination_address, "
            "ether_source_address, ether_type, vlan_tag, protocol, dscp, source_port_range, destination_port_range, "
            "source_ip_address_prefix, destination_ip_address_prefix, extended_criteria; did you mean `protocol`?"},
        Bad{"PortsOfIcmp", rule("{ protocol: icmp, destination_port_range: [ 80, 80 ] }"),
            "p/n.yaml:20: rule `r` can match no packet: ports with a protocol other than tcp, udp and sctp"},
        Bad{"VersionsMixed",
            rule("{ source_ip_address_prefix: 10.0.0.0/8, destination_ip_address_prefix: '2001:db8::/32' }"),
            "p/n.yaml:20: rule `r` can match no packet: source and destination prefix are of different IP versions"},
        Bad{"PrefixOfOtherVersion", rule("{ ether_type: ipv6, source_ip_address_prefix: 10.0.0.0/8 }"),
            "p/n.yaml:20: rule `r` can match no packet: its prefix is not of its `ether_type`"}),
    testing_support::by_name);

TEST(NsdReader, ReportsABrokenVnfdAndNotWhatFollowsFromIt) {
  const auto service = read_service({.paths = {"p"},
                                     .files = {{"p/n.yaml", chain(kPath)},
                                               {"p/fw.yaml", two_port("t.Fw", "id-fw")},
                                               {"p/nat.yaml", two_port("t.Nat", "id-nat") + "    in: {}\n"}}},
                                    testing_support::test_catalog());
  EXPECT_EQ(problems_of(service), "p/nat.yaml:9: duplicate key `in`, first in line 6; expected each key once");
}

TEST(NsdReader, RefusesTwoNsds) {
  EXPECT_EQ(
      problems_of(read_service({.paths = {"p"}, .files = {{"p/a.yaml", chain(kPath)}, {"p/b.yaml", chain(kPath)}}},
                               testing_support::test_catalog())),
      "p/a.yaml:1: one of 2 NSDs, expected one: name its file\np/b.yaml:1: one of 2 NSDs, expected one: name its file");
}

/// The reference data beside the repository: an NSD of ETSI SOL001 3.3.1, whose VNFs the test describes.
TEST(ReferenceNsd, FirewallAndNat) {
  const auto file = std::filesystem::path{source_path("../shared/standards/sol001/nsd-vnffg/nsd_fw_nat.yaml")};
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  std::ostringstream nsd;
  nsd << std::ifstream{file}.rdbuf();
  const auto service =
      read_service({.paths = {"n.yaml", "fw.yaml", "nat.yaml"},
                    .files = {{"n.yaml", nsd.str()},
                              {"fw.yaml", two_port("t.Fw", "6a2f1c0e-5d7b-4c55-8a50-1f1e4e4b7a01")},
                              {"nat.yaml", two_port("t.Nat", "6a2f1c0e-5d7b-4c55-8a50-1f1e4e4b7a02")}}},
                   testing_support::test_catalog());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->name, "fw-nat");
  EXPECT_THAT(links_of(*service), ElementsAre("fw.virtual_link_out nat.virtual_link_in"));
  EXPECT_THAT(endpoints_of(*service), ElementsAre("vl_left vl_left", "vl_right vl_right"));
  EXPECT_THAT(paths_of(*service), ElementsAre("nfp_web vl_left>vl_right fw,nat"));
  EXPECT_THAT(
      service->paths[0].matches,
      ElementsAre(Match{.ether_type = 0x0800, .proto = 6, .src = *IpPrefix::parse("10.0.0.0/24"), .dport = {80, 80}}));
}

/// The chain with a second firewall, and a position of both, which behaves so.
std::string two_firewalls(const std::string& behaviour, const std::string& second = "t.Fw") {
  return "tosca_definitions_version: tosca_simple_yaml_1_3\n"
         "topology_template:\n"
         "  node_templates:\n"
         "    left: { type: tosca.nodes.nfv.NsVirtualLink }\n"
         "    right: { type: tosca.nodes.nfv.NsVirtualLink }\n"
         "    fw1: { type: t.Fw, requirements: [ { virtual_link_in: left }, { virtual_link_out: right } ] }\n"
         "    fw2: { type: " +
         second +
         ", requirements: [ { virtual_link_in: left }, { virtual_link_out: right } ] }\n"
         "    fwd_fw1_in: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: left } ] }\n"
         "    fwd_fw1_out: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: right } ] }\n"
         "    fwd_fw2_in: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: left } ] }\n"
         "    fwd_fw2_out: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: right } ] }\n"
         "    e1: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: fwd_fw1_in }, { "
         "profile_element: fwd_fw1_out } ] }\n"
         "    e2: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: fwd_fw2_in }, { "
         "profile_element: fwd_fw2_out } ] }\n"
         "    both: { type: tosca.nodes.nfv.NfpPosition" +
         behaviour +
         ", requirements: [ { element: e1 }, { element: e2 } ] }\n"
         "    path: { type: tosca.nodes.nfv.NFP, requirements: [ { nfp_position: both } ] }\n"
         "    back: { type: tosca.nodes.nfv.NFP, requirements: [ { nfp_position: both } ] }\n";
}
std::string behaves(const std::string& how) { return ", properties: { forwarding_behaviour: " + how + " }"; }

TEST(Positions, BalanceLoadOverInstancesOfOneVnf) {
  const auto service = read_nsd(two_firewalls(behaves("lb")));
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->vnfs.size(), 1U);
  EXPECT_EQ(instances_of(service->vnfs[0], "http"), 2U);
  EXPECT_EQ(instances_of(service->vnfs[0], "in"), 1U);
  EXPECT_THAT(paths_of(*service), ElementsAre("path left>right fw1", "back left>right fw1"));
}

TEST(Positions, OfBalancedLoadLeadOnToTheNext) {
  auto nsd = two_firewalls(behaves("lb"));
  nsd +=
      "    far: { type: tosca.nodes.nfv.NsVirtualLink }\n"
      "    nat: { type: t.Nat, requirements: [ { virtual_link_in: right }, { virtual_link_out: far } ] }\n";
  const auto service = read_nsd(nsd);
  ASSERT_TRUE(service) << service.error().message;
  for (const auto& link : service->links) {
    EXPECT_NE(link.vnf, "fw2");
    EXPECT_NE(link.to_vnf, "fw2");
  }
  EXPECT_EQ(service->vnfs.size(), 2U);
}

TEST(Positions, TakeTheFirstThatIsThere) {
  const auto service = read_nsd(two_firewalls(behaves("ff"), "t.Nat"));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(paths_of(*service), ElementsAre("path left>right fw1", "back left>right fw1"));
}

TEST(Positions, OthersAreRefused) {
  EXPECT_EQ(
      problems_of(read_nsd(two_firewalls(behaves("all")))),
      "p/n.yaml:14: position `both` has 2 elements and forwarding_behaviour all, which is not supported, expected lb "
      "or ff");
  EXPECT_EQ(
      problems_of(read_nsd(two_firewalls(""))),
      "p/n.yaml:14: position `both` has 2 elements and no forwarding_behaviour, which is not supported, expected lb "
      "or ff");
  EXPECT_EQ(
      problems_of(read_nsd(two_firewalls(behaves("lb"), "t.Nat"))),
      "p/n.yaml:14: position `both` balances load over fw1, fw2, expected different VNFs with one VNFD and flavour, "
      "on the same virtual links");
}

TEST(NsdReader, RefusesNestedNetworkServicesByName) {
  const auto nsd = chain(kPath +
                         "    self: { type: tosca.nodes.nfv.NS, properties: { name: chain } }\n"
                         "    inner: { type: tosca.nodes.nfv.NS, properties: { name: inner } }\n");
  EXPECT_EQ(problems_of(read_nsd(nsd)),
            "p/n.yaml:20: nested network service `inner` of type tosca.nodes.nfv.NS is not supported, expected VNFs");
}

struct Masks {
  const char* name;
  const char* properties;
  Match match;
  const char* problem = nullptr;
};
class MaskRules : public testing::TestWithParam<Masks> {};
TEST_P(MaskRules, AreMatchesOnTheFieldsThatTheyCover) {
  const auto nsd = chain(kPath +
                         "  policies:\n    - r:\n        type: tosca.policies.nfv.NfpRule\n        targets: [ path ]\n"
                         "        properties: { " +
                         GetParam().properties + " }\n");
  const auto service = read_nsd(nsd);
  if (GetParam().problem != nullptr) {
    EXPECT_THAT(problems_of(service), HasSubstr(GetParam().problem));
    return;
  }
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(service->paths.at(0).matches, ElementsAre(GetParam().match));
}
constexpr std::uint16_t kIp4 = 0x0800, kIp6 = 0x86dd;
INSTANTIATE_TEST_SUITE_P(
    Sol001, MaskRules,
    testing::Values(
        Masks{"EtherType",
              "extended_criteria: [ { starting_point: 0, length: 16, value: '0000100000000000' } ]",
              {.ether_type = kIp4}},
        Masks{"Hexadecimal",
              "extended_criteria: [ { starting_point: 0, length: 16, value: '0x86dd' } ]",
              {.ether_type = kIp6}},
        Masks{"Protocol",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 88, length: 8, value: '00000110' } ]",
              {.ether_type = kIp4, .proto = 6}},
        Masks{"Dscp",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 24, length: 6, value: '101110' } ]",
              {.ether_type = kIp4, .dscp = 46}},
        Masks{"BeginningOfAnAddress",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 144, length: 8, value: '0x0a' } ]",
              {.ether_type = kIp4, .dst = *IpPrefix::parse("10.0.0.0/8")}},
        Masks{"BothAddresses",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 112, length: 48, value: '0x0a0000010b00' } ]",
              {.ether_type = kIp4, .src = *IpPrefix::parse("10.0.0.1/32"), .dst = *IpPrefix::parse("11.0.0.0/16")}},
        Masks{
            "BeginningOfAPort",
            "ether_type: ipv4, protocol: tcp, extended_criteria: [ { starting_point: 192, length: 8, value: '00011111' "
            "} ]",
            {.ether_type = kIp4, .proto = 6, .dport = {0x1f00, 0x1fff}}},
        Masks{"Ipv6Source",
              "ether_type: ipv6, extended_criteria: [ { starting_point: 80, length: 32, value: '0x20010db8' } ]",
              {.ether_type = kIp6, .src = *IpPrefix::parse("2001:db8::/32")}},
        Masks{"OfAnUnknownPacket",
              "extended_criteria: [ { starting_point: 88, length: 8, value: '00000110' } ]",
              {},
              "a mask of `r` has bits of a packet of an unknown type, expected `ether_type`"},
        Masks{"InTheMiddle",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 120, length: 8, value: '00000110' } ]",
              {},
              "a mask of `r` has bit 120, where no field begins that paths are chosen by"},
        Masks{"HalfAProtocol",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 88, length: 4, value: '0000' } ]",
              {},
              "a mask of `r` has bits 88 to 91, which are no whole field"},
        Masks{"Contradiction",
              "ether_type: ipv4, protocol: udp, extended_criteria: [ { starting_point: 88, length: 8, value: "
              "'00000110' } ]",
              {},
              "or are said to be something else, too"},
        Masks{"TooFewDigits",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 88, length: 8, value: '110' } ]",
              {},
              "a mask of `r` has no good `value`, expected 8 binary digits"},
        Masks{"NoLength",
              "ether_type: ipv4, extended_criteria: [ { starting_point: 88, length: 0, value: '' } ]",
              {},
              "a mask of `r` has no good `starting_point` and `length`"}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
