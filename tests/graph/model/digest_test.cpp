#include "graph/model/digest.h"

#include <gtest/gtest.h>

namespace unf {
namespace {

// FIPS 180-2, appendices B.1 and C.1.
TEST(HashOf, IsInHex) {
  EXPECT_EQ(hash_of("abc", HashFunction::sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of("abc", HashFunction::sha512),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

}  // namespace
}  // namespace unf
