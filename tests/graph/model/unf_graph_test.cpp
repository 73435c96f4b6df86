#include "graph/model/unf_graph.h"

#include <gtest/gtest.h>

namespace unf {
namespace {

TEST(Intersect, EmptyMeansAll) {
  EXPECT_EQ(intersect({}, {"p"}), PathSet{"p"});
  EXPECT_EQ(intersect({"p"}, {}), PathSet{"p"});
  EXPECT_EQ(intersect(PathSet{}, PathSet{}), PathSet{});
  EXPECT_EQ(intersect({"p", "q"}, {"q", "r"}), PathSet{"q"});
  EXPECT_EQ(intersect({"p"}, {"q"}), std::nullopt);
}

}  // namespace
}  // namespace unf
