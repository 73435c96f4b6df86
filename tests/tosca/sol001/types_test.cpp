#include "tosca/sol001/types.h"

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include "tests/tosca/support.h"

namespace unf::tosca {
namespace {

TEST(NodeTypes, SayWhatTheCatalogueSays) {
  const auto types = YAML::Load(node_types_yaml(testing_support::test_catalog()))["node_types"];
  EXPECT_EQ(types["unf.nodes.MicroNF"]["derived_from"].as<std::string>(), "tosca.nodes.nfv.Vdu.Compute");

  const auto count = types["unf.nodes.CountUrl"]["properties"]["top"];
  EXPECT_EQ(count["type"].as<std::string>(), "integer");
  EXPECT_EQ(count["default"].as<int>(), 10);
  EXPECT_EQ(count["constraints"][0]["in_range"].as<std::vector<int>>(), (std::vector{1, 1000}));
  EXPECT_FALSE(count["required"].as<bool>());
  EXPECT_TRUE(types["unf.nodes.L3L4Filter"]["properties"]["rules"]["required"].as<bool>());

  const auto either = types["unf.nodes.ValidateUrl"]["properties"]["rules"];  // TOSCA has one type for it
  EXPECT_EQ(either["type"].as<std::string>(), "string");
  EXPECT_FALSE(either["constraints"]);

  const auto gates = types["unf.nodes.HttpClassifier"]["requirements"];
  ASSERT_EQ(gates.size(), 2);
  EXPECT_TRUE(gates[0]["http"].IsMap());
  EXPECT_EQ(gates[1]["other"]["node"].as<std::string>(), "unf.nodes.MicroNF");
  EXPECT_TRUE(types["unf.nodes.NicEgress"]["requirements"][0]["virtual_link"].IsMap());

  const auto everything = types["unf.nodes.Everything"]["properties"];
  EXPECT_EQ(everything["ratio"]["type"].as<std::string>(), "float");
  EXPECT_EQ(everything["mode"]["constraints"][0]["valid_values"].as<std::vector<std::string>>(),
            (std::vector<std::string>{"fast", "safe"}));
  EXPECT_EQ(everything["ports"]["entry_schema"]["type"].as<std::string>(), "integer");
  EXPECT_EQ(everything["limits"]["type"].as<std::string>(), "map");
}

TEST(NodeTypes, MayBeImportedByAVnfd) {
  const auto vnfd = vnfd_of_nodes("    a: { type: unf.nodes.Forward, requirements: [ { out: out } ] }\n") +
                    "imports: [ unf_types.yaml ]\n";
  EXPECT_EQ(
      problems_of(read_files({{"v.yaml", vnfd}, {"unf_types.yaml", node_types_yaml(testing_support::test_catalog())}})),
      "");
}

}  // namespace
}  // namespace unf::tosca
