#include <gmock/gmock.h>

#include "agent/base/agent_config.h"
#include "agent/base/inventory.h"
#include "tests/support/by_name.h"

namespace unf::agent {
namespace {

using testing::HasSubstr;
using testing_support::by_name;

constexpr auto kInventory = R"(hosts:
  - name: edge-1
    agent: 127.0.0.1:9892
    io_core: 0
    cores: [ { id: 1, numa: 0, ghz: 2.6 }, { id: 2 } ]
    memory_mb: 1024
    mode: isolated
    nics:
      - { name: wan, device: "af_packet:h0", network: wan, pair: lan, mtu: 1400, gbps: 2.5 }
      - { name: lan, device: "null", network: lan, pair: wan, next_hop: "02:00:00:00:00:01" }
    cycles: { ValidateUrl: 140 }
links: [ { from: edge-1.lan, to: edge-1.wan, gbps: 10, latency_us: 20 } ]
)";

TEST(Inventory, IsReadWhole) {
  const auto inventory = read_inventory("i.yaml", kInventory);
  ASSERT_TRUE(inventory) << inventory.error().message;
  ASSERT_EQ(inventory->hosts.size(), 1U);
  const auto& host = inventory->hosts[0];
  EXPECT_EQ(host.name.get(), "edge-1");
  EXPECT_EQ(host.agent, "127.0.0.1:9892");
  EXPECT_EQ(host.mode, RunMode::isolated);
  ASSERT_EQ(host.cores.size(), 2U);
  EXPECT_EQ(host.cores[0].ghz, 2.6);
  EXPECT_EQ(host.memory_mb, 1024U);
  const auto* wan = host.find_nic(NicName{"wan"});
  ASSERT_NE(wan, nullptr);
  EXPECT_EQ(wan->device, "af_packet:h0");
  EXPECT_EQ(wan->pair->get(), "lan");
  EXPECT_EQ(wan->mtu, 1400U);
  EXPECT_EQ(host.nics[1].next_hop, "02:00:00:00:00:01");
  EXPECT_EQ(host.cycles.at("ValidateUrl").get(), 140U);
}

struct Bad {
  const char* name;
  const char* text;
  const char* problem;
};
class BadInventory : public testing::TestWithParam<Bad> {};

TEST_P(BadInventory, IsNamedByLine) {
  const auto inventory = read_inventory("i.yaml", GetParam().text);
  ASSERT_FALSE(inventory);
  EXPECT_EQ(inventory.error().code, Errc::malformed);
  EXPECT_THAT(inventory.error().message, HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(
    Inventories, BadInventory,
    testing::Values(
        Bad{"Empty", "", "i.yaml:1: is empty"}, Bad{"Scalar", "hello", "i.yaml:1: inventory: expected a map"},
        Bad{"NoHosts", "links: []", "i.yaml:1: hosts is missing"}, Bad{"NotYaml", "hosts: [\n{", "i.yaml:"},
        Bad{"HostsNoList", "hosts: 3", "i.yaml:1: hosts: expected a list"},
        Bad{"UnknownKey", "hosts:\n  - name: a\n    cores: []\n    color: red\n", "i.yaml:4: host: unknown key color"},
        Bad{"KeyTwice", "hosts:\n  - name: a\n    cores: []\n    name: b\n", "i.yaml:4: host: name is given twice"},
        Bad{"HostTwice", "hosts:\n  - {name: a, cores: []}\n  - {name: a, cores: []}\n",
            "i.yaml:3: host a is given twice"},
        Bad{"NoName", "hosts:\n  - cores: []\n", "i.yaml:2: name is missing"},
        Bad{"NoCores", "hosts:\n  - name: a\n", "i.yaml:2: cores is missing"},
        Bad{"CoreTwice", "hosts:\n- {name: a, cores: [{id: 1}, {id: 1}]}", "core 1 is given twice"},
        Bad{"NegativeCore", "hosts:\n- {name: a, cores: [{id: -1}]}", "i.yaml:2: id: expected the number of a core"},
        Bad{"NoClock", "hosts:\n- {name: a, cores: [{id: 1, ghz: 0}]}", "above 0"},
        Bad{"ClockIsText", "hosts:\n- {name: a, cores: [{id: 1, ghz: fast}]}", "ghz: expected a clock rate"},
        Bad{"Device", "hosts:\n- {name: a, cores: [], nics: [{name: n, device: eth0}]}", "device: unknown eth0"},
        Bad{"DeviceWithoutName", "hosts:\n- {name: a, cores: [], nics: [{name: n, device: \"pcap:\"}]}",
            "device: unknown"},
        Bad{"NicTwice", "hosts:\n- {name: a, cores: [], nics: [{name: n}, {name: n}]}", "NIC n is given twice"},
        Bad{"PairOfNone", "hosts:\n- {name: a, cores: [], nics: [{name: n, pair: m}]}", "host a has no NIC m"},
        Bad{"Mtu", "hosts:\n- {name: a, cores: [], nics: [{name: n, mtu: 1}]}", "mtu: expected bytes"},
        Bad{"Mode", "hosts:\n- {name: a, cores: [], mode: warp}", "mode: unknown warp"},
        Bad{"Memory", "hosts:\n- {name: a, cores: [], memory_mb: 1}", "memory_mb: expected MiB"},
        Bad{"Cycles", "hosts:\n- {name: a, cores: [], cycles: {X: many}}", "cycles of X"},
        Bad{"Link", "hosts:\n- {name: a, cores: []}\nlinks: [{from: a.x, to: a.y}]",
            "i.yaml:3: from: there is no NIC a.x"}),
    by_name);

TEST(Inventory, AllProblemsAreToldAtOnce) {
  const auto inventory = read_inventory("i.yaml", "hosts:\n  - cores: 1\n    mode: warp\n    colour: red\n");
  ASSERT_FALSE(inventory);
  EXPECT_EQ(std::ranges::count(inventory.error().message, '\n'), 3);
}

TEST(AgentConfig, DefaultsAndOverrides) {
  const auto config = read_agent_config("a.yaml", R"(
host: { name: local, cores: [{id: 1}], mode: threads }
listen: /run/x.sock
state: /tmp/s
cell: tenant-1
idle_s: 5
programs: { runner: /opt/unf-runner }
)");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->host.mode, RunMode::threads);
  EXPECT_EQ(config->listen, "/run/x.sock");
  EXPECT_EQ(config->state, "/tmp/s");
  EXPECT_EQ(config->run, "/run/unf");
  EXPECT_EQ(config->cell, "tenant-1");
  EXPECT_EQ(config->idle, std::chrono::seconds{5});
  EXPECT_EQ(config->runner_program, "/opt/unf-runner");
  EXPECT_EQ(config->io_program.filename(), "unf-io");
  EXPECT_TRUE(config->io_program.is_absolute());
}

class BadAgentConfig : public testing::TestWithParam<Bad> {};
TEST_P(BadAgentConfig, IsNamedByLine) {
  const auto config = read_agent_config("a.yaml", GetParam().text);
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(Configs, BadAgentConfig,
                         testing::Values(Bad{"NoHost", "listen: a:1\n", "a.yaml:1: host is missing"},
                                         Bad{"Unknown", "host: {name: a, cores: []}\nhosts: []\n",
                                             "a.yaml:2: agent.yaml: unknown key hosts"},
                                         Bad{"Cell", "host: {name: a, cores: []}\ncell: ../x\n",
                                             "a.yaml:2: cell: expected letters"},
                                         Bad{"ListNotMap", "- a\n", "expected a map"}),
                         by_name);

}  // namespace
}  // namespace unf::agent
