#include "vnfm/cli/table.h"

#include <gtest/gtest.h>

namespace unf::vnfm {
namespace {

TEST(Table, AlignsNumbersRightAndTextLeft) {
  Table table{{"name", "count"}};
  table.add({"a", "7"});
  table.add({"longer", "1000000"});
  EXPECT_EQ(table.text(),
            "name      count\n"
            "a             7\n"
            "longer  1000000\n");
}

TEST(Table, CountsCodePointsNotBytes) {
  Table table{{"url", "n"}};
  table.add({"/é", "1"});
  table.add({"/ab", "2"});
  EXPECT_EQ(table.text(), "url  n\n/é   1\n/ab  2\n");
}

TEST(Table, ShowsNoControlCharacters) {
  Table table{{"url"}};
  table.add({"/a\x1b[2Jb\n"});
  EXPECT_EQ(table.text(), "url\n/a?[2Jb?\n");
}

TEST(Table, WithoutRowsIsItsHeadings) {
  const Table table{{"a", "b"}};
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.text(), "a  b\n");
}

}  // namespace
}  // namespace unf::vnfm
