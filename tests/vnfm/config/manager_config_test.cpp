#include "vnfm/config/manager_config.h"

#include <gmock/gmock.h>

#include "agent/config/agent_config.h"
#include "agent/config/files.h"
#include "tests/support/by_name.h"
#include "vnfm/cli/builtin_catalog.h"
#include "vnfm/lifecycle/manager.h"

namespace unf::vnfm {
namespace {

using testing::HasSubstr;

TEST(ManagerConfig, SampleIsReadAndNamesTheSampleAgent) {
  const auto read = [](const std::string& name) { return *agent::read_file(UNF_SOURCE_DIR "/samples/config/" + name); };
  const auto manager = read_manager_config("vnfm.yaml", read("vnfm.yaml"));
  ASSERT_TRUE(manager) << manager.error().message;
  const auto host = agent::read_agent_config("agent.yaml", read("agent.yaml"));
  ASSERT_TRUE(host) << host.error().message;
  ASSERT_EQ(manager->inventory.hosts.size(), 1U);
  EXPECT_EQ(manager->inventory.hosts[0].agent, host->listen);
  EXPECT_EQ(manager->inventory.hosts[0].name, host->host.name);
  EXPECT_EQ(manager->listen, "127.0.0.1:9891");
}

TEST(ManagerConfig, SampleHostCanRunTheSampleService) {
  const auto config = read_manager_config("vnfm.yaml", *agent::read_file(UNF_SOURCE_DIR "/samples/config/vnfm.yaml"));
  ASSERT_TRUE(config);
  const std::vector<std::string> paths{UNF_SOURCE_DIR "/samples/enterprise-edge"};
  const auto plan = plan_service(*tosca::load(paths), {}, builtin_catalog(), config->inventory, {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->nodes.size(), 9U);
}

struct Bad {
  const char* name;
  const char* text;
  const char* problem;
};
class BadManagerConfig : public testing::TestWithParam<Bad> {};
TEST_P(BadManagerConfig, IsNamedByLine) {
  const auto config = read_manager_config("v.yaml", GetParam().text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, Errc::malformed);
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(
    Configs, BadManagerConfig,
    testing::Values(Bad{"NoMap", "[]", "expected a map"}, Bad{"NoHosts", "listen: a:1", "v.yaml:1: hosts is missing"},
                    Bad{"Listen", "listen: here\nhosts: []", "v.yaml:1: listen: here: expected HOST:PORT"},
                    Bad{"Unknown", "hosts: []\nport: 1", "v.yaml:2: vnfm.yaml: unknown key port"},
                    Bad{"Agent", "hosts:\n- {name: a, cores: []}", "v.yaml:2: host a: agent: "}),
    testing_support::by_name);

}  // namespace
}  // namespace unf::vnfm
