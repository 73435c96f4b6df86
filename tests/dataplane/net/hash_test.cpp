#include "dataplane/net/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <set>
#include <string>

namespace unf::dataplane {
namespace {

TEST(HashBytes, TellsLengthsAndPlacesApart) {
  std::set<std::uint64_t> seen;
  for (std::size_t length = 0; length <= 64; ++length) {
    seen.insert(hash_bytes(std::string(length, 'a')));
    for (std::size_t i = 0; i < length; ++i) {
      auto text = std::string(length, 'a');
      text[i] = 'b';
      seen.insert(hash_bytes(text));
    }
  }
  EXPECT_EQ(seen.size(), 65U + 64 * 65 / 2);
}

RC_GTEST_PROP(HashBytesProperty, DependsOnContentsOnly, (std::string text)) {
  const auto copy = "x" + text;  // at another address and alignment
  RC_ASSERT(hash_bytes(text) == hash_bytes(std::string_view{copy}.substr(1)));
}

RC_GTEST_PROP(HashBytesProperty, AFlippedBitChangesManyBits, ()) {
  auto text = *rc::gen::nonEmpty(rc::gen::arbitrary<std::string>());
  const auto before = hash_bytes(text);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = static_cast<char>(text[at] ^ 1 << *rc::gen::inRange(0, 8));
  RC_ASSERT(std::popcount(before ^ hash_bytes(text)) >= 8);
}

}  // namespace
}  // namespace unf::dataplane
