#pragma once

#include "graph/model/descriptor.h"

namespace unf::graph {

/// What a uNF reads and writes, implicit accesses included (graph.md 2.1), so that a descriptor that forgot them does
/// no harm.
[[nodiscard]] FieldSet read_by(const UnfDescriptor& descriptor);
[[nodiscard]] FieldSet written_by(const UnfDescriptor& descriptor);

}  // namespace unf::graph
