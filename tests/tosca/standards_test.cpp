#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/test_catalog.h"
#include "tosca/image_map_reader.h"
#include "tosca/load.h"
#include "tosca/reader.h"
#include "tosca/sol001/normative/normative.h"

namespace unf::tosca {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

const std::filesystem::path kStandards = std::filesystem::path{source_path("../shared/standards")};

/// Runs something in place of all images that the samples have.
ImageMap sample_images() {
  auto map = read_image_map({.paths = {"m"},
                             .files = {{"m",
                                        "images:\n"
                                        "  firewall: { type: L3L4Filter, config: { rules: r } }\n"
                                        "  m1.tiny: { type: CheckIPHeader }\n"
                                        "  VirtualStorage: pass-through\n"
                                        "  Software of VDU1: pass-through\n"
                                        "  cirros-0.5.2-x86_64-disk: { type: CheckIPHeader }\n"},
                                       {"r", "allow any any any any any\n"}}},
                            testing_support::test_catalog());
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

/// A package as others wrote it, and what becomes of it.
struct Sample {
  const char* name;
  std::vector<const char*> paths;
  std::vector<const char*> problems;  ///< without an image map; a part of each line
  std::vector<const char*> edges;     ///< with one: `FROM GATE TO`; empty: it is refused, too
};
class StandardSamples : public testing::TestWithParam<Sample> {};

TEST_P(StandardSamples, GiveTheirGraphOrTheirLines) {
  if (!std::filesystem::exists(kStandards)) GTEST_SKIP() << "needs the standards' sample packages";
  const auto& [name, paths, problems, edges] = GetParam();
  std::vector<std::string> all;
  for (const auto* path : paths) all.push_back(kStandards / path);
  const auto files = load(all);
  const auto plain = files ? validate(*files, testing_support::test_catalog()) : not_loaded(files.error());
  ASSERT_EQ(plain.problems.size(), problems.size()) << plain.text;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const auto& problem = plain.problems[i];
    EXPECT_THAT(
        fmt::format("{}:{}: {}, expected {}", problem.at.file, problem.at.line, problem.message, problem.expected),
        HasSubstr(problems[i]));
  }
  if (!files) return;
  const auto service = read_service(*files, testing_support::test_catalog(), sample_images());
  ASSERT_EQ(service.has_value(), !edges.empty()) << (service ? "" : service.error().message);
  if (!service) return;
  std::vector<std::string> found;
  for (const auto& vnf : service->vnfs) {
    for (const auto& edge : vnf.graph.edges) found.push_back(fmt::format("{} {} {}", edge.from, edge.gate, edge.to));
  }
  EXPECT_THAT(found, ElementsAreArray(edges));
  // Reading is deterministic, and asks for nothing but what is written.
  const auto again = read_service(*files, testing_support::test_catalog(), sample_images());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->vnfs[0].graph.edges.size(), service->vnfs[0].graph.edges.size());
}

INSTANTIATE_TEST_SUITE_P(
    Published, StandardSamples,
    testing::Values(
        Sample{"AuthoredFirewall",
               {"sol004-csar/authored-unf-fw.csar"},
               {"Definitions/unf_fw.yaml:23: VDU `FW` of type tosca.nodes.nfv.Vdu.Compute is no uNF, expected a type "
                "derived"},
               {"FW_CP_IN out FW", "FW out FW_CP_OUT"}},
        Sample{"AuthoredFirewallUnpacked",
               {"sol004-csar/authored-unf-fw"},
               {"Definitions/unf_fw.yaml:23: VDU `FW` of type tosca.nodes.nfv.Vdu.Compute is no uNF"},
               {"FW_CP_IN out FW", "FW out FW_CP_OUT"}},
        Sample{
            "BasicLcmsMax",
            {"sol004-csar/basic_lcms_max"},
            {"v2_sample1_df_simple.yaml:59: VDU `VDU1` of type tosca.nodes.nfv.Vdu.Compute is no uNF, expected a type "
             "derived from unf.nodes.MicroNF, or an entry of the image map for one of m1.tiny, "
             "VDU1-VirtualStorage-image, VDU1",
             "v2_sample1_df_simple.yaml:85: VDU `VDU2` of type"},
            {"VDU1_CP1 out VDU1", "VDU1 out VDU1_CP2", "VDU2_CP1-1 out VDU2", "VDU2 out VDU2_CP1-2"}},
        Sample{"Vnflcm1",
               {"sol004-csar/vnflcm1"},
               {"TOSCA.meta:6: 'Files/images/cirros-0.5.2-x86_64-disk.img': is listed, but there is no such file"},
               {}},
        Sample{"Vnflcm1WithoutItsList",
               {"sol004-csar/vnflcm1/Definitions"},
               {"helloworld3_df_simple.yaml:55: VDU `VDU1` of type tosca.nodes.nfv.Vdu.Compute is no uNF"},
               {"CP1 out VDU1", "VDU1 out CP1-out"}},
        Sample{"GettingStarted",
               {"sol004-csar/getting_started"},
               {"sample_vnfd_df_simple.yaml:61: VDU `VDU1` of type tosca.nodes.nfv.Vdu.Compute is no uNF"},
               {}},
        Sample{"InvalidInstantiationLevel",
               {"sol004-csar/csar_invalid_instantiation_level"},
               {"main_tosca.yaml:8: import `helloworld3_types.yaml` is absent",
                "tosca_with_vdus.yaml:8: import `helloworld3_types.yaml` is absent",
                "tosca_with_vdus.yaml:39: VDU `VDU1` of type",
                "tosca_with_vdus.yaml:120: a level of policy `VDU1_instantiation_levels` is `instantiation_level_3`, "
                "expected "
                "one that InstantiationLevels declares"},
               {}},
        Sample{"TackerGraph",
               {"tacker-vnffgd/tosca-vnffgd-sample.yaml", "tacker-vnffgd/tosca-vnffg-vnfd1.yaml",
                "tacker-vnffgd/tosca-vnffg-vnfd2.yaml"},
               {"tosca-vnffg-vnfd1.yaml:10: VDU `VDU1` of type tosca.nodes.nfv.VDU.Tacker is no uNF, expected a type "
                "derived from unf.nodes.MicroNF, or an entry of the image map for one of VNFD1/VDU1, "
                "cirros-0.5.2-x86_64-disk, VDU1",
                "tosca-vnffg-vnfd2.yaml:10: VDU `VDU1` of type tosca.nodes.nfv.VDU.Tacker is no uNF"},
               {"CP12 out VDU1", "VDU1 out CP12-out", "CP22 out VDU1", "VDU1 out CP22-out"}},
        Sample{"TackerLegacyGraph",
               {"tacker-vnffgd/tosca-vnffgd-legacy-sample.yaml", "tacker-vnffgd/tosca-vnffg-vnfd1.yaml",
                "tacker-vnffgd/tosca-vnffg-vnfd2.yaml"},
               {"tosca-vnffg-vnfd1.yaml:10: VDU `VDU1`", "tosca-vnffg-vnfd2.yaml:10: VDU `VDU1`"},
               {"CP12 out VDU1", "VDU1 out CP12-out", "CP22 out VDU1", "VDU1 out CP22-out"}},
        Sample{"TackerGraphAlone",
               {"tacker-vnffgd/tosca-vnffgd-sample.yaml"},
               {"tosca-vnffgd-sample.yaml:24: forwarder `VNFD1`: no VNFD of this name is among the files, and none "
                "with connection point "
                "CP12",
                "tosca-vnffgd-sample.yaml:26: forwarder `VNFD2`: no VNFD of this name is among the files"},
               {}},
        Sample{"TackerHelloWorld",
               {"tacker-vnffgd/vnfd/tosca-vnfd-hello-world.yaml"},
               {"tosca-vnfd-hello-world.yaml:10: VDU `VDU1` of type tosca.nodes.nfv.VDU.Tacker is no uNF"},
               {"CP2 out VDU1", "VDU1 out CP3"}},
        Sample{"TackerScale",
               {"tacker-vnffgd/vnfd/tosca-vnfd-scale.yaml"},
               {"tosca-vnfd-scale.yaml:1: VNFD `sample-tosca-vnfd-scaling` has no connection point but for management"},
               {}},
        Sample{"NetworkServiceWithoutItsVnfds",
               {"sol001/nsd-vnffg"},
               {"nsd_fw_nat.yaml:35: VNF `fw`: no VNFD with descriptor_id 6a2f1c0e-5d7b-4c55-8a50-1f1e4e4b7a01",
                "nsd_fw_nat.yaml:41: VNF `nat`: no VNFD with descriptor_id 6a2f1c0e-5d7b-4c55-8a50-1f1e4e4b7a02"},
               {}}),
    testing_support::by_name);

/// SOL001's published types and ours agree: what they have, with what it derives from.
struct Published {
  const char* name;
  const char* file;
};
class PublishedTypes : public testing::TestWithParam<Published> {};
TEST_P(PublishedTypes, AreAllKnown) {
  const auto file = kStandards / GetParam().file;
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "needs the standards' sample packages";
  const auto files = load(std::vector<std::string>{file});
  ASSERT_TRUE(files) << files.error().message;
  Problems problems;
  const auto& [name, text] = *files->files.find(files->paths.front());
  const auto tree = parse_yaml(name, text, problems);
  ASSERT_NE(tree, nullptr) << problems.error().message;
  std::size_t known = 0;
  for (const auto* section : {"data_types", "artifact_types", "capability_types", "relationship_types",
                              "interface_types", "node_types", "group_types", "policy_types"}) {
    const auto* types = tree->find(section);
    if (types == nullptr) continue;
    for (const auto& [key, type] : types->members) {
      const auto* ours = normative_type(section, key->text);
      ASSERT_NE(ours, nullptr) << section << " " << key->text;
      ++known;
      const auto* properties = type->find("properties");
      if (properties == nullptr) continue;
      for (const auto& [property, declared] : properties->members) {
        const Value* same = nullptr;
        for (const auto* of = ours; same == nullptr && of != nullptr;) {
          same = of->find("properties", property->text);
          const auto* parent = of->find("derived_from");
          of = parent == nullptr ? nullptr : normative_type(section, parent->text);
        }
        ASSERT_NE(same, nullptr) << key->text << "." << property->text;
        const auto& of = same->find("type")->text;
        EXPECT_TRUE(of == "any" || of == declared->find("type")->text) << key->text << "." << property->text;
      }
    }
  }
  EXPECT_GT(known, 5U);
}
INSTANTIATE_TEST_SUITE_P(
    Sol001, PublishedTypes,
    testing::Values(Published{"Common", "sol001/types-3.3.1/etsi_nfv_sol001_common_types.yaml"},
                    Published{"Vnfd", "sol001/types-3.3.1/etsi_nfv_sol001_vnfd_types.yaml"},
                    Published{"Nsd", "sol001/types-3.3.1/etsi_nfv_sol001_nsd_types.yaml"},
                    Published{"Pnfd", "sol001/types-3.3.1/etsi_nfv_sol001_pnfd_types.yaml"},
                    Published{"Vnfd261", "sol004-csar/basic_lcms_max/Definitions/etsi_nfv_sol001_vnfd_types.yaml"}),
    testing_support::by_name);

/// A VNF, typed by a version of SOL001: what is written then and not later, or the other way round, changes nothing.
std::string versioned(const std::string& tosca, const std::string& vdu, const std::string& interfaces) {
  return "tosca_definitions_version: " + tosca +
         "\n"
         "imports: [ etsi_nfv_sol001_vnfd_types.yaml ]\n"
         "metadata: { template_name: v }\n"
         "topology_template:\n"
         "  substitution_mappings: { node_type: t.V, requirements: { l: [ a, virtual_link ], r: [ b, virtual_link ] } "
         "}\n"
         "  node_templates:\n"
         "    VNF: { type: tosca.nodes.nfv.VNF, properties: { descriptor_id: d, flavour_id: simple }, interfaces: " +
         interfaces +
         " }\n"
         "    fw: { type: tosca.nodes.nfv.Vdu.Compute, properties: { name: firewall, description: d, " +
         vdu +
         " } }\n"
         "    a: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ ipv4 ], order: 0 }, requirements: [ { "
         "virtual_binding: fw } ] }\n"
         "    b: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ ipv4 ], order: 1 }, requirements: [ { "
         "virtual_binding: fw } ] }\n";
}

TEST(Versions, GiveTheSameService) {
  std::vector<std::string> seen;
  for (const auto& text :
       {versioned("tosca_simple_yaml_1_1",
                  "nfvi_constraints: [ c ], monitoring_parameters: [ { name: cpu } ], vdu_profile: { "
                  "min_number_of_instances: 1, max_number_of_instances: 1 }",
                  "{ Vnflcm: { instantiate: [] } }"),
        versioned("tosca_simple_yaml_1_2",
                  "nfvi_constraints: { c: d }, boot_order: false, vdu_profile: { min_number_of_instances: 1, "
                  "max_number_of_instances: 1 }",
                  "{ Vnflcm: { instantiate: ~ } }"),
        versioned(
            "tosca_simple_yaml_1_3",
            "monitoring_parameters: { cpu: { name: cpu } }, boot_data: { kvp_data: { data: { k: v } } }, vdu_profile: "
            "{ min_number_of_instances: 1, max_number_of_instances: 1 }",
            "{ Vnflcm: { operations: { instantiate: { inputs: { x: 1 } } } } }"),
        versioned("tosca_simple_yaml_1_3", "vdu_profile: { min_number_of_instances: 1 }, of_version_four: yes",
                  "{ Vnflcm: { operations: { coordinate_everything: {} } } }")}) {
    const FileSet files{.paths = {"v.yaml"}, .files = {{"v.yaml", text}}};
    const auto service = read_service(files, testing_support::test_catalog(), sample_images());
    ASSERT_TRUE(service) << service.error().message;
    std::string all = service->name;
    const auto& vnf = service->vnfs.at(0);
    for (const auto& node : vnf.graph.nodes) all += fmt::format("|{}:{}{}", node.name, node.type, node.config.dump());
    for (const auto& edge : vnf.graph.edges) all += fmt::format("|{}.{} {}", edge.from, edge.gate, edge.to);
    for (const auto& path : service->paths) all += fmt::format("|{} {}", path.in, path.out);
    seen.push_back(all + vnf.vnfd_id + vnf.flavour);
  }
  for (const auto& one : seen) EXPECT_EQ(one, seen.front());
}

}  // namespace
}  // namespace unf::tosca
