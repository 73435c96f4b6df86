#pragma once

#include <string>

#include "graph/model/catalog.h"
#include "graph/model/plan.h"
#include "graph/model/result.h"

namespace unf::graph {

/// What the compiler did, or did not do, with two uNFs of a service, and why: the lines of the plan's report that are
/// about both; where there are none, what they are to each other. `a` and `b` are owner paths, or ends of such that
/// only one uNF has (`http`, `monitor/http`). Errors: not_found, with what there is; conflict for an end that several
/// have.
[[nodiscard]] Result<std::string> why(const Plan& plan, const Catalog& catalog, const std::string& a,
                                      const std::string& b);

}  // namespace unf::graph
