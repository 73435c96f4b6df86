#include "tosca/sol001/image_map.h"

#include <gmock/gmock.h>

#include "tests/support/by_name.h"
#include "tests/tosca/support.h"
#include "tosca/image_map_reader.h"

namespace unf::tosca {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

Result<ImageMap> read_map(const std::string& text, std::map<std::string, std::string> beside = {}) {
  FileSet files{.paths = {"map.yaml"}, .files = {{"map.yaml", text}}};
  files.files.insert(beside.begin(), beside.end());
  return read_image_map(files, testing_support::test_catalog());
}

/// A map with one entry for each thing that a VDU can be found by.
const ImageMap& images() {
  static const ImageMap kImages = [] {
    auto map = read_map(
        "images:\n"
        "  capability: { type: IPTtlDecrementer }\n"
        "  image: { type: unf.nodes.CountUrl, config: { top: 3 } }\n"
        "  title: pass-through\n"
        "  filter: { type: L3L4Filter, config: { rules: fw.rules } }\n"
        "  router: { template: router.yaml, points: { left: 0, right: b } }\n"
        "  classifier: { type: HttpClassifier, points: { in: 0, http: 1, other: 2 } }\n",
        {{"fw.rules", "allow any any any any any\n"},
         {"router.yaml",
          vnfd_of_nodes("    a: { type: unf.nodes.CheckIPHeader, requirements: [ { out: b } ] }\n"
                        "    b: { type: unf.nodes.IPTtlDecrementer, requirements: [ { out: out } ] }\n")}});
    EXPECT_TRUE(map) << map.error().message;
    return std::move(*map);
  }();
  return kImages;
}

/// A VNFD whose node templates from line 9 on are `nodes`, and what substitution maps `requirements`.
std::string vnfd(const std::string& requirements, const std::string& nodes, const std::string& policies = {}) {
  return "tosca_definitions_version: tosca_simple_yaml_1_2\n"
         "topology_template:\n"
         "  substitution_mappings:\n"
         "    node_type: example.Vnf\n"
         "    requirements: " +
         requirements +
         "\n"
         "  policies: [" +
         policies +
         "]\n"
         "  node_templates:\n" +
         nodes;
}
std::string vdu(const std::string& name, const std::string& rest = {}) {
  return "    " + name + ": { type: tosca.nodes.nfv.Vdu.Compute, properties: { name: " + name +
         ", description: d, vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 4 } }" + rest + " }\n";
}
std::string point(const std::string& name, const std::string& of, int order, const std::string& link = {}) {
  return fmt::format(
      "    {}: {{ type: tosca.nodes.nfv.VduCp, properties: {{ layer_protocols: [ ipv4 ], order: {} }}, requirements: [ "
      "{{ "
      "virtual_binding: {} }}{} ] }}\n",
      name, order, of, link.empty() ? "" : ", { virtual_link: " + link + " }");
}
std::string link(const std::string& name) { return "    " + name + ": { type: tosca.nodes.nfv.VnfVirtualLink }\n"; }

Result<ServiceRequest> read(const std::string& text, const ImageMap& map = images()) {
  return read_service({.paths = {"v.yaml"}, .files = {{"v.yaml", text}}}, testing_support::test_catalog(), map);
}
std::vector<std::string> nodes_of(const ServiceRequest& service) {
  std::vector<std::string> nodes;
  for (const auto& node : service.vnfs.at(0).graph.nodes) nodes.push_back(node.name + ":" + node.type);
  return nodes;
}
std::vector<std::string> edges_of(const ServiceRequest& service) {
  std::vector<std::string> edges;
  for (const auto& edge : service.vnfs.at(0).graph.edges) edges.push_back(edge.from + "." + edge.gate + " " + edge.to);
  return edges;
}

struct Found {
  const char* name;
  std::string vdus;
  const char* node;  ///< NAME:TYPE
};
class FoundBy : public testing::TestWithParam<Found> {};
TEST_P(FoundBy, ItsTemplateRuns) {
  const auto service = read(vnfd("{ l: [ a, virtual_link ], r: [ b, virtual_link ] }",
                                 GetParam().vdus + point("a", "m", 0) + point("b", "m", 1)));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(nodes_of(*service), UnorderedElementsAre("a:NicIngress", GetParam().node, "b:NicEgress"));
  EXPECT_THAT(edges_of(*service), UnorderedElementsAre("a.out m", "m.out b"));
  EXPECT_THAT(service->vnfs[0].graph.inputs, ElementsAre(Pair("l", "a")));
  EXPECT_THAT(service->vnfs[0].graph.outputs, ElementsAre(Pair("r", "b")));
}
const std::string kStorage =
    "    disk: { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, properties: { virtual_block_storage_data: { "
    "size_of_storage: 1 GB, rdma_enabled: false }, sw_image_data: { name: image } } }\n";
INSTANTIATE_TEST_SUITE_P(
    Vdus, FoundBy,
    testing::Values(
        Found{"Capability",
              vdu("m",
                  ", capabilities: { virtual_compute: { properties: { requested_additional_capabilities: { x: { "
                  "requested_additional_capability_name: capability } } } } }"),
              "m:IPTtlDecrementer"},
        Found{"ImageOfItsOwn",
              "    m: { type: tosca.nodes.nfv.Vdu.Compute, properties: { name: x, sw_image_data: { name: image } } }\n",
              "m:CountUrl"},
        Found{"ImageOfItsStorage", vdu("m", ", requirements: [ { virtual_storage: disk } ]") + kStorage, "m:CountUrl"},
        Found{"ShortArtifact",
              "    m: { type: tosca.nodes.nfv.Vdu.Compute, properties: { name: title }, artifacts: { sw_image: "
              "../Files/i.img } }\n",
              "m:Forward"},
        Found{"Title", "    m: { type: tosca.nodes.nfv.Vdu.Compute, properties: { name: filter } }\n", "m:L3L4Filter"}),
    testing_support::by_name);

TEST(ImageMapping, JoinsVdusByInternalLinksAndTemplatesOfSeveralUnfs) {
  const auto service =
      read(vnfd("[ { l: [ p, virtual_link ] }, { r: [ s, virtual_link ] } ]",
                vdu("filter") + vdu("router") + point("p", "filter", 0) + point("q", "filter", 1, "net") +
                    point("a", "router", 0, "net") +
                    "    b: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ ipv4 ] }, "
                    "requirements: [ { virtual_binding: router }, { virtual_link: out_net } ] }\n" +
                    "    s: { type: tosca.nodes.nfv.VnfExtCp, requirements: [ { internal_virtual_link: "
                    "out_net } ] }\n" +
                    link("net") + link("out_net")));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(nodes_of(*service), UnorderedElementsAre("p:NicIngress", "filter:L3L4Filter", "router.a:CheckIPHeader",
                                                       "router.b:IPTtlDecrementer", "b:NicEgress"));
  EXPECT_THAT(edges_of(*service),
              UnorderedElementsAre("p.out filter", "filter.out router.a", "router.a.out router.b", "router.b.out b"));
  EXPECT_EQ(service->artifacts.size(), 1U);
  ASSERT_EQ(service->paths.size(), 1U);
  EXPECT_TRUE(service->paths[0].symmetric);
}

TEST(ImageMapping, AVduWithOnePointTakesAndSendsThere) {
  const auto service = read(vnfd("{ l: [ p, virtual_link ] }", vdu("filter") + point("p", "filter", 0)));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(edges_of(*service), UnorderedElementsAre("p.out filter", "filter.out p-out"));
  ASSERT_EQ(service->endpoints.size(), 1U);
  EXPECT_EQ(service->paths.at(0).in, service->paths.at(0).out);
}

TEST(ImageMapping, EveryGateHasItsPoint) {
  const auto service = read(vnfd(
      "{ l: [ p, virtual_link ], h: [ q, virtual_link ], o: [ r, virtual_link ] }",
      vdu("classifier") + point("p", "classifier", 0) + point("q", "classifier", 1) + point("r", "classifier", 2)));
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_THAT(edges_of(*service), UnorderedElementsAre("p.out classifier", "classifier.http q", "classifier.other r"));
}

TEST(ImageMapping, ScalingOfAVduIsThatOfItsUnfs) {
  const auto service = read(
      vnfd("{ l: [ a, virtual_link ], r: [ b, virtual_link ] }",
           vdu("router") + point("a", "router", 0) + point("b", "router", 1),
           "{ asp: { type: tosca.policies.nfv.ScalingAspects, properties: { aspects: { more: { name: more, "
           "description: d, max_scale_level: 2, step_deltas: [ d1 ] } } } } }, { del: { type: "
           "tosca.policies.nfv.VduScalingAspectDeltas, properties: { aspect: more, deltas: { d1: { "
           "number_of_instances: 1 } } }, targets: [ router ] } }, { init: { type: "
           "tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { number_of_instances: 2 } }, targets: "
           "[ router ] } }, { aff: { type: tosca.policies.nfv.AffinityRule, properties: { scope: nfvi_node }, "
           "targets: [ router ] } }"));
  ASSERT_TRUE(service) << service.error().message;
  auto vnf = service->vnfs[0];
  vnf.scale["more"] = 2;
  EXPECT_EQ(instances_of(vnf, "router.a"), 4U);
  EXPECT_EQ(instances_of(vnf, "router.b"), 4U);
  ASSERT_EQ(vnf.affinity.size(), 1U);
  EXPECT_THAT(vnf.affinity[0].nodes, ElementsAre("router.a", "router.b"));
}

TEST(ImageMapping, WhatIsNotInItPassesOnlyIfToldSo) {
  const auto text = vnfd("{ l: [ a, virtual_link ], r: [ b, virtual_link ] }",
                         vdu("other") + point("a", "other", 0) + point("b", "other", 1));
  EXPECT_EQ(problems_of(read(text)),
            "v.yaml:8: VDU `other` of type tosca.nodes.nfv.Vdu.Compute is no uNF, expected a type derived from "
            "unf.nodes.MicroNF, or an entry of the image map for other");
  const auto passed = read(text, {.pass_unmapped = true});
  ASSERT_TRUE(passed) << passed.error().message;
  EXPECT_THAT(nodes_of(*passed), testing::Contains("other:Forward"));
}

TEST(ImageMapping, HooksAreRefusedOrReported) {
  const auto text = vnfd("{ l: [ a, virtual_link ], r: [ b, virtual_link ] }",
                         vdu("filter") + point("a", "filter", 0) + point("b", "filter", 1) +
                             "    VNF:\n      type: tosca.nodes.nfv.VNF\n      interfaces:\n        Vnflcm:\n"
                             "          instantiate: []\n          terminate: { inputs: { x: 1 } }\n"
                             "          instantiate_start: { implementation: boot.sh }\n");
  EXPECT_EQ(problems_of(read(text)),
            "v.yaml:17: operation `instantiate_start` of Vnflcm is implemented by `boot.sh`, which is not run here, "
            "expected none");
  auto tolerant = images();
  tolerant.pass_unmapped = true;
  EXPECT_TRUE(read(text, tolerant));
}

TEST(ImageMapping, ScriptsAreFoundInEveryNotation) {
  for (const auto* implemented :
       {"{ implementation: { primary: { file: s.sh, type: x } } }", "{ implementation: { file: s.sh } }", "s.sh"}) {
    const auto text = vnfd("{ l: [ a, virtual_link ], r: [ b, virtual_link ] }",
                           vdu("filter") + point("a", "filter", 0) + point("b", "filter", 1) +
                               "    VNF: { type: tosca.nodes.nfv.VNF, interfaces: { Vnflcm: { type: "
                               "tosca.interfaces.nfv.Vnflcm, description: Lifecycle, heal: " +
                               implemented + " } } }\n");
    EXPECT_EQ(problems_of(read(text)),
              "v.yaml:11: operation `heal` of Vnflcm is implemented by `s.sh`, which is not run here, expected none");
  }
}

TEST(ImageMapping, VirtualAddressesMayBeMapped) {
  const auto service =
      read(vnfd("{ l: [ a, virtual_link ], r: [ b, virtual_link ], vip: [ v, virtual_link ] }",
                vdu("filter") + point("a", "filter", 0) + point("b", "filter", 1) +
                    "    v: { type: tosca.nodes.nfv.VipCp, properties: { vip_function: load_balance }, "
                    "requirements: [ { target: a } ] }\n"));
  EXPECT_TRUE(service) << service.error().message;
}

struct Bad {
  const char* name;
  std::string text;
  const char* problem;
};
class Unjoined : public testing::TestWithParam<Bad> {};
TEST_P(Unjoined, IsReported) { EXPECT_THAT(problems_of(read(GetParam().text)), HasSubstr(GetParam().problem)); }
const std::string kEnds = "{ l: [ p, virtual_link ], r: [ z, virtual_link ] }";
INSTANTIATE_TEST_SUITE_P(
    Vdus, Unjoined,
    testing::Values(
        Bad{"NoPoint", vnfd("{}", vdu("filter")),
            "v.yaml:8: VDU `filter` has no connection point for `in`, expected a"},
        Bad{"PointThatIsNotThere", vnfd("{ l: [ p, virtual_link ] }", vdu("router") + point("p", "router", 0)),
            "v.yaml:8: VDU `router` has no connection point `b` for `right`"},
        Bad{"NoLink", vnfd(kEnds, vdu("filter") + point("p", "filter", 0) + point("q", "filter", 1)),
            "v.yaml:10: connection point `q` of VDU `filter` sends packets to no virtual link"},
        Bad{"TwoTakers",
            vnfd(kEnds, vdu("filter") + vdu("title") + vdu("classifier") + point("p", "filter", 0) +
                            point("q", "filter", 1, "net") + point("s", "title", 0, "net") + point("z", "title", 1) +
                            point("t", "classifier", 0, "net") + link("net")),
            "packets that `q` sends to virtual link `net` are taken in by classifier and title, expected one VDU"},
        Bad{"PortTwice",
            vnfd("{ l: [ e, external_virtual_link ], r: [ z, virtual_link ] }",
                 vdu("filter") + vdu("title") + point("p", "filter", 0, "net") + point("q", "filter", 1, "two") +
                     point("s", "title", 0, "net") + point("z", "title", 1) +
                     "    e: { type: tosca.nodes.nfv.VnfExtCp, requirements: [ { internal_virtual_link: net } ] }\n" +
                     link("net") + link("two")),
            "`l` is mapped to `p` and `s`, expected one connection point for it"}),
    testing_support::by_name);

struct BadMap {
  const char* name;
  const char* text;
  const char* problem;
};
class ImageMaps : public testing::TestWithParam<BadMap> {};
TEST_P(ImageMaps, AreReportedByLine) {
  const std::string head =
      "tosca_definitions_version: tosca_simple_yaml_1_3\ntopology_template:\n  substitution_mappings: { node_type: v, "
      "requirements: { ";
  const auto map =
      read_map(GetParam().text,
               {{"straight.yaml", head + "l: in, r: out } }\n  node_templates:\n    in: { type: unf.nodes.NicIngress, "
                                         "requirements: [ { out: out } ] }\n    out: { type: "
                                         "unf.nodes.NicEgress }\n"},
                {"two.yaml", head + "l: in, m: in2, r: out } }\n  node_templates:\n    in: { type: "
                                    "unf.nodes.NicIngress, requirements: [ { out: f } ] }\n    in2: { type: "
                                    "unf.nodes.NicIngress, requirements: [ { out: f } ] }\n    f: { type: "
                                    "unf.nodes.Forward, requirements: [ { out: out } ] }\n    out: { type: "
                                    "unf.nodes.NicEgress }\n"}});
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, Errc::malformed);
  EXPECT_THAT(map.error().message, HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(
    Maps, ImageMaps,
    testing::Values(
        BadMap{"Empty", "{}", "map.yaml:1: no `images`, expected a map of names of images"},
        BadMap{"UnknownKey", "image: {}",
               "map.yaml:1: unknown key `image` in an image map, expected images; did you mean"},
        BadMap{"Form", "images:\n  a: [ x ]\n",
               "map.yaml:2: image `a` is a list, expected `pass-through`, or a map with"},
        BadMap{"Both", "images: { a: { type: Forward, template: t.yaml } }", "image `a` has both, expected `type` or"},
        BadMap{"Neither", "images: { a: {} }", "image `a` has neither, expected `type` or `template`"},
        BadMap{"UnknownType", "images: { a: { type: CountUrls } }",
               "type `CountUrls` of image `a` is no uNF of the catalogue; did you mean `CountUrl`?"},
        BadMap{"BadConfig", "images: { a: { type: CountUrl, config: { top: x } } }",
               "property `a.top` is `x`, expected"},
        BadMap{"NoRules", "images: { a: { type: L3L4Filter, config: { rules: none.rules } } }",
               "rule file `none.rules` is absent"},
        BadMap{"NoTemplate", "images: { a: { template: t.yaml } }",
               "template `t.yaml` is absent, expected a VNFD beside"},
        BadMap{"Outside", "images: { a: { template: ../t.yaml } }", "template `../t.yaml` is outside the package"},
        BadMap{"NoPoints", "images: { a: { type: HttpClassifier } }",
               "image `a` has no `points`, but 1 inputs and 2 outputs"},
        BadMap{"PointTwice", "images: { a: { template: two.yaml, points: { l: 0, m: 0, r: 1 } } }",
               "inputs `l` and `m` of image `a` are one connection point, expected one for each"},
        BadMap{"NothingBetween", "images: { a: { template: straight.yaml } }",
               "template `straight.yaml` leads packets from `in` straight to `out`, expected a uNF between them"},
        BadMap{"UnknownPoint", "images: { a: { type: Forward, points: { into: 0 } } }",
               "point `into` of image `a`, expected one of in, out and an order or name"}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::tosca
