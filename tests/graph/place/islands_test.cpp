#include "graph/place/islands.h"

#include <gtest/gtest.h>

#include "graph/place/fold.h"
#include "graph/request/expand.h"
#include "tests/support/requests.h"

namespace unf::graph {
namespace {

using namespace testing_support;

TEST(Islands, TheFullestWithRoomIsTaken) {
  Islands islands;
  EXPECT_EQ(islands.with_room_for(0.1), std::nullopt);
  islands.set(1, 0.5);
  islands.set(2, 0.7);
  islands.set(3, 1.0);
  EXPECT_EQ(islands.with_room_for(0.3), 2);
  EXPECT_EQ(islands.with_room_for(0.4), 1);
  EXPECT_EQ(islands.with_room_for(0.3, 2), 1);
  EXPECT_EQ(islands.with_room_for(0.6), std::nullopt);
  islands.set(2, 0.1);
  EXPECT_EQ(islands.with_room_for(0.6), 2);
  islands.erase(2);
  EXPECT_EQ(islands.with_room_for(0.6), std::nullopt);
}

TEST(Islands, SumsThatAreOneButForRoundingFit) {
  Islands islands;
  islands.set(1, 0.1 + 0.2 + 0.4);
  EXPECT_EQ(islands.with_room_for(0.3), 1);
  EXPECT_EQ(islands.with_room_for(0), 1);
}

/// Three paths through the same VNF of `type`.
std::vector<Bunch> bunches_through(const char* type, double ghz, RunMode mode = RunMode::fused, bool consolidate = true,
                                   bool free_links = true) {
  auto request = chain({chain_vnf("v", {fmt::format("n:{}", type)})});
  for (int i = 1; i < 3; ++i) {
    request.paths.push_back(request.paths[0]);
    request.paths.back().name += std::to_string(i);
  }
  const auto catalog = paper_catalog();
  auto inventory = Inventory::built_in();
  inventory.hosts[0].mode = mode;
  if (free_links) make_links_free(inventory.hosts[0]);
  inventory.hosts[0].cores[0].ghz = ghz;
  const auto original = expand(request, catalog, inventory).value();
  Kinds kinds{catalog, inventory.hosts[0]};
  const GateShares shares;
  const Context context{catalog, inventory, kinds, original, shares};
  return bunches_of(unfold(original, context), context, consolidate);
}

TEST(Bunches, PathsAreApartButForWhatKeepsSomethingOfTheirPackets) {
  EXPECT_EQ(bunches_through("CheckIPHeader", 2).size(), 3);
  const auto together = bunches_through("RateLimiter", 2);
  ASSERT_EQ(together.size(), 1);
  EXPECT_EQ(together[0].paths, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(bunches_through("CheckIPHeader", 2, RunMode::fused, false).size(), 1) << "the owner's is one";
}

TEST(Bunches, WeighWhatTheyNeedOfACore) {
  EXPECT_DOUBLE_EQ(bunches_through("CheckIPHeader", 0.016)[0].weight, 0.5)
      << "8 of 16 million cycles a million packets";
  EXPECT_DOUBLE_EQ(bunches_through("CheckIPHeader", 1000)[0].weight, 1.0 / kMaxIslandPaths);
  EXPECT_DOUBLE_EQ(bunches_through("RateLimiter", 0.3)[0].weight, 0.3);
  EXPECT_EQ(bunches_through("CheckIPHeader", 0.016, RunMode::isolated)[0].weight, 0);
  EXPECT_DOUBLE_EQ(bunches_through("CheckIPHeader", 0.076, RunMode::fused, true, false)[0].weight, 0.5)
      << "half a ring from Rx, the uNF, half a ring to Tx: 38 of 76 million";
}

}  // namespace
}  // namespace unf::graph
