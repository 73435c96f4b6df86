#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "graph/compile/compile.h"
#include "graph/terms/config_schema.h"
#include "tests/support/by_name.h"
#include "tests/support/places.h"
#include "tests/support/plans.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

json read(const std::string& file) {
  std::ifstream in{source_path("samples/" + file)};
  EXPECT_TRUE(in) << file;
  return json::parse(in);
}

TEST(PlanSchema, TakesWhatIsCompiled) {
  const auto schema = read("schemas/plan.schema.json");
  for (const bool consolidate : {true, false}) {
    const auto plan = compile(enterprise_edge(), paper_catalog(), Inventory::built_in(), {.consolidate = consolidate});
    EXPECT_THAT(ConfigSchema{schema}.violations(to_json(*plan)), IsEmpty());
    EXPECT_THAT(ConfigSchema{schema}.violations(to_json(plan->as_original())), IsEmpty());
  }
}

struct BadCase {
  const char* name;
  void (*spoil)(json&);
  const char* member;
};
class BadPlanForSchema : public testing::TestWithParam<BadCase> {};

TEST_P(BadPlanForSchema, IsRefusedAtTheMember) {
  auto plan = to_json(small_plan());
  ASSERT_THAT(ConfigSchema{read("schemas/plan.schema.json")}.violations(plan), IsEmpty());
  GetParam().spoil(plan);
  EXPECT_THAT(ConfigSchema{read("schemas/plan.schema.json")}.violations(plan), Contains(HasSubstr(GetParam().member)));
}
INSTANTIATE_TEST_SUITE_P(
    PlanSchema, BadPlanForSchema,
    testing::Values(BadCase{"Format", [](json& p) { p["format"] = 2; }, "format: "},
                    BadCase{"Extra", [](json& p) { p["extra"] = 1; }, "extra"},
                    BadCase{"Owner", [](json& p) { p["nodes"][0]["owners"][0] = "no/path"; }, "nodes[0].owners[0]: "},
                    BadCase{"Link", [](json& p) { p["edges"][0]["link"] = "wire"; }, "edges[0].link: "},
                    BadCase{"Port", [](json& p) { p["classifiers"][0]["match"]["dport"] = {80}; },
                            "classifiers[0].match.dport: "},
                    BadCase{"Totals", [](json& p) { p["totals"].erase("cores"); }, "totals: "}),
    by_name);

TEST(CatalogSchema, TakesBothForms) {
  const auto schema = read("schemas/catalog.schema.json");
  EXPECT_THAT(ConfigSchema{schema}.violations(to_json(paper_catalog())), IsEmpty());
  EXPECT_THAT(ConfigSchema{schema}.violations(read("catalog.json")), IsEmpty());
  EXPECT_THAT(ConfigSchema{schema}.violations(
                  json::parse(R"([{"PacketProcessorClass": "C", "Stateful": "Yes", "L3Header": "ReadOnly"}])")),
              IsEmpty());
  EXPECT_THAT(ConfigSchema{schema}.violations(json::parse(R"([{"PacketProcessorClass": "C", "L3Header": "Read"}])")),
              testing::Not(IsEmpty()));
  auto wrong = to_json(paper_catalog());
  wrong[0]["reads"] = {"ip.tll"};
  EXPECT_THAT(ConfigSchema{schema}.violations(wrong), testing::Not(IsEmpty()));
}

TEST(InventorySchema, TakesTheDocumentedForm) {
  const auto schema = read("schemas/inventory.schema.json");
  auto inventory = json::parse(R"({
    "hosts": [{"name": "edge-1", "agent": "127.0.0.1:9892", "io_core": 0, "cores": [{"id": 1, "numa": 0, "ghz": 2.6}],
               "memory_mb": 1024, "cycles": {"ValidateUrl": 140}, "mode": "isolated",
               "nics": [{"name": "wan", "device": "af_packet:h0", "network": "wan", "pair": "lan", "mtu": 1500, "gbps": 10},
                        {"name": "lan", "device": "null", "next_hop": "02:00:00:00:00:01"}]}],
    "links": [{"from": "edge-1.lan", "to": "edge-2.wan", "gbps": 10, "latency_us": 20}]})");
  EXPECT_THAT(ConfigSchema{schema}.violations(inventory), IsEmpty());
  auto& nic = inventory["hosts"][0]["nics"][0];
  nic["device"] = "eth0";
  nic["mtu"] = 20;
  EXPECT_THAT(
      ConfigSchema{schema}.violations(inventory),
      testing::AllOf(Contains(HasSubstr("hosts[0].nics[0].device: ")), Contains(HasSubstr("hosts[0].nics[0].mtu: "))));
}

}  // namespace
}  // namespace unf::graph
