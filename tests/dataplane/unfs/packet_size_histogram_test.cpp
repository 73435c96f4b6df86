#include <gtest/gtest.h>

#include "tests/support/by_name.h"
#include "tests/support/unf_harness.h"

namespace unf::dataplane {
namespace {

using namespace testing_support;

struct Case {
  const char* name;
  std::size_t size;  // without FCS
  const char* bucket;
};
class PacketSizes : public testing::TestWithParam<Case> {};

TEST_P(PacketSizes, FallIntoTheirClass) {
  UnfUnderTest unf{"PacketSizeHistogram"};
  EXPECT_EQ(unf.run(Bytes(GetParam().size)), "out");
  const auto report = unf.report();
  EXPECT_EQ(report["bytes"], GetParam().size);
  for (const auto& [bucket, packets] : report["packets"].items())
    EXPECT_EQ(packets, bucket == GetParam().bucket ? 1 : 0) << bucket;
}
INSTANTIATE_TEST_SUITE_P(Rfc2819, PacketSizes,
                         testing::Values(Case{"Empty", 0, "64"}, Case{"Short", 54, "64"}, Case{"Least", 60, "64"},
                                         Case{"First", 61, "65-127"}, Case{"Below128", 123, "65-127"},
                                         Case{"At128", 124, "128-255"}, Case{"At255", 251, "128-255"},
                                         Case{"At256", 252, "256-511"}, Case{"At512", 508, "512-1023"},
                                         Case{"At1024", 1020, "1024-1518"}, Case{"Largest", 1514, "1024-1518"},
                                         Case{"Larger", 1515, ">1518"}, Case{"Jumbo", 9000, ">1518"}),
                         by_name);

TEST(PacketSizeHistogram, SumsUp) {
  UnfUnderTest unf{"PacketSizeHistogram"};
  std::ignore = unf.run(std::vector<Bytes>(33, Bytes(60)));
  std::ignore = unf.run(std::vector<Bytes>(2, Bytes(200)));
  EXPECT_EQ(unf.report()["packets"]["64"], 33);
  EXPECT_EQ(unf.report()["packets"]["128-255"], 2);
  EXPECT_EQ(unf.report()["bytes"], 33 * 60 + 2 * 200);
}

TEST(PacketSizeHistogram, AbsorbsWhatAnotherCounted) {
  UnfUnderTest unf{"PacketSizeHistogram"}, other{"PacketSizeHistogram"};
  std::ignore = unf.run(std::vector<Bytes>(3, Bytes(60)));
  std::ignore = other.run(std::vector<Bytes>{Bytes(60), Bytes(200)});
  unf.absorb(other);
  EXPECT_EQ(unf.report()["packets"]["64"], 4);
  EXPECT_EQ(unf.report()["packets"]["128-255"], 1);
  EXPECT_EQ(unf.report()["bytes"], 4 * 60 + 200);
}

}  // namespace
}  // namespace unf::dataplane
