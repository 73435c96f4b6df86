#include "graph/passes/compile.h"

#include "graph/passes/dedupe.h"
#include "graph/passes/emit.h"
#include "graph/passes/expand.h"
#include "graph/passes/pass.h"
#include "graph/passes/place.h"
#include "graph/passes/rates.h"
#include "graph/passes/replicate.h"
#include "graph/passes/splice.h"

namespace unf::graph {
namespace {

std::vector<Pass> passes(const CompileOptions& options) {
  std::vector<Pass> list{splice};
  if (options.consolidate) list.push_back(dedupe);
  list.insert(list.end(), {rates, replicate, place});
  return list;
}

}  // namespace

Result<Plan> compile(const ServiceRequest& request, const Catalog& catalog, const Inventory& inventory,
                     const CompileOptions& options) {
  if (options.parallelize == CompileOptions::Parallelize::on) {
    return fail(Errc::unsupported, "uNFs of a path run one after another; parallel stages cannot be asked for");
  }
  const Context context{catalog, inventory};
  auto original = expand(request, catalog, inventory, options.host_before).and_then([&](UnfGraph graph) {
    return rates(std::move(graph), context);
  });
  if (!original) return fail(std::move(original.error()));

  auto graph = original->graph;
  std::vector<Plan::ReportLine> report;
  for (const auto pass : passes(options)) {
    auto rewrite = pass(std::move(graph), context);
    if (!rewrite) return fail(std::move(rewrite.error()));
    graph = std::move(rewrite->graph);
    report.insert(report.end(), rewrite->report.begin(), rewrite->report.end());
  }
  return emit(graph, original->graph, std::move(report), options.default_action, context);
}

}  // namespace unf::graph
