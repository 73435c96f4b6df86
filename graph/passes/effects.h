#pragma once

#include "graph/model/catalog.h"

namespace unf::graph {

/// What a uNF reads and writes, implicit accesses included (graph.md 2.1), so that a descriptor that forgot them does
/// no harm.
[[nodiscard]] FieldSet read_by(const UnfDescriptor& descriptor);
[[nodiscard]] FieldSet written_by(const UnfDescriptor& descriptor);

/// Whether a packet can leave by `gate` where the uNF is configured so (`unf-gates` of UnfDescriptor::config).
[[nodiscard]] bool can_take(std::string_view gate, const Catalog::Entry& type, const nlohmann::json& config);

}  // namespace unf::graph
