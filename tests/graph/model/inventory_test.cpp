#include "graph/model/inventory.h"

#include <gtest/gtest.h>

namespace unf {
namespace {

TEST(BuiltInInventory, IsOneHostWithAPairOfNics) {
  const auto inventory = Inventory::built_in();
  const auto* host = inventory.find_host(HostId{"local"});
  ASSERT_NE(host, nullptr);
  EXPECT_TRUE(inventory.endpoints_by_position);
  EXPECT_EQ(host->io_core, CoreId{0});
  ASSERT_EQ(host->cores.size(), 1);
  EXPECT_EQ(host->cores[0].id, CoreId{1});
  ASSERT_NE(host->find_nic(NicName{"in"}), nullptr);
  EXPECT_EQ(host->find_nic(NicName{"in"})->pair, NicName{"out"});
  EXPECT_EQ(host->find_nic(NicName{"out"})->pair, NicName{"in"});
  EXPECT_EQ(host->find_nic(NicName{"third"}), nullptr);
  EXPECT_EQ(inventory.find_host(HostId{"elsewhere"}), nullptr);
}

TEST(RunMode, NamesGoBothWays) {
  for (const auto mode : {RunMode::fused, RunMode::isolated, RunMode::threads, RunMode::container}) {
    EXPECT_EQ(run_mode(to_string(mode)), mode);
  }
  EXPECT_EQ(run_mode("fussed"), std::nullopt);
}

}  // namespace
}  // namespace unf
