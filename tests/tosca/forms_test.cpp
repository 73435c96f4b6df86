#include <gmock/gmock.h>

#include "graph/compile/compile.h"
#include "graph/model/service_request_json.h"
#include "tests/support/by_name.h"
#include "tests/tosca/support.h"
#include "tosca/image_map_reader.h"

namespace unf::tosca {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

/// One chain, in each form: TCP to port 80 of 10.9.0.0/16 goes from endpoint `in` through firewall and translator, both
/// with connection points `in` and `out`, to endpoint `out`, on path `web`.
struct Form {
  const char* name;
  Files files;
};

const std::string kImages =
    "images:\n  wall: { type: L3L4Filter, config: { rules: w.rules } }\n  translator: { type: MacSwapper }\n";

const std::string kSol001Vnfd = R"(tosca_definitions_version: tosca_simple_yaml_1_3
imports: [ etsi_nfv_sol001_vnfd_types.yaml ]
node_types:
  x.NAME: { derived_from: tosca.nodes.nfv.VNF, properties: { descriptor_id: { type: string, default: NAME } } }
topology_template:
  substitution_mappings: { node_type: x.NAME, requirements: { in: [ in, virtual_link ], out: [ out, virtual_link ] } }
  node_templates:
    NAME:
      type: tosca.nodes.nfv.Vdu.Compute
      properties: { name: NAME, description: d, vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 1 }, sw_image_data: { name: IMAGE } }
    in: { type: tosca.nodes.nfv.VduCp, properties: { order: 0, layer_protocols: [ ethernet ] }, requirements: [ { virtual_binding: NAME } ] }
    out: { type: tosca.nodes.nfv.VduCp, properties: { order: 1, layer_protocols: [ ethernet ] }, requirements: [ { virtual_binding: NAME } ] }
)";
const std::string kSol001Nsd = R"(tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: web }
imports: [ etsi_nfv_sol001_nsd_types.yaml, wall.yaml, nat.yaml ]
topology_template:
  node_templates:
    wall: { type: x.wall, requirements: [ { in: l1 }, { out: l2 } ] }
    nat: { type: x.nat, requirements: [ { in: l2 }, { out: l3 } ] }
    in: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: l1 } ] }
    out: { type: tosca.nodes.nfv.Sap, requirements: [ { internal_virtual_link: l3 } ] }
    l1: { type: tosca.nodes.nfv.NsVirtualLink }
    l2: { type: tosca.nodes.nfv.NsVirtualLink }
    l3: { type: tosca.nodes.nfv.NsVirtualLink }
    f1: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: l1 } ] }
    f2: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: l2 } ] }
    f3: { type: tosca.nodes.nfv.Forwarding, requirements: [ { virtual_link: l3 } ] }
    e-in: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f1 } ] }
    e-wall: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f1 }, { profile_element: f2 } ] }
    e-nat: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f2 }, { profile_element: f3 } ] }
    e-out: { type: tosca.nodes.nfv.NfpPositionElement, requirements: [ { profile_element: f3 } ] }
    p1: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e-in } ] }
    p2: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e-wall } ] }
    p3: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e-nat } ] }
    p4: { type: tosca.nodes.nfv.NfpPosition, requirements: [ { element: e-out } ] }
    web: { type: tosca.nodes.nfv.NFP, requirements: [ { nfp_position: p1 }, { nfp_position: p2 }, { nfp_position: p3 }, { nfp_position: p4 } ] }
  policies:
    - r: { type: tosca.policies.nfv.NfpRule, targets: [ web ], properties: { protocol: tcp, destination_ip_address_prefix: 10.9.0.0/16, destination_port_range: [ 80, 80 ] } }
)";

const std::string kTackerVnfd = R"(tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0
metadata: { template_name: NAME }
topology_template:
  node_templates:
    NAME: { type: tosca.nodes.nfv.VDU.Tacker, properties: { image: IMAGE } }
    in: { type: tosca.nodes.nfv.CP.Tacker, properties: { order: 0 }, requirements: [ { virtualLink: l }, { virtualBinding: NAME } ] }
    out: { type: tosca.nodes.nfv.CP.Tacker, properties: { order: 1 }, requirements: [ { virtualLink: m }, { virtualBinding: NAME } ] }
    l: { type: tosca.nodes.nfv.VL, properties: { vendor: Tacker, network_name: net0 } }
    m: { type: tosca.nodes.nfv.VL, properties: { vendor: Tacker, network_name: net1 } }
)";
const std::string kTackerGraph = R"(tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0
metadata: { template_name: web }
topology_template:
  node_templates:
    web:
      type: tosca.nodes.nfv.FP.TackerV2
      properties:
        policy:
          type: ACL
          criteria:
            - { name: c, classifier: { network_src_port_id: in, network_dst_port_id: out, ip_proto: 6, ip_dst_prefix: 10.9.0.5/16, destination_port_range: 80-80 } }
        path: [ { forwarder: wall, capability: in }, { forwarder: wall, capability: out }, { forwarder: nat, capability: in }, { forwarder: nat, capability: out } ]
)";

const std::string kYang = R"({
"service-function-type:service-function-types": {"service-function-type": [{"type": "wall"}, {"type": "translator"}]},
"service-function:service-functions": {"service-function": [
  {"name": "wall", "type": "wall", "ip-mgmt-address": "192.0.2.1"}, {"name": "nat", "type": "translator", "ip-mgmt-address": "192.0.2.2"}]},
"service-function-forwarder:service-function-forwarders": {"service-function-forwarder": [{"name": "f"}]},
"service-function-chain:service-function-chains": {"service-function-chain": [{"name": "c", "sfc-service-function": [
  {"name": "1", "type": "wall", "order": 0}, {"name": "2", "type": "translator", "order": 1}]}]},
"service-function-path:service-function-paths": {"service-function-path": [{"name": "web", "service-chain-name": "c", "classifier": "k",
  "service-path-hop": [{"hop-number": 0, "service-function-name": "wall"}, {"hop-number": 1, "service-function-name": "nat"}]}]},
"ietf-access-control-list:access-lists": {"acl": [{"acl-type": "ietf-access-control-list:ipv4-acl", "acl-name": "l", "access-list-entries": {"ace": [
  {"rule-name": "r", "matches": {"destination-ipv4-network": "10.9.0.0/16", "protocol": 6, "destination-port-range": {"lower-port": 80, "upper-port": 80}},
   "actions": {"service-function-acl:rendered-service-path": "web"}}]}}]},
"service-function-classifier:service-function-classifiers": {"service-function-classifier": [{"name": "k",
  "acl": {"name": "l", "type": "ietf-access-control-list:ipv4-acl"}, "scl-service-function-forwarder": [{"name": "f", "interface": "in"}]}]}
})";

const std::string kOsmVnfd = R"(vnfd:
  id: d-NAME
  ext-cpd: [ { id: in, int-cpd: { vdu-id: NAME, cpd: i } }, { id: out, int-cpd: { vdu-id: NAME, cpd: o } } ]
  vdu:
  - id: NAME
    sw-image-desc: IMAGE
    int-cpd:
    - { id: i, virtual-network-interface-requirement: [ { name: eth0, position: 0 } ] }
    - { id: o, virtual-network-interface-requirement: [ { name: eth1, position: 1 } ] }
  sw-image-desc: [ { id: IMAGE, name: IMAGE } ]
  df: [ { id: f, vdu-profile: [ { id: NAME, min-number-of-instances: 1 } ] } ]
)";
const std::string kOsmNsd = R"(nsd:
  nsd:
  - id: web
    virtual-link-desc: [ { id: out } ]
    df:
    - id: f
      vnf-profile:
      - { id: in, vnfd-id: host, virtual-link-connectivity: [ { virtual-link-profile-id: out, constituent-cpd-id: [ { constituent-base-element-id: in, constituent-cpd-id: eth0 } ] } ] }
      - { id: wall, vnfd-id: d-wall, virtual-link-connectivity: [ { virtual-link-profile-id: out, constituent-cpd-id: [ { constituent-base-element-id: wall, constituent-cpd-id: in }, { constituent-base-element-id: wall, constituent-cpd-id: out } ] } ] }
      - { id: nat, vnfd-id: d-nat, virtual-link-connectivity: [ { virtual-link-profile-id: out, constituent-cpd-id: [ { constituent-base-element-id: nat, constituent-cpd-id: in }, { constituent-base-element-id: nat, constituent-cpd-id: out } ] } ] }
    vnffgd:
    - id: g
      vnf-profile-id: [ wall, nat ]
      nfpd:
      - id: web
        position-desc-id:
        - id: p
          nfp-position-element-id: [ e ]
          cp-profile-id:
          - id: c
            constituent-profile-elements:
            - { id: h1, order: 0, constituent-base-element-id: wall, ingress-constituent-cpd-id: in, egress-constituent-cpd-id: out }
            - { id: h2, order: 1, constituent-base-element-id: nat, ingress-constituent-cpd-id: in, egress-constituent-cpd-id: out }
          match-attributes:
          - { id: m, ip-proto: 6, destination-ip-address: 10.9.0.0/16, source-port: 0, destination-port: 80, constituent-base-element-id: in }
)";

const std::string kXmlVnfd = R"(<vnfd><id>d-NAME</id>
  <ext-cpd><id>in</id><int-cpd><vdu-id>NAME</vdu-id><cpd>i</cpd></int-cpd></ext-cpd>
  <ext-cpd><id>out</id><int-cpd><vdu-id>NAME</vdu-id><cpd>o</cpd></int-cpd></ext-cpd>
  <vdu><id>NAME</id><sw-image-desc>IMAGE</sw-image-desc>
    <int-cpd><id>i</id><virtual-network-interface-requirement><name>eth0</name><position>0</position></virtual-network-interface-requirement></int-cpd>
    <int-cpd><id>o</id><virtual-network-interface-requirement><name>eth1</name><position>1</position></virtual-network-interface-requirement></int-cpd></vdu>
  <sw-image-desc><id>IMAGE</id><name>IMAGE</name></sw-image-desc>
  <df><id>f</id><vdu-profile><id>NAME</id><min-number-of-instances>1</min-number-of-instances></vdu-profile></df></vnfd>
)";
const std::string kXmlNsd = R"(<nsd><id>web</id><name>web</name>
  <virtual-link-desc><id>in</id></virtual-link-desc><virtual-link-desc><id>middle</id></virtual-link-desc><virtual-link-desc><id>out</id></virtual-link-desc>
  <sapd><id>in</id><virtual-link-desc>in</virtual-link-desc></sapd><sapd><id>out</id><virtual-link-desc>out</virtual-link-desc></sapd>
  <df><id>f</id>
    <vnf-profile><id>wall</id><vnfd-id>d-wall</vnfd-id>
      <virtual-link-connectivity><virtual-link-profile-id>in</virtual-link-profile-id><constituent-cpd-id><constituent-base-element-id>wall</constituent-base-element-id><constituent-cpd-id>in</constituent-cpd-id></constituent-cpd-id></virtual-link-connectivity>
      <virtual-link-connectivity><virtual-link-profile-id>middle</virtual-link-profile-id><constituent-cpd-id><constituent-base-element-id>wall</constituent-base-element-id><constituent-cpd-id>out</constituent-cpd-id></constituent-cpd-id></virtual-link-connectivity></vnf-profile>
    <vnf-profile><id>nat</id><vnfd-id>d-nat</vnfd-id>
      <virtual-link-connectivity><virtual-link-profile-id>middle</virtual-link-profile-id><constituent-cpd-id><constituent-base-element-id>nat</constituent-base-element-id><constituent-cpd-id>in</constituent-cpd-id></constituent-cpd-id></virtual-link-connectivity>
      <virtual-link-connectivity><virtual-link-profile-id>out</virtual-link-profile-id><constituent-cpd-id><constituent-base-element-id>nat</constituent-base-element-id><constituent-cpd-id>out</constituent-cpd-id></constituent-cpd-id></virtual-link-connectivity></vnf-profile></df>
  <vnffgd><id>g</id>
    <nfp-position-element><id>1</id><desc><vnf-profile><vnf-profile-id>wall</vnf-profile-id></vnf-profile><vnf><vnfd-id>d-wall</vnfd-id><cpd-id>in</cpd-id></vnf></desc></nfp-position-element>
    <nfp-position-element><id>2</id><desc><vnf-profile><vnf-profile-id>wall</vnf-profile-id></vnf-profile><vnf><vnfd-id>d-wall</vnfd-id><cpd-id>out</cpd-id></vnf></desc></nfp-position-element>
    <nfp-position-element><id>3</id><desc><vnf-profile><vnf-profile-id>nat</vnf-profile-id></vnf-profile><vnf><vnfd-id>d-nat</vnfd-id><cpd-id>in</cpd-id></vnf></desc></nfp-position-element>
    <nfp-position-element><id>4</id><desc><vnf-profile><vnf-profile-id>nat</vnf-profile-id></vnf-profile><vnf><vnfd-id>d-nat</vnfd-id><cpd-id>out</cpd-id></vnf></desc></nfp-position-element>
    <nfpd><id>web</id><rule>tcp any any 10.9.0.0/16 80</rule>
      <position-desc><id>p</id><nfp-position-element-id>1</nfp-position-element-id><nfp-position-element-id>2</nfp-position-element-id></position-desc>
      <position-desc><id>q</id><nfp-position-element-id>3</nfp-position-element-id><nfp-position-element-id>4</nfp-position-element-id></position-desc></nfpd></vnffgd></nsd>
)";

const std::string kPaper = R"({"vnfs": [
 {"name": "Wall", "nodes": [{"name": "in", "type": "NicIngress"}, {"name": "wall", "type": "L3L4Filter", "config": {"rules": "w.rules"}},
   {"name": "out", "type": "NicEgress"}], "links": [{"from": "in", "to": "wall"}, {"from": "wall", "to": "out"}]},
 {"name": "Nat", "nodes": [{"name": "in", "type": "NicIngress"}, {"name": "nat", "type": "MacSwapper"},
   {"name": "out", "type": "NicEgress"}], "links": [{"from": "in", "to": "nat"}, {"from": "nat", "to": "out"}]}],
"sfc": {"name": "web", "nodes": [{"name": "wall", "vnf": "Wall"}, {"name": "nat", "vnf": "Nat"}],
 "links": [{"from": "wall", "label": "out", "to": "nat"}], "endpoints": [{"name": "in"}, {"name": "out"}],
 "paths": [{"name": "web", "in": "in", "out": "out", "hops": ["wall", "nat"], "matches": [{"proto": "tcp", "dst": "10.9.0.0/16", "dport": 80}]}]}})";

std::string filled(std::string text, const std::string& name, const std::string& image) {
  for (const auto& [what, by] : {std::pair{std::string{"NAME"}, name}, {std::string{"IMAGE"}, image}}) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
      text.replace(at, what.size(), by);
  }
  return text;
}
Files with_vnfds(const std::string& file, const std::string& graph, const std::string& vnfd) {
  return {{"0" + file, graph},
          {"wall.yaml", filled(vnfd, "wall", "wall")},
          {"nat.yaml", filled(vnfd, "nat", "translator")}};
}

const std::vector<Form>& forms() {
  static const std::vector<Form> kForms{
      {"Sol001", with_vnfds("n.yaml", kSol001Nsd, kSol001Vnfd)},
      {"Tacker", with_vnfds("g.yaml", kTackerGraph, kTackerVnfd)},
      {"SfcYang", {{"y.json", kYang}}},
      {"Osm", with_vnfds("n.yaml", kOsmNsd, kOsmVnfd)},
      {"Sol006",
       {{"n.xml", "<nfv xmlns=\"urn:etsi:nfv:yang:etsi-nfv-descriptors\">\n" + filled(kXmlVnfd, "wall", "wall") +
                      filled(kXmlVnfd, "nat", "translator") + kXmlNsd + "</nfv>\n"}}},
      {"Paper", {{"s.json", kPaper}, {"w.rules", "allow tcp any any any 80\n"}}}};
  return kForms;
}

Result<ServiceRequest> read(const Form& form) {
  const auto images =
      read_image_map({.paths = {"m"}, .files = {{"m", kImages}, {"w.rules", "allow tcp any any any 80\n"}}},
                     testing_support::test_catalog());
  EXPECT_TRUE(images) << images.error().message;
  FileSet set{.paths = {}, .files = form.files};
  for (const auto& [name, text] : form.files) {
    if (!name.ends_with(".rules")) set.paths.push_back(name);
  }
  return read_service(set, testing_support::test_catalog(), *images);
}

/// Without what a form has its own names for.
nlohmann::json up_to_names(ServiceRequest service) {
  for (auto& vnf : service.vnfs) {
    vnf.vnfd_id.clear();
    vnf.flavour.clear();
    vnf.level.clear();
    vnf.levels.clear();
  }
  return to_json(service);
}

class OneChain : public testing::TestWithParam<std::size_t> {};

TEST_P(OneChain, IsOneServiceAndOnePlanInEachForm) {
  const auto& form = forms()[GetParam()];
  const auto first = read(forms().front()), service = read(form);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(service) << form.name << "\n" << service.error().message;
  EXPECT_EQ(up_to_names(*service), up_to_names(*first)) << form.name;

  const auto catalog = testing_support::test_catalog();
  const auto plan = graph::compile(*service, catalog, Inventory::built_in()),
             same = graph::compile(*first, catalog, Inventory::built_in());
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(dump(*plan), dump(*same)) << form.name;
}

TEST_P(OneChain, IsTheSameWhenConverted) {
  const auto service = read(forms()[GetParam()]);
  ASSERT_TRUE(service) << service.error().message;
  const auto read_again = again(*service);
  ASSERT_TRUE(read_again) << read_again.error().message;
  EXPECT_EQ(to_json(*read_again), to_json(*service));
}

INSTANTIATE_TEST_SUITE_P(Forms, OneChain, testing::Range<std::size_t>(0, 6),
                         [](const auto& one) { return std::string{forms()[one.param].name}; });

}  // namespace
}  // namespace unf::tosca
