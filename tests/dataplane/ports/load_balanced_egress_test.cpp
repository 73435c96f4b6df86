#include "dataplane/ports/load_balanced_egress.h"

#include <gtest/gtest.h>

namespace unf::dataplane {
namespace {

constexpr auto kBuckets = LoadBalancedEgress::kBuckets;

TEST(LoadBalancedEgress, EachInstanceHasAsManyBucketsOrOneMore) {
  for (std::size_t count = 1; count <= LoadBalancedEgress::kMaxInstances; ++count) {
    const LoadBalancedEgress egress{count};
    std::vector<std::size_t> held(count);
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) ++held.at(egress.instance_of_bucket(bucket));
    const auto [least, most] = std::minmax_element(held.begin(), held.end());
    EXPECT_EQ(*least, kBuckets / count) << count;
    EXPECT_LE(*most, *least + 1) << count;
  }
}

TEST(LoadBalancedEgress, OnlyTheBucketsOfTheNextInstanceMove) {
  for (std::size_t count = 1; count < LoadBalancedEgress::kMaxInstances; ++count) {
    const LoadBalancedEgress before{count}, after{count + 1};
    std::size_t moved = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      if (before.instance_of_bucket(bucket) == after.instance_of_bucket(bucket)) continue;
      EXPECT_EQ(after.instance_of_bucket(bucket), count) << bucket;
      ++moved;
    }
    EXPECT_EQ(moved, kBuckets / (count + 1)) << count;
  }
}

TEST(LoadBalancedEgress, WhatIsNoFlowHasAnInstanceToo) {
  std::array<std::byte, 1> frame{};
  Packet packet{.data = frame.data(), .length = frame.size()};
  for (std::size_t count = 1; count <= LoadBalancedEgress::kMaxInstances; ++count)
    EXPECT_LT(LoadBalancedEgress{count}.instance_of(packet), count);
}

}  // namespace
}  // namespace unf::dataplane
