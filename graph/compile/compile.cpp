#include "graph/compile/compile.h"

#include "graph/compile/service_graph.h"

namespace unf::graph {

Result<Plan> compile(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                     const CompileOptions& options) {
  ServiceGraph graph{request.name, catalog, inventory, options};
  return graph.put(request).map([&](const auto&) { return graph.plan(); });
}

}  // namespace unf::graph
