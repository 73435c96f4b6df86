#pragma once

#include "tosca/text/problems.h"
#include "tosca/text/value.h"

namespace unf::tosca {

/// Two valid documents as one. Entries of a list that have the same key are one entry. A leaf that has two values goes
/// to `problems`.
[[nodiscard]] ValuePtr merge_yang(const Value& one, const Value& other, Problems& problems);

}  // namespace unf::tosca
