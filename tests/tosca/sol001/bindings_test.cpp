#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/support/test_catalog.h"
#include "tosca/reader.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;

/// A VNFFGD that leaves open where packets enter and what they match, and the VNFD that it leads them through.
const std::string kGraph = R"(tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0
topology_template:
  inputs:
    source: { type: string }
    servers: { type: string, constraints: [ { min_length: 5 } ] }
    port: { type: string, default: 80-80 }
    protocol: { type: integer, default: 6 }
  node_templates:
    path1:
      type: tosca.nodes.nfv.FP.TackerV2
      properties:
        policy:
          type: ACL
          criteria:
            - name: web
              classifier:
                network_src_port_id: { get_input: source }
                ip_proto: { get_input: protocol }
                ip_dst_prefix: { get_input: servers }
                destination_port_range: { get_input: port }
        path: [ { forwarder: vnfd, capability: CP1 }, { forwarder: vnfd, capability: CP2 } ]
  groups:
    graph: { type: tosca.groups.nfv.VNFFG, properties: { constituent_vnfs: [ vnfd ] }, members: [ path1 ] }
)";
const std::string kVnfd = R"(tosca_definitions_version: tosca_simple_profile_for_nfv_1_0_0
topology_template:
  node_templates:
    VDU1: { type: tosca.nodes.nfv.VDU.Tacker, properties: { image: cirros } }
    CP1:
      type: tosca.nodes.nfv.CP.Tacker
      properties: { order: 0 }
      requirements: [ { virtualLink: { node: VL1 } }, { virtualBinding: { node: VDU1 } } ]
    CP2:
      type: tosca.nodes.nfv.CP.Tacker
      properties: { order: 1 }
      requirements: [ { virtualLink: { node: VL2 } }, { virtualBinding: { node: VDU1 } } ]
    VL1: { type: tosca.nodes.nfv.VL, properties: { network_name: left } }
    VL2: { type: tosca.nodes.nfv.VL, properties: { network_name: right } }
)";

/// The graph, with documents `0`, `1`, ... that bind what it leaves open.
FileSet graph_with(const std::vector<std::string>& bindings) {
  FileSet files{.paths = {"graph.yaml", "vnfd.yaml"}, .files = {{"graph.yaml", kGraph}, {"vnfd.yaml", kVnfd}}};
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    files.paths.push_back(std::to_string(i));
    files.files.emplace(std::to_string(i), bindings[i]);
  }
  return files;
}

Result<ServiceRequest> read(const FileSet& files) {
  static const ImageMap kAnyImage{.pass_unmapped = true};
  const auto service = read_service(files, testing_support::test_catalog(), kAnyImage);
  const auto validation = validate(files, testing_support::test_catalog(), kAnyImage);
  EXPECT_EQ(validation.text, service ? "" : service.error().message) << "both readers say the same";
  return service;
}

std::string network_of(const ServiceRequest& service, std::string_view endpoint) {
  const auto found = std::ranges::find(service.endpoints, endpoint, &ServiceRequest::Endpoint::name);
  return found == service.endpoints.end() ? "none" : found->network;
}

TEST(Bindings, GiveInputsTheirValues) {
  const auto service = read(graph_with({"inputs:\n  source: wan\n  servers: 10.1.0.0/16\n  protocol: 17\n"}));
  ASSERT_TRUE(service) << service.error().message;
  ASSERT_EQ(service->paths.size(), 1);
  EXPECT_EQ(service->paths[0].in, "wan");
  EXPECT_EQ(network_of(*service, "wan"), "wan");
  EXPECT_THAT(service->paths[0].matches,
              ElementsAre(Match{.proto = 17, .dst = *IpPrefix::parse("10.1.0.0/16"), .dport = {80, 80}}));
}

TEST(Bindings, GiveEndpointsTheirNetworks) {
  const auto service = read(graph_with({"inputs: { servers: 10.1.0.0/16 }", "endpoints: { source: host-1.nic2 }"}));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->paths[0].in, "source") << "an input without a value is known by its name";
  EXPECT_EQ(network_of(*service, "source"), "host-1.nic2");
  EXPECT_EQ(network_of(*service, service->paths[0].out), "right");
}

TEST(Bindings, AreReported) {
  const auto files = graph_with({"inputs: { servers: 10.1.0.0/16 }\nendpoints: { source: dmz }"});
  const auto validation = validate(files, testing_support::test_catalog(), {.pass_unmapped = true});
  EXPECT_TRUE(validation.valid()) << validation.text;
  EXPECT_THAT(validation.mappings, Contains(AllOf(testing::Field(&Mapping::element, "endpoint `source`"),
                                                  testing::Field(&Mapping::became, "on network `dmz`"))));
}

TEST(Bindings, AreForAnyForm) {
  const std::string chain =
      R"({"vnfs": [{"name": "V", "nodes": [{"name": "in", "type": "NicIngress"}, {"name": "out", "type": "NicEgress"}],
                    "links": [{"from": "in", "to": "out"}]}],
          "sfc": {"name": "s", "nodes": [{"name": "v", "vnf": "V"}],
                  "links": [{"from": "a", "to": "v"}, {"from": "v", "to": "b"}],
                  "endpoints": [{"name": "a"}, {"name": "b"}]}})";
  const auto service =
      read({.paths = {"c.json", "bind"}, .files = {{"c.json", chain}, {"bind", "endpoints: { a: net-a, b: h.nic }"}}});
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(network_of(*service, "a"), "net-a");
  EXPECT_EQ(network_of(*service, "b"), "h.nic");
}

TEST(Bindings, OfAPackageAreNotTheOperators) {
  const auto service = read(
      {.paths = {"p"},
       .files = {
           {"p/graph.yaml", kGraph}, {"p/vnfd.yaml", kVnfd}, {"p/inputs.yaml", "inputs: { servers: 10.1.0.0/16 }"}}});
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, testing::HasSubstr("input `servers` has no value"));
}

struct BadBinding {
  const char* name;
  std::vector<std::string> documents;
  std::string problem;
};
class BadBindings : public testing::TestWithParam<BadBinding> {};
TEST_P(BadBindings, SayWhere) {
  const auto service = read(graph_with(GetParam().documents));
  ASSERT_FALSE(service);
  EXPECT_EQ(service.error().message, GetParam().problem);
}
INSTANTIATE_TEST_SUITE_P(
    Bindings, BadBindings,
    testing::Values(
        BadBinding{"Unknown",
                   {"inputs:\n  servers: 10.1.0.0/16\n  sourse: wan\n"},
                   "0:3: there is no input `sourse`, expected one of source, servers, port, protocol; did you mean "
                   "`source`?"},
        BadBinding{"UnknownForOneWithoutValue",
                   {"inputs:\n  server: 10.1.0.0/16\n"},
                   "0:2: there is no input `server`, expected one of source, servers, port, protocol; did you mean "
                   "`servers`?\ngraph.yaml:19: `get_input`: input `servers` has no value, expected one to be given, or "
                   "a `default`"},
        BadBinding{"UnknownEndpoint",
                   {"inputs: { servers: 10.1.0.0/16 }", "endpoints:\n  sorce: wan\n"},
                   "1:2: there is no endpoint `sorce`, expected one of source, right; did you mean `source`?"},
        BadBinding{"WrongType",
                   {"inputs:\n  servers: 10.1.0.0/16\n  protocol: tcp\n"},
                   "0:3: input `protocol` of `topology_template` is `tcp`, expected an integer\ngraph.yaml:18: "
                   "`ip_proto` of a classifier of `path1` is `tcp`, expected a number from 0 to 255"},
        BadBinding{"Constraint",
                   {"inputs: { servers: 10/8 }"},
                   "0:1: input `servers` of `topology_template` is `10/8`, expected a length of at least "
                   "5\ngraph.yaml:19: `ip_dst_prefix` of a classifier of `path1` is `10/8`, expected an address prefix "
                   "such as 10.0.0.0/24 or 2001:db8::/32"},
        BadBinding{"Twice",
                   {"inputs:\n  servers: 10.1.0.0/16\n", "inputs:\n\n  servers: 10.2.0.0/16\n"},
                   "1:3: `servers` again, first in 0:2; expected each name once"},
        BadBinding{"NoNetwork",
                   {"inputs: { servers: 10.1.0.0/16 }\nendpoints:\n  source: [ a, b ]\n"},
                   "0:3: endpoint `source` is a list, expected the name of a network or HOST.NIC"},
        BadBinding{
            "NoMap", {"inputs: { servers: 10.1.0.0/16 }\nendpoints: 5"}, "0:2: `endpoints` is `5`, expected a map"},
        BadBinding{"NotGiven",
                   {"endpoints: { source: wan }"},
                   "graph.yaml:19: `get_input`: input `servers` has no value, expected one to be given, or a "
                   "`default`"}),
    testing_support::by_name);

TEST(Bindings, AloneAreNoService) {
  const auto service = read({.paths = {"b"}, .files = {{"b", "inputs: { a: 1 }"}}});
  ASSERT_FALSE(service);
  EXPECT_THAT(service.error().message, testing::HasSubstr("no TOSCA in it"));
}

}  // namespace
}  // namespace unf::tosca
