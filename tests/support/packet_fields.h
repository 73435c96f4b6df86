#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "graph/model/fields.h"
#include "tests/support/frames.h"

namespace unf::testing_support {

/// Where a field lies in a frame, and what it holds.
struct FieldBytes {
  std::vector<std::pair<std::size_t, std::uint8_t>> mask;  ///< offset and bits; empty: the frame has no such field
  Bytes bytes;                                             ///< those bits; its size where that is the field
};

/// Every field of a sound frame, found by its headers.
[[nodiscard]] std::map<Field, FieldBytes> packet_fields(const Bytes& frame);

}  // namespace unf::testing_support
