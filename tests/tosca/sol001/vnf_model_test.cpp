#include "tosca/sol001/vnf_model.h"

#include <gmock/gmock.h>

#include "tests/support/test_catalog.h"

namespace unf::tosca {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::Optional;

constexpr auto kVnfd = R"(tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  inputs: { cpus: { type: integer, default: 2 }, later: { type: string } }
  substitution_mappings:
    node_type: t.V
    requirements: [ { left: [ a, virtual_link ] }, { right: { mapping: [ e, external_virtual_link ] } }, { open: [] } ]
  node_templates:
    VNF:
      type: tosca.nodes.nfv.VNF
      interfaces:
        Vnflcm:
          type: tosca.interfaces.nfv.Vnflcm
          instantiate: []
          heal: { implementation: { primary: heal.py, dependencies: [ lib ] } }
          operations: { scale_start: scale.sh, scale_end: { inputs: { x: 1 } } }
    m:
      type: tosca.nodes.nfv.Vdu.Compute
      properties: { name: { get_input: later }, vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 4 } }
      capabilities:
        virtual_compute:
          properties:
            virtual_cpu: { num_virtual_cpu: { get_input: cpus } }
            virtual_memory: { virtual_mem_size: 512 MiB }
            requested_additional_capabilities: { r: { requested_additional_capability_name: m1.small } }
      requirements: [ { virtual_storage: disk } ]
    disk:
      type: tosca.nodes.nfv.Vdu.VirtualBlockStorage
      artifacts:
        sw_image:
          type: tosca.artifacts.nfv.SwImage
          file: ../Files/i.qcow2
          properties: { name: image, version: 1.10, checksum: { algorithm: sha-512, hash: ab }, min_disk: 2 GB, size: 12 }
    a:
      type: tosca.nodes.nfv.VduCp
      properties: { order: 1, role: leaf, vnic_type: direct }
      requirements: [ { virtual_binding: m }, { virtual_link: net } ]
    e: { type: tosca.nodes.nfv.VnfExtCp, requirements: [ { internal_virtual_link: net } ] }
    net:
      type: tosca.nodes.nfv.VnfVirtualLink
      properties:
        connectivity_type: { layer_protocols: [ ipv4, ipv6 ], flow_pattern: mesh }
        vl_profile: { max_bitrate_requirements: { root: 2000, leaf: 1000 }, min_bitrate_requirements: { root: 1 Kbps } }
  policies:
    - levels:
        type: tosca.policies.nfv.VirtualLinkInstantiationLevels
        properties: { levels: { small: { bitrate_requirements: { root: 10, leaf: 5 } } } }
        targets: [ net ]
    - deltas:
        type: tosca.policies.nfv.VirtualLinkBitrateScalingAspectDeltas
        properties: { aspect: more, deltas: { d1: { bitrate_requirements: { root: 3 } } } }
        targets: [ net ]
    - busy: { type: tosca.policies.nfv.VnfIndicator, properties: { source: vnf }, targets: [ VNF ] }
)";

TEST(VnfModel, HasWhatAVnfdSaysInTermsOfMachines) {
  const FileSet files{.paths = {"v.yaml"}, .files = {{"v.yaml", kVnfd}}};
  Report report;
  Documents documents{files, testing_support::test_catalog(), report};
  const auto* document = documents.open("v.yaml", "");
  ASSERT_NE(document, nullptr);
  const auto model = read_vnf_model(documents, *document);
  ASSERT_TRUE(report.problems.empty()) << report.problems.error().message;

  ASSERT_EQ(model.vdus.size(), 1U);
  const auto& vdu = model.vdus[0];
  EXPECT_EQ(vdu.title, "");  // known later
  EXPECT_EQ(vdu.cpus, 2U);
  EXPECT_EQ(vdu.memory, 512U << 20);
  EXPECT_THAT(vdu.capabilities, ElementsAre("m1.small"));
  EXPECT_THAT(vdu.images, ElementsAre("image"));
  EXPECT_THAT(vdu.min_instances, Optional(1U));
  EXPECT_THAT(vdu.max_instances, Optional(4U));

  ASSERT_EQ(model.points.size(), 2U);
  EXPECT_EQ(model.points[0].vdu, "m");
  EXPECT_EQ(model.points[0].link, "net");
  EXPECT_THAT(model.points[0].order, Optional(1U));
  EXPECT_EQ(model.points[0].role, "leaf");
  EXPECT_EQ(model.points[0].vnic_type, "direct");
  EXPECT_THAT(model.points[0].external, ElementsAre("left"));
  EXPECT_EQ(model.points[1].vdu, "");
  EXPECT_THAT(model.points[1].external, ElementsAre("right"));

  ASSERT_EQ(model.links.size(), 1U);
  EXPECT_EQ(model.links[0].flow_pattern, "mesh");
  EXPECT_THAT(model.links[0].layer_protocols, ElementsAre("ipv4", "ipv6"));
  EXPECT_EQ(model.links[0].max.root, 2000U);
  EXPECT_EQ(model.links[0].max.leaf, 1000U);
  EXPECT_EQ(model.links[0].min.root, 1000U);

  ASSERT_EQ(model.images.size(), 1U);
  const auto& image = model.images[0];
  EXPECT_EQ(image.id, "disk");
  EXPECT_EQ(image.version, "1.10");
  EXPECT_EQ(image.checksum_algorithm, "sha-512");
  EXPECT_EQ(image.min_disk, 2'000'000'000U);
  EXPECT_EQ(image.size, 12U);
  EXPECT_EQ(image.file, "../Files/i.qcow2");

  EXPECT_THAT(model.hooks, ElementsAre(Field(&VnfModel::Hook::implementation, "heal.py"),
                                       Field(&VnfModel::Hook::implementation, "scale.sh")));
  EXPECT_THAT(model.indicators, ElementsAre(Field(&VnfModel::Indicator::source, "vnf")));
  EXPECT_EQ(model.link_levels.at("small").at("net").leaf, 5U);
  EXPECT_EQ(model.link_deltas.at("more").at("d1").at("net").root, 3U);
}

}  // namespace
}  // namespace unf::tosca
