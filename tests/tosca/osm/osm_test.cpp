#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/tosca/support.h"
#include "tosca/image_map_reader.h"

namespace unf::tosca {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing_support::by_name;

using Files = std::map<std::string, std::string>;

const std::filesystem::path kStandards = std::filesystem::path{source_path("../shared/standards")};

ImageMap images() {
  auto map = read_image_map({.paths = {"m"},
                             .files = {{"m",
                                        "images:\n"
                                        "  fw-image: { type: L3L4Filter, config: { rules: r } }\n"
                                        "  unf-firewall: { type: L3L4Filter, config: { rules: r } }\n"
                                        "  nat-image: { type: MacSwapper }\n"
                                        "  ASA image: { type: CheckIPHeader }\n"},
                                       {"r", "allow any any any any any\n"}}},
                            testing_support::test_catalog());
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

/// Those of a package `p`.
FileSet package(const Files& files) {
  FileSet set{.paths = {"p"}, .files = {}};
  for (const auto& [name, text] : files) set.files.emplace("p/" + name, text);
  return set;
}

std::string text_of(const Match& match) {
  const auto ports = [](const PortRange& range) {
    return range.any() ? std::string{"any"} : fmt::format("{}-{}", range.first, range.last);
  };
  return fmt::format("{} {} {} {} {}", match.proto ? std::to_string(*match.proto) : "any",
                     match.src ? match.src->to_string() : "any", ports(match.sport),
                     match.dst ? match.dst->to_string() : "any", ports(match.dport));
}

/// What matters of a service, a line each.
std::vector<std::string> lines_of(const ServiceRequest& service) {
  std::vector<std::string> lines{"service " + service.name};
  for (const auto& vnf : service.vnfs) {
    std::string nodes;
    for (const auto& node : vnf.graph.nodes) {
      if (node.type != "NicIngress" && node.type != "NicEgress") nodes += " " + node.name + ":" + node.type;
    }
    lines.push_back(fmt::format("vnf {} of {}:{}", vnf.name, vnf.vnfd_id, nodes));
  }
  for (const auto& link : service.links)
    lines.push_back(fmt::format("link {}.{} {}.{}", link.vnf, link.output, link.to_vnf, link.to_input));
  for (const auto& endpoint : service.endpoints)
    lines.push_back(fmt::format("end {} on {}", endpoint.name, endpoint.network));
  for (const auto& path : service.paths) {
    lines.push_back(fmt::format("path {} {} {} {}{}", path.name, path.in, fmt::join(path.hops, ">"), path.out,
                                path.symmetric ? " both ways" : ""));
    for (const auto& match : path.matches) lines.push_back("  match " + text_of(match));
  }
  return lines;
}

/// A text with one part of it replaced.
std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

/// A VNFD of two ports and one VDU, `in` on `d-in` and `out` on `d-out`.
std::string vnfd(const std::string& id, const std::string& image, const std::string& more = "") {
  return fmt::format(R"(vnfd:
  id: {0}
  product-name: {0}
  mgmt-cp: mgmt-ext
  ext-cpd:
  - {{ id: mgmt-ext, int-cpd: {{ vdu-id: m, cpd: mgmt }} }}
  - {{ id: in-ext, int-cpd: {{ vdu-id: m, cpd: in }} }}
  - {{ id: out-ext, int-cpd: {{ vdu-id: m, cpd: out }} }}
  vdu:
  - id: m
    name: machine
    sw-image-desc: {1}
    cloud-init-file: init.cfg
    int-cpd:
    - {{ id: mgmt, virtual-network-interface-requirement: [ {{ name: eth0, position: '0' }} ] }}
    - {{ id: in, virtual-network-interface-requirement: [ {{ name: eth1, position: '1' }} ] }}
    - {{ id: out, virtual-network-interface-requirement: [ {{ name: eth2, position: '2' }} ] }}
  sw-image-desc:
  - {{ id: {1}, name: {1} }}
{2})",
                     id, image, more);
}
const std::string kDf = R"(  df:
  - id: default-df
    vdu-profile: [ { id: m, min-number-of-instances: '1' } ]
    instantiation-level: [ { id: one, vdu-level: [ { vdu-id: m, number-of-instances: '1' } ] } ]
)";

/// An NSD of `client`, `fw` and `nat`, with more behind it.
std::string nsd(const std::string& more, const std::string& sap = "") {
  return R"(nsd:
  nsd:
  - id: ns
    virtual-link-desc:
    - { id: left, vim-network-name: lan }
    - { id: middle }
    - { id: right }
    - { id: mgmtnet, mgmt-network: 'true' }
)" + sap +
         R"(    df:
    - id: default-df
      vnf-profile:
      - id: fw
        vnfd-id: fw-vnf
        virtual-link-connectivity:
        - { virtual-link-profile-id: mgmtnet, constituent-cpd-id: [ { constituent-base-element-id: fw, constituent-cpd-id: mgmt-ext } ] }
        - { virtual-link-profile-id: left, constituent-cpd-id: [ { constituent-base-element-id: fw, constituent-cpd-id: in-ext } ] }
        - { virtual-link-profile-id: middle, constituent-cpd-id: [ { constituent-base-element-id: fw, constituent-cpd-id: out-ext } ] }
      - id: nat
        vnfd-id: nat-vnf
        virtual-link-connectivity:
        - { virtual-link-profile-id: middle, constituent-cpd-id: [ { constituent-base-element-id: nat, constituent-cpd-id: in-ext } ] }
        - { virtual-link-profile-id: right, constituent-cpd-id: [ { constituent-base-element-id: nat, constituent-cpd-id: out-ext } ] }
)" + more;
}
const std::string kClient = R"(      - id: client
        vnfd-id: host-vnf
        virtual-link-connectivity:
        - { virtual-link-profile-id: left, constituent-cpd-id: [ { constituent-base-element-id: client, constituent-cpd-id: eth0 } ] }
)";
/// OSM's vnffgd, with more in its position.
std::string osm_graph(const std::string& matches = "") {
  return R"(    vnffgd:
    - id: g
      vnf-profile-id: [ fw, nat ]
      nfpd:
      - id: web
        position-desc-id:
        - id: p
          nfp-position-element-id: [ e ]
          cp-profile-id:
          - id: c
            constituent-profile-elements:
            - { id: h2, order: 1, constituent-base-element-id: nat, ingress-constituent-cpd-id: in-ext, egress-constituent-cpd-id: out-ext }
            - { id: h1, order: 0, constituent-base-element-id: fw, ingress-constituent-cpd-id: in-ext, egress-constituent-cpd-id: out-ext }
)" + matches;
}
/// ETSI's, of positions and a rule.
std::string etsi_graph(const std::string& rule = "", const std::string& behaviour = "") {
  return R"(    vnffgd:
    - id: g
      nfp-position-element:
      - { id: e1, desc: { vnf-profile: { vnf-profile-id: fw }, vnf: { vnfd-id: fw-vnf, cpd-id: in-ext } } }
      - { id: e2, desc: { vnf-profile: { vnf-profile-id: fw }, vnf: { vnfd-id: fw-vnf, cpd-id: out-ext } } }
      - { id: e3, desc: { vnf-profile: { vnf-profile-id: nat }, vnf: { vnfd-id: nat-vnf, cpd-id: in-ext } } }
      - { id: e4, desc: { vnf-profile: { vnf-profile-id: nat }, vnf: { vnfd-id: nat-vnf, cpd-id: out-ext } } }
      nfpd:
      - id: web
)" + rule +
         (behaviour.empty()
              ? R"(        position-desc:
        - { id: p1, nfp-position-element-id: [ e1 ] }
        - { id: p2, nfp-position-element-id: [ e2 ] }
        - { id: p3, nfp-position-element-id: [ e3, e4 ] }
)"
              : "        position-desc: [ { id: p, nfp-position-element-id: [ e1, e2, e3 ], " + behaviour + " } ]\n");
}

Files with_vnfds(const std::string& service) {
  return {{"ns/ns_nsd.yaml", service},
          {"fw/fw_vnfd.yaml", vnfd("fw-vnf", "fw-image", kDf)},
          {"nat/nat_vnfd.yaml", vnfd("nat-vnf", "nat-image", kDf)}};
}

const std::string kCatalogueVnfd = R"(vnfd:vnfd-catalog:
  vnfd:
  - id: fw-vnf
    name: fw-vnf
    vendor: x
    mgmt-interface: { cp: eth0 }
    connection-point:
    - { name: eth0, type: VPORT }
    - { name: eth1, type: VPORT }
    - { name: eth2, type: VPORT }
    internal-vld:
    - id: inner
      internal-connection-point: [ { id-ref: a-out }, { id-ref: b-in } ]
    vdu:
    - id: a
      image: fw-image
      count: 1
      vm-flavor: { vcpu-count: 1, memory-mb: 512, storage-gb: 2 }
      cloud-init-file: a.cfg
      interface:
      - { name: eth0, position: 1, type: EXTERNAL, external-connection-point-ref: eth0 }
      - { name: eth1, position: 2, type: EXTERNAL, external-connection-point-ref: eth1 }
      - { name: eth2, position: 3, type: INTERNAL, internal-connection-point-ref: a-out }
    - id: b
      image: nat-image
      interface:
      - { name: eth1, position: 1, type: INTERNAL, internal-connection-point-ref: b-in }
      - { name: eth2, position: 2, type: EXTERNAL, external-connection-point-ref: eth2 }
    scaling-group-descriptor:
    - { name: grow, max-instance-count: 3, vdu: [ { vdu-id-ref: a, count: 2 } ] }
)";
const std::string kCatalogueNsd = R"(nsd:nsd-catalog:
  nsd:
  - id: old
    name: old
    constituent-vnfd:
    - { member-vnf-index: '1', vnfd-id-ref: fw-vnf }
    - { member-vnf-index: '2', vnfd-id-ref: host }
    vld:
    - id: lan
      vnfd-connection-point-ref:
      - { member-vnf-index-ref: '1', vnfd-id-ref: fw-vnf, vnfd-connection-point-ref: eth1 }
    - id: wan
      vim-network-name: public
      vnfd-connection-point-ref:
      - { member-vnf-index-ref: '1', vnfd-id-ref: fw-vnf, vnfd-connection-point-ref: eth2 }
    vnffgd:
    - id: g
      rsp:
      - id: r
        vnfd-connection-point-ref:
        - { member-vnf-index-ref: '1', order: 0, vnfd-id-ref: fw-vnf, vnfd-ingress-connection-point-ref: eth1, vnfd-egress-connection-point-ref: eth2 }
      classifier:
      - id: c
        rsp-id-ref: r
        member-vnf-index-ref: '2'
        vnfd-id-ref: host
        vnfd-connection-point-ref: eth0
        match-attributes:
        - { id: m, ip-proto: 17, source-ip-address: 10.0.0.1, destination-ip-address: 0.0.0.0/0, source-port: 0, destination-port: 53 }
)";

const std::string kXml = R"(<?xml version="1.0" encoding="UTF-8"?>
<nfv xmlns="urn:etsi:nfv:yang:etsi-nfv-descriptors">
  <vnfd>
    <id>one</id>
    <vdu>
      <id>m</id>
      <int-cpd><id>a</id><layer-protocol xmlns:nfv="urn:etsi:nfv:yang:etsi-nfv-descriptors">nfv:ethernet</layer-protocol></int-cpd>
      <int-cpd><id>b</id></int-cpd>
      <sw-image-desc>fw-image</sw-image-desc>
    </vdu>
    <sw-image-desc><id>fw-image</id><name>x</name></sw-image-desc>
    <ext-cpd><id>left</id><int-cpd><vdu-id>m</vdu-id><cpd>a</cpd></int-cpd></ext-cpd>
    <ext-cpd><id>right</id><int-cpd><vdu-id>m</vdu-id><cpd>b</cpd></int-cpd></ext-cpd>
    <df><id>d</id><vdu-profile><id>m</id></vdu-profile></df>
  </vnfd>
</nfv>
)";
const std::string kJson = R"({ "etsi-nfv-descriptors:nfv": { "vnfd": [ { "id": "one", "vdu": [ { "id": "m",
  "int-cpd": [ { "id": "a", "layer-protocol": [ "etsi-nfv-descriptors:ethernet" ] }, { "id": "b" } ], "sw-image-desc": "fw-image" } ],
  "ext-cpd": [ { "id": "left", "int-cpd": { "vdu-id": "m", "cpd": "a" } }, { "id": "right", "int-cpd": { "vdu-id": "m", "cpd": "b" } } ],
  "df": [ { "id": "d", "vdu-profile": [ { "id": "m" } ] } ] } ] } }
)";
const std::vector<std::string> kOne{"service one", "vnf vnf of one: m:L3L4Filter", "end left on left",
                                    "end right on right", "path left-to-right left vnf right both ways"};
const std::vector<std::string> kTwoVnfs{"service ns", "vnf fw of fw-vnf: m:L3L4Filter",
                                        "vnf nat of nat-vnf: m:MacSwapper", "link fw.out-ext nat.in-ext"};

std::vector<std::string> two_vnfs(std::initializer_list<std::string> more, bool nat_first = false) {
  auto lines = kTwoVnfs;
  if (nat_first) std::swap(lines[1], lines[2]);
  lines.insert(lines.end(), more);
  return lines;
}

struct Good {
  const char* name;
  Files files;
  std::vector<std::string> service;
};
class GoodOsm : public testing::TestWithParam<Good> {};

TEST_P(GoodOsm, IsAService) {
  const auto files = package(GetParam().files);
  const auto service = read_service(files, testing_support::test_catalog(), images());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(lines_of(*service), ElementsAreArray(GetParam().service));
  const auto validation = validate(files, testing_support::test_catalog(), images());
  EXPECT_TRUE(validation.valid()) << validation.text;
  EXPECT_TRUE(validation.warnings.empty()) << validation.warnings.front().message;
  EXPECT_FALSE(validation.mappings.empty());
}

const std::string kMatches = R"(          match-attributes:
          - { id: m1, ip-proto: 6, source-ip-address: 10.0.0.2, destination-ip-address: 10.0.3.0/24, source-port: 0, destination-port: 80, constituent-base-element-id: client }
)";

INSTANTIATE_TEST_SUITE_P(
    Osm, GoodOsm,
    testing::Values(
        Good{"VnfdAlone",
             {{"fw_vnfd.yaml", vnfd("fw-vnf", "fw-image", kDf)}},
             {"service fw-vnf", "vnf vnf of fw-vnf: m:L3L4Filter", "end in-ext on in-ext", "end out-ext on out-ext",
              "path in-ext-to-out-ext in-ext vnf out-ext both ways"}},
        Good{"VdusOfTheFlavour",
             {{"fw_vnfd.yaml", replaced(vnfd("fw-vnf", "fw-image", kDf), "  vdu:\n",
                                        "  vdu:\n  - { id: other, sw-image-desc: unknown }\n")}},
             {"service fw-vnf", "vnf vnf of fw-vnf: m:L3L4Filter", "end in-ext on in-ext", "end out-ext on out-ext",
              "path in-ext-to-out-ext in-ext vnf out-ext both ways"}},
        Good{"Xml", {{"one.xml", kXml}}, kOne}, Good{"Json", {{"one.json", kJson}}, kOne},
        Good{"LinksMakeTheChain", with_vnfds(nsd("")),
             two_vnfs({"end left on lan", "end right on right", "path ns left fw>nat right both ways"})},
        Good{"SapsAreEndpoints",
             with_vnfds(nsd("",
                            "    sapd: [ { id: inside, virtual-link-desc: left }, { id: outside, virtual-link-desc: "
                            "right } ]\n")),
             two_vnfs({"end inside on lan", "end outside on outside", "path ns inside fw>nat outside both ways"})},
        Good{"SapsOfConnectionPoints",
             with_vnfds(
                 nsd("", "    sapd: [ { id: inside, associated-cpd: { vnfd-id: fw-vnf, vnf-ext-cpd: in-ext } } ]\n")),
             two_vnfs({"end inside on lan", "end right on right", "path ns inside fw>nat right both ways"})},
        Good{"OsmGraph", with_vnfds(nsd(osm_graph())),
             two_vnfs({"end left on lan", "end right on right", "path web left fw>nat right"})},
        Good{"TrafficEntersAtAProfile", with_vnfds(nsd(kClient + osm_graph(kMatches))),
             two_vnfs({"end client on client", "end right on right", "path web client fw>nat right",
                       "  match 6 10.0.0.2/32 any 10.0.3.0/24 80-80"})},
        Good{"MatchesAreAlternatives",
             with_vnfds(nsd(kClient + osm_graph(kMatches + "          - { id: m2, ip-proto: udp, destination-port: "
                                                           "'53', constituent-base-element-id: client }\n"))),
             two_vnfs({"end client on client", "end right on right", "path web client fw>nat right",
                       "  match 6 10.0.0.2/32 any 10.0.3.0/24 80-80", "  match 17 any any any 53-53"})},
        Good{"OnesThatEnterElsewhereAreAPathOfTheirOwn",
             with_vnfds(nsd(kClient + osm_graph(kMatches + "          - { id: m2, ip-proto: 17 }\n"))),
             two_vnfs({"end client on client", "end right on right", "end left on lan", "path web client fw>nat right",
                       "  match 6 10.0.0.2/32 any 10.0.3.0/24 80-80", "path web-2 left fw>nat right",
                       "  match 17 any any any any"})},
        Good{"AnythingMatches", with_vnfds(nsd(osm_graph("          match-attributes: { id: m, source-port: '0' }\n"))),
             two_vnfs({"end left on lan", "end right on right", "path web left fw>nat right"})},
        Good{"EtsiGraph", with_vnfds(nsd(etsi_graph())),
             two_vnfs({"end left on lan", "end right on right", "path web left fw>nat right"})},
        Good{"EtsiRule", with_vnfds(nsd(etsi_graph("        rule: tcp any any 10.0.0.0/8 80-90\n"))),
             two_vnfs({"end left on lan", "end right on right", "path web left fw>nat right",
                       "  match 6 any any 10.0.0.0/8 80-90"})},
        Good{"EtsiRuleFile",
             [] {
               auto files = with_vnfds(nsd(etsi_graph("        rule: web.rules\n")));
               files["ns/web.rules"] = "# web\ntcp any any any 80\n\nudp any any any 443\n";
               return files;
             }(),
             two_vnfs({"end left on lan", "end right on right", "path web left fw>nat right",
                       "  match 6 any any any 80-80", "  match 17 any any any 443-443"})},
        Good{"FirstFit",
             with_vnfds(nsd(etsi_graph("", "forwarding-behaviour: ff"))),
             {"service ns", "vnf fw of fw-vnf: m:L3L4Filter", "end left on lan", "end middle on middle",
              "path web left fw middle"}},
        Good{"Catalogue",
             {{"fw_vnfd.yaml", kCatalogueVnfd}, {"old_nsd.yaml", kCatalogueNsd}},
             {"service old", "vnf 1 of fw-vnf: a:L3L4Filter b:MacSwapper", "end 2 on 2", "end wan on public",
              "path r 2 1 wan", "  match 17 10.0.0.1/32 any 0.0.0.0/0 53-53"}},
        Good{"CatalogueVnfdAlone",
             {{"fw_vnfd.yaml", kCatalogueVnfd}},
             {"service fw-vnf", "vnf vnf of fw-vnf: a:L3L4Filter b:MacSwapper", "end eth1 on eth1", "end eth2 on eth2",
              "path eth1-to-eth2 eth1 vnf eth2 both ways"}},
        Good{"ChartsAndCharmsBesideIt",
             {{"fw_vnfd.yaml", vnfd("fw-vnf", "fw-image", kDf)},
              {"charms/x/metadata.yaml", "name: x\nsummary: y\n"},
              {"charts/t.yaml", "a: {{ .Values.b }}\n"}},
             {"service fw-vnf", "vnf vnf of fw-vnf: m:L3L4Filter", "end in-ext on in-ext", "end out-ext on out-ext",
              "path in-ext-to-out-ext in-ext vnf out-ext both ways"}}),
    by_name);

TEST(Osm, BalancesLoad) {
  auto graph = etsi_graph();
  const auto more_of = [&](const std::string& where, const std::string& what) {
    graph.insert(graph.find(where) + where.size(), what);
  };
  more_of(
      "nfp-position-element:\n",
      "      - { id: f1, desc: { vnf-profile: { vnf-profile-id: fw2 }, vnf: { vnfd-id: fw-vnf, cpd-id: in-ext } } }\n"
      "      - { id: f2, desc: { vnf-profile: { vnf-profile-id: fw2 }, vnf: { vnfd-id: fw-vnf, cpd-id: out-ext } } "
      "}\n");
  graph = replaced(graph, "[ e1 ]", "[ e1, f1 ], forwarding-behaviour: LB");
  graph = replaced(graph, "[ e2 ]", "[ e2, f2 ], forwarding-behaviour: LB");
  const std::string second = R"(      - id: fw2
        vnfd-id: fw-vnf
        virtual-link-connectivity:
        - { virtual-link-profile-id: left, constituent-cpd-id: [ { constituent-cpd-id: in-ext } ] }
        - { virtual-link-profile-id: middle, constituent-cpd-id: [ { constituent-cpd-id: out-ext } ] }
)";
  const auto service =
      read_service(package(with_vnfds(nsd(second + graph))), testing_support::test_catalog(), images());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(lines_of(*service), testing::Contains("path web left fw>nat right"));
  EXPECT_EQ(instances_of(service->vnfs[0], "m"), 2U);
  EXPECT_EQ(instances_of(service->vnfs[1], "m"), 1U);
}

TEST(Osm, TakesVnfdsInTosca) {
  auto files = with_vnfds(nsd(osm_graph()));
  files.erase("nat/nat_vnfd.yaml");
  files["nat.yaml"] = R"(tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: nat-vnf }
topology_template:
  substitution_mappings:
    { node_type: example.Nat, requirements: { in-ext: [ in, virtual_link ], out-ext: [ out, virtual_link ] } }
  node_templates:
    in: { type: unf.nodes.NicIngress, requirements: [ { out: a } ] }
    out: { type: unf.nodes.NicEgress }
    a: { type: unf.nodes.MacSwapper, requirements: [ { out: out } ] }
)";
  const auto service = read_service(package(files), testing_support::test_catalog(), images());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(lines_of(*service), testing::Contains("path web left fw>nat right"));
  EXPECT_THAT(lines_of(*service), testing::Contains("vnf nat of nat-vnf: a:MacSwapper"));
}

// Scaling -------------------------------------------------------------------------------------------------------------

const std::string kScaling = R"(  df:
  - id: small
    vdu-profile: [ { id: m, min-number-of-instances: 1, max-number-of-instances: 7 } ]
    instantiation-level:
    - { id: low, vdu-level: [ { vdu-id: m, number-of-instances: 1 } ] }
    - { id: high, vdu-level: { vdu-id: m, number-of-instances: 5 } }
    default-instantiation-level: high
    scaling-aspect:
    - id: grow
      max-scale-level: '3'
      scaling-policy: [ { name: p, scaling-type: manual } ]
      aspect-delta-details: { deltas: [ { id: d, vdu-delta: [ { id: m, number-of-instances: 2 } ] } ] }
  - id: large
    vdu-profile: { id: m, min-number-of-instances: 2, local-affinity-or-anti-affinity-rule: [ { type: anti-affinity, scope: nfvi-node } ] }
    scaling-aspect:
    - id: grow
      max-scale-level: 3
      aspect-delta-details:
        deltas: [ { id: d1, vdu-delta: { id: m, number-of-instances: 1 } }, { id: d2, vdu-delta: { id: m, number-of-instances: 3 } } ]
        step-deltas: [ d1, d2 ]
    instantiation-level:
    - { id: up, vdu-level: [ { vdu-id: m, number-of-instances: 6 } ], scaling-info: [ { scaling-aspect-id: grow, scale-level: 2 } ] }
)";

TEST(OsmScaling, IsThatOfTheFlavour) {
  const auto read = [](const std::string& flavour) {
    auto service = nsd(osm_graph());
    if (!flavour.empty()) {
      const std::string before = "vnfd-id: fw-vnf\n";
      service.insert(service.find(before) + before.size(), "        flavour-id: " + flavour + "\n");
    }
    auto files = with_vnfds(service);
    files["fw/fw_vnfd.yaml"] = vnfd("fw-vnf", "fw-image", kScaling);
    return read_service(package(files), testing_support::test_catalog(), images());
  };
  const auto first = read("");
  ASSERT_TRUE(first) << first.error().message;
  const auto& small = first->vnfs[0];
  EXPECT_EQ(small.flavour, "small");
  EXPECT_EQ(small.level, "high");
  EXPECT_EQ(instances_of(small, "m"), 5U);
  EXPECT_EQ(small.initial.at("m"), 1U);
  ASSERT_EQ(small.aspects.size(), 1U);
  EXPECT_THAT(small.aspects[0].node_deltas.at("m"), testing::ElementsAre(2, 2, 2));
  EXPECT_EQ(small.levels.at("low").at("grow"), 0U);

  const auto second = read("large");
  ASSERT_TRUE(second) << second.error().message;
  const auto& large = second->vnfs[0];
  EXPECT_EQ(large.flavour, "large");
  EXPECT_EQ(instances_of(large, "m"), 6U);
  EXPECT_THAT(large.aspects[0].node_deltas.at("m"), testing::ElementsAre(1, 3, 3));
  ASSERT_EQ(large.affinity.size(), 1U);
  EXPECT_TRUE(large.affinity[0].anti);
  EXPECT_EQ(large.affinity[0].scope, "nfvi_node");

  EXPECT_THAT(problems_of(read("larg")),
              HasSubstr("is in the flavour `larg`, expected one of small, large; did you mean "
                        "`large`?"));
}

TEST(OsmScaling, OfTheCatalogue) {
  const auto service = read_service(package({{"v.yaml", kCatalogueVnfd}}), testing_support::test_catalog(), images());
  ASSERT_TRUE(service) << service.error().message;
  const auto& vnf = service->vnfs[0];
  ASSERT_EQ(vnf.aspects.size(), 1U);
  EXPECT_EQ(vnf.aspects[0].max_level, 3U);
  EXPECT_THAT(vnf.aspects[0].node_deltas.at("a"), testing::ElementsAre(2, 2, 2));
}

TEST(Osm, SaysWhatBecameOfElements) {
  const auto validation =
      validate(package(with_vnfds(nsd(kClient + osm_graph(kMatches)))), testing_support::test_catalog(), images());
  std::vector<std::string> lines;
  for (const auto& [at, element, became, why] : validation.mappings) lines.push_back(element + ": " + became + why);
  for (const auto* line :
       {"cloud-init of VDU `m` of VNFD `fw-vnf`: no machine is started",
        "management of VNFD `fw-vnf`: uNFs have no address of their own",
        "VDU `m`: what the image map has for `fw-image`", "VNF `client`: endpoint `client`",
        "virtual link `mgmtnet`: uNFs have no address of their own",
        "virtual link `right`: where packets come in or go out", "connection point `in-ext`: input `in-ext`"}) {
    EXPECT_THAT(lines, testing::Contains(line));
  }
  ASSERT_EQ(validation.services.size(), 1U);
  EXPECT_EQ(validation.services[0].kind, Described::Kind::chain);
}

TEST(Osm, UnknownKeysAreWarningsUnlessTheyLookLikeKnownOnes) {
  auto text = vnfd("fw-vnf", "fw-image", kDf + "  x-of-a-vendor: 1\n");
  const auto files = package({{"v.yaml", text}});
  const auto validation = validate(files, testing_support::test_catalog(), images());
  EXPECT_TRUE(validation.valid()) << validation.text;
  ASSERT_EQ(validation.warnings.size(), 1U);
  EXPECT_THAT(validation.warnings[0].message, HasSubstr("unknown key `x-of-a-vendor` in VNFD `fw-vnf`"));
}

TEST(Osm, XmlOfAnotherKindIsRefused) {
  EXPECT_EQ(problems_of(read_files({{"f.xml", "<config xmlns='urn:x'/>"}})),
            "f.xml:1: no XML that is known here, expected descriptors of SOL006, or data of the SFC YANG modules");
  EXPECT_THAT(problems_of(read_files({{"f.xml", "<config>"}})),
              HasSubstr("f.xml:1: the end of the text, expected </config>"));
}

// What is wrong -------------------------------------------------------------------------------------------------------

struct Bad {
  const char* name;
  Files files;
  std::vector<const char*> problems;  ///< a part of each line
};
class BadOsm : public testing::TestWithParam<Bad> {};

TEST_P(BadOsm, IsSaidInALineEach) {
  const auto service = read_service(package(GetParam().files), testing_support::test_catalog(), images());
  ASSERT_FALSE(service);
  const auto& message = service.error().message;
  for (const auto* problem : GetParam().problems) EXPECT_THAT(message, HasSubstr(problem));
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(message, '\n')) + 1, GetParam().problems.size()) << message;
}

Files bad_vnfd(const std::string& what, const std::string& by) {
  return {{"v.yaml", replaced(vnfd("fw-vnf", "fw-image", kDf), what, by)}};
}
Files bad_nsd(const std::string& what, const std::string& by) {
  return with_vnfds(replaced(nsd(kClient + osm_graph(kMatches)), what, by));
}

INSTANTIATE_TEST_SUITE_P(
    Osm, BadOsm,
    testing::Values(
        Bad{"NoVdu", {{"v.yaml", "vnfd: { id: x, ext-cpd: [] }\n"}}, {"p/v.yaml:1: VNFD `x` has no VDU"}},
        Bad{"NoId",
            {{"v.yaml", "vnfd:\n  product-name: x\n"}},
            {"p/v.yaml:2: a VNFD has no `id`, expected `id`", "VNFD `?` has no VDU"}},
        Bad{"BrokenYaml", {{"v_vnfd.yaml", "vnfd:\n  id: [\n"}}, {"p/v_vnfd.yaml:3: not YAML"}},
        Bad{"BrokenXml",
            {{"v.xml", "<nfv xmlns='urn:etsi:nfv:yang:x'>\n<a>\n</nfv>"}},
            {"p/v.xml:3: </nfv>, expected </a>"}},
        Bad{"TwoVnfds",
            {{"a.yaml", vnfd("a", "fw-image")}, {"b.yaml", vnfd("b", "fw-image")}},
            {"p/a.yaml:2: one of 2 VNFDs and no NSD", "p/b.yaml:2: one of 2 VNFDs and no NSD"}},
        Bad{"TwoVnfdsOfOneName",
            {{"a.yaml", vnfd("a", "fw-image")}, {"b.yaml", vnfd("a", "fw-image")}},
            {"p/b.yaml:2: a second VNFD `a`, expected another `id`"}},
        Bad{"TwoNsds",
            {{"a.yaml", nsd("")}, {"b.yaml", nsd("")}},
            {"p/a.yaml:3: one of 2 NSDs", "p/b.yaml:3: one of 2 NSDs"}},
        Bad{"NotInTheImageMap",
            {{"v.yaml", vnfd("v", "cirros", kDf)}},
            {"p/v.yaml:10: VDU `m` is no uNF, expected an entry of the image map for one of vnf/m, cirros, machine, "
             "m"}},
        Bad{"Kubernetes",
            {{"v.yaml", "vnfd:\n  id: v\n  kdu:\n  - { name: ldap, helm-chart: x }\n"}},
            {"p/v.yaml:4: KDU `ldap` of VNFD `v` runs in Kubernetes, which is not supported, expected VDUs"}},
        Bad{"MisspeltKey",
            bad_vnfd("cloud-init-file", "cloud-init-fil"),
            {"p/v.yaml:13: unknown key `cloud-init-fil` in VDU `m` of VNFD `fw-vnf`, expected one of SOL006 or OSM; "
             "did "
             "you mean `cloud-init-file`?"}},
        Bad{"UnknownVdu",
            bad_vnfd("vdu-id: m, cpd: in ", "vdu-id: n, cpd: in "),
            {"p/v.yaml:7: ext-cpd `in-ext` of VNFD `fw-vnf` leads to VDU `n`, which VNFD `fw-vnf` does not have"}},
        Bad{"UnknownCpd",
            bad_vnfd("vdu-id: m, cpd: in ", "vdu-id: m, cpd: inn "),
            {"leads to int-cpd `inn`, which VDU `m` does not have, expected one of in, mgmt, out; did you mean `in`?"}},
        Bad{"UnknownManagement",
            bad_vnfd("mgmt-cp: mgmt-ext", "mgmt-cp: mgmt-xt"),
            {"p/v.yaml:4: VNFD `fw-vnf` is managed by `mgmt-xt`, which is no connection point that leads out of it; "
             "did "
             "you mean `mgmt-ext`?"}},
        Bad{"LevelOfUnknownVdu",
            bad_vnfd("vdu-level: [ { vdu-id: m", "vdu-level: [ { vdu-id: mm"),
            {"instantiation level `one` is of VDU `mm`, which VNFD `fw-vnf` does not have; did you mean `m`?"}},
        Bad{"LevelThatIsNotReached",
            {{"v.yaml", vnfd("v", "fw-image", replaced(kScaling, "number-of-instances: 5", "number-of-instances: 4"))}},
            {"instantiation level `high` has 4 instances of VDU `m`, which no scale level gives, expected 1 and what "
             "its "
             "scaling aspects add"}},
        Bad{"ScaleLevel",
            {{"v.yaml", vnfd("v", "fw-image", replaced(kScaling, "'3'", "'3000'"))}},
            {"`max-scale-level` of scaling aspect `grow` is `'3000'`, expected 1 to 1024"}},
        Bad{"IndependentProblems",
            {{"v.yaml", replaced(replaced(vnfd("fw-vnf", "fw-image", kDf), "cpd: in }", "cpd: im }"), "cpd: out }",
                                 "cpd: ou }")}},
            {"p/v.yaml:7: ", "p/v.yaml:8: "}},
        Bad{"MissingVnfd",
            [] {
              auto files = with_vnfds(nsd(osm_graph()));
              files.erase("nat/nat_vnfd.yaml");
              return files;
            }(),
            {"p/ns/ns_nsd.yaml:19: VNF `nat` is of VNFD `nat-vnf`, which is not among the files"}},
        Bad{"UnknownProfile",
            bad_nsd("constituent-base-element-id: nat, ingress", "constituent-base-element-id: nta, ingress"),
            {"names `nta`, which is no VNF of NSD `ns`; did you mean `nat`?"}},
        Bad{"UnknownPointOfAPath",
            bad_nsd("egress-constituent-cpd-id: out-ext", "egress-constituent-cpd-id: out-xt"),
            {"`out-xt` is no connection point of VNF `nat`, expected one of mgmt-ext, in-ext, out-ext; did you mean "
             "`out-ext`?"}},
        Bad{"UnknownLink",
            bad_nsd("virtual-link-profile-id: left", "virtual-link-profile-id: lefft"),
            {"VNF `fw` is on the virtual link `lefft`, which NSD `ns` does not have; did you mean `left`?"}},
        Bad{"Protocol",
            bad_nsd("ip-proto: 6", "ip-proto: 600"),
            {"`ip-proto` of match `m1` of nfpd `web` is `600`, expected a number from 0 to 255"}},
        Bad{"Address", bad_nsd("10.0.0.2", "10.0.0.2000"), {"`source-ip-address` of match `m1` of nfpd `web` is"}},
        Bad{"Port",
            bad_nsd("destination-port: 80", "destination-port: 80000"),
            {"`destination-port` of match `m1` of nfpd `web` is `80000`, expected a port, 0 for any"}},
        Bad{"NoPacket", bad_nsd("10.0.0.2", "2001:db8::1"), {"match `m1` of nfpd `web` can match no packet"}},
        Bad{"EntersNowhere",
            bad_nsd("constituent-base-element-id: client }\n", "constituent-base-element-id: clint }\n"),
            {"match `m1` of nfpd `web` names `clint`, which is no VNF of NSD `ns`; did you mean `client`?"}},
        Bad{"TwoOfOneOrder",
            bad_nsd("order: 1", "order: 0"),
            {"a second element at `order` 0 in a position of nfpd `web`"}},
        Bad{"PnfProfile",
            with_vnfds(nsd("      pnf-profile: [ { id: router, pnfd-id: r } ]\n" + osm_graph())),
            {"PNF `router` is not supported, expected VNFs"}},
        Bad{"NestedService",
            with_vnfds(nsd("      ns-profile: [ { id: inner, nsd-id: n } ]\n" + osm_graph())),
            {"nested network service `inner` is not supported, expected VNFs"}},
        Bad{"Balanced",
            with_vnfds(nsd(etsi_graph("", "forwarding-behaviour: 'etsi-nfv-descriptors:lb'"))),
            {"a position of nfpd `web` balances load over fw, nat, expected VNFs with one VNFD, flavour and level, on "
             "the "
             "same virtual links"}},
        Bad{"All",
            with_vnfds(nsd(etsi_graph("", "forwarding-behaviour: ALL"))),
            {"`forwarding-behaviour` `all`, which is not"}},
        Bad{"Rule",
            with_vnfds(nsd(etsi_graph("        rule: destination is the web server\n"))),
            {"`rule` of nfpd `web` does not say what packets match (rule:1: unknown protocol 'destination'"}},
        Bad{"RuleOfAnotherKind",
            with_vnfds(nsd(etsi_graph("        rule: web-rule\n"))),
            {"`rule` of nfpd `web` does not say what packets match (rule:1: 1 word), expected `PROTO SRC SPORTS DST "
             "DPORTS`"}},
        Bad{"NoChain",
            with_vnfds(replaced(nsd(""), "virtual-link-profile-id: middle", "virtual-link-profile-id: left")),
            {"p/ns/ns_nsd.yaml:3: no vnffgd, and the virtual links do not make one chain of all VNFs"}},
        Bad{"CatalogueClassifier",
            {{"fw_vnfd.yaml", kCatalogueVnfd},
             {"old_nsd.yaml", replaced(kCatalogueNsd, "rsp-id-ref: r", "rsp-id-ref: rr")}},
            {"classifier `c` of vnffgd `g` is for the rsp `rr`, which there is not; did you mean `r`?"}},
        Bad{"CatalogueInterface",
            {{"fw_vnfd.yaml", replaced(kCatalogueVnfd, "external-connection-point-ref: eth2",
                                       "external-connection-point-ref: "
                                       "eth3")}},
            {"is connection point `eth3`, which VNFD `fw-vnf` does not have; did you mean `eth0`?"}}),
    by_name);

// Hostile -------------------------------------------------------------------------------------------------------------

/// `count` lines of a format that takes a number.
std::string repeated(int count, std::string_view line) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::vformat(line, fmt::make_format_args(i));
  return text;
}

struct Hostile {
  const char* name;
  std::string text;
};
class HostileOsm : public testing::TestWithParam<Hostile> {};

TEST_P(HostileOsm, IsReadInNoTime) {
  const auto before = std::chrono::steady_clock::now();
  const auto service = read_service(package({{"f.yaml", GetParam().text}}), testing_support::test_catalog(), images());
  EXPECT_FALSE(service);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{60});  // with sanitizers too
}

INSTANTIATE_TEST_SUITE_P(
    Osm, HostileOsm,
    testing::Values(
        Hostile{"ManyVnfds", "vnfd:\n" + repeated(20'000, "- {{ id: v{0}, vdu: {{ id: m }} }}\n")},
        Hostile{"ManyVdus", "vnfd:\n  id: v\n  vdu:\n" +
                                repeated(20'000, "  - {{ id: v{0}, int-cpd: {{ id: c{0} }} }}\n") + "  ext-cpd:\n" +
                                repeated(20'000, "  - {{ id: e{0}, int-cpd: {{ vdu-id: v{0}, cpd: x }} }}\n")},
        Hostile{"ManyPoints", "vnfd:\n  id: v\n  vdu:\n  - id: m\n    int-cpd:\n" +
                                  repeated(40'000, "    - {{ id: c{0} }}\n") + "  ext-cpd:\n" +
                                  repeated(20'000, "  - {{ id: e{0}, int-cpd: {{ vdu-id: m, cpd: x{0} }} }}\n")},
        Hostile{"ManySteps", "vnfd:\n  id: v\n  vdu:\n" + repeated(5'000, "  - {{ id: v{0} }}\n") +
                                 "  df:\n    id: d\n    scaling-aspect:\n    - id: a\n      max-scale-level: 1024\n"
                                 "      aspect-delta-details:\n        deltas:\n" +
                                 repeated(5'000, "        - {{ id: d{0}, vdu-delta: {{ id: v{0} }} }}\n")},
        Hostile{"ManyLevels", "vnfd:\n  id: v\n  vdu: {id: m}\n  df:\n    id: d\n    instantiation-level:\n" +
                                  repeated(40'000, "    - {{ id: l{0} }}\n")},
        Hostile{"ManyPaths",
                nsd("") + "    vnffgd:\n      id: g\n      nfpd:\n" +
                    repeated(10'000,
                             "      - {{ id: p{0}, position-desc-id: {{ cp-profile-id: {{ "
                             "constituent-profile-elements: {{ constituent-base-element-id: fw }} }} }} }}\n")},
        Hostile{"ManyEnds",
                nsd(repeated(20'000, "      - {{ id: c{0}, vnfd-id: x }}\n") +
                    osm_graph("          match-attributes:\n" +
                              repeated(20'000, "          - {{ id: m{0}, constituent-base-element-id: c{0} }}\n")))}),
    by_name);

// The standards' samples ----------------------------------------------------------------------------------------------

Files sample(std::initializer_list<const char*> names) {
  Files files;
  for (const auto* name : names) {
    std::ifstream file{kStandards / name};
    files[std::filesystem::path{name}.filename()] = {std::istreambuf_iterator<char>{file}, {}};
  }
  return files;
}

TEST(OsmStandards, TheChainedSampleIsAService) {
  if (!std::filesystem::exists(kStandards)) GTEST_SKIP() << "needs the standards' samples";
  auto files = sample({"osm/authored-sfc/nsd.yaml", "osm/authored-sfc/vnfd.yaml"});
  EXPECT_THAT(problems_of(read_service(package(files), testing_support::test_catalog(), images())),
              HasSubstr("VNF `nat` is of VNFD `nat-vnf`, which is not among the files"));
  files["nat.yaml"] = vnfd("nat-vnf", "nat-image", kDf);
  const auto service = read_service(package(files), testing_support::test_catalog(), images());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(
      lines_of(*service),
      testing::ElementsAre("service fw-nat-ns", "vnf fw of fw-vnf: fw:L3L4Filter", "vnf nat of nat-vnf: m:MacSwapper",
                           "link fw.out-ext nat.in-ext", "end client on client", "end datanet on datanet",
                           "path web client fw>nat datanet", "  match 6 10.0.0.2/32 any 10.0.3.5/32 80-80"));
  ASSERT_EQ(service->vnfs[0].aspects.size(), 1U);
  EXPECT_EQ(service->vnfs[0].aspects[0].max_level, 3U);
}

TEST(OsmStandards, EtsisExamplesAreServices) {
  if (!std::filesystem::exists(kStandards)) GTEST_SKIP() << "needs the standards' samples";
  for (const auto* name : {"sol006/examples/nfv-nsd.xml", "sol006/examples/nfv-vnfd.xml"}) {
    const auto validation = validate(package(sample({name})), testing_support::test_catalog(), images());
    EXPECT_TRUE(validation.valid()) << validation.text;
    EXPECT_TRUE(validation.warnings.empty()) << validation.warnings.front().message;
  }
  const auto service =
      read_service(package(sample({"sol006/examples/nfv-nsd.xml"})), testing_support::test_catalog(), images());
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(lines_of(*service),
              testing::ElementsAre("service firewall-nsd", "vnf firewall of ASA: firewall:CheckIPHeader",
                                   "end inside on inside", "end outside on outside",
                                   "path firewall-nsd inside firewall outside both ways"));
  EXPECT_EQ(service->vnfs[0].level, "single");
  EXPECT_EQ(service->vnfs[0].flavour, "normal");
}

}  // namespace
}  // namespace unf::tosca
